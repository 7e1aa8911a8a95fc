// Interaction with the charts: pin the crosshair, read its log lines, select a range and go back, isolate one series.
import type { Page } from '@playwright/test';
import { request, twoBusyMinutes } from '../../fixtures/logplex';
import { expect, figure, test } from '../../fixtures/test';

/** Two minutes of requests with a timeout every tenth second, and memory. */
test.beforeEach(async ({ gauge, open }) => {
  await gauge.fill('checkout', twoBusyMinutes());
  await open('/apps/checkout');
});

const canvas = (page: Page, title: string) => page.getByRole('img', { name: new RegExp(`^${title}`) });
const card = (page: Page, title: string) => page.locator('section.card').filter({ has: page.getByRole('heading', { level: 2, name: title }) });

async function placeOf(page: Page, title: string, share: number): Promise<[number, number]> {
  await canvas(page, title).scrollIntoViewIfNeeded();
  const box = (await canvas(page, title).boundingBox())!;
  return [box.x + box.width * share, box.y + box.height / 2];
}

test('a click pins the crosshair and shows the log lines of that second', async ({ page }) => {
  await page.mouse.click(...(await placeOf(page, 'Load', 0.9)));
  await expect(page).toHaveURL(/[?&]at=\d+/);
  const atS = Number(new URL(page.url()).searchParams.get('at'));
  const time = new Date(atS * 1000).toISOString().slice(11, 19);
  const lines = card(page, 'Logs at');
  await expect(lines.getByRole('heading')).toContainText(`Logs at ${time}`);
  const rows = lines.getByRole('listitem');
  await expect(rows.first()).toContainText('GET /cart 200');
  expect(await rows.count()).toBeGreaterThanOrEqual(5);
  for (const text of await rows.getByRole('time').allTextContents()) expect(text).toContain(time);
  await expect(lines.getByRole('link', { name: 'Open in Logs' })).toHaveAttribute('href', `/apps/checkout/logs?from=${atS}&to=${atS + 1}`);
  // The pin stays while the pointer moves, and is in the URL.
  await page.mouse.move(...(await placeOf(page, 'Throughput', 0.2)));
  await expect(page.locator('.crosshair time').first()).toHaveText(time);
  await page.reload();
  await expect(lines.getByRole('heading')).toContainText(`Logs at ${time}`);
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  await canvas(page, 'Throughput').focus();
  await page.keyboard.press('Escape');
  await expect(lines).toHaveCount(0);
  await expect(page).not.toHaveURL(/at=/);
});

/** Clicks on a series of a chart; returns the milliseconds until its log lines are shown. */
async function clickFor(page: Page, place: [number, number], text: string): Promise<number> {
  const from = Date.now();
  await page.mouse.click(...place);
  await expect(card(page, 'Logs').getByRole('listitem').first()).toContainText(text);
  return Date.now() - from;
}

test('a click carries app, time and filter to the Logs page, and Back returns to the same chart', async ({ page, gauge }) => {
  // A timeout each second around a minute ago, where the click goes.
  const atMs = Date.now() - 60_000;
  await gauge.fill('checkout', Array.from({ length: 40 }, (_, n) => request({ atMs: atMs + (n - 20) * 1000, status: 503, serviceMs: 30_000, code: 'H12' })));
  await canvas(page, 'Errors').scrollIntoViewIfNeeded();
  const box = (await canvas(page, 'Errors').boundingBox())!;
  const took = await clickFor(page, [box.x + box.width * 0.8, box.y + box.height - 6], 'H12');
  console.log(`from a click to its lines: ${took} ms`);
  expect(took).toBeLessThan(1_000);
  const lines = card(page, 'Logs');
  for (const text of await lines.getByRole('listitem').allTextContents()) expect(text).toContain('H12');
  const chart = page.url();
  expect(chart).toMatch(/at=\d+&step=5&chart=errors&series=H12/);
  await lines.getByRole('link', { name: 'Open in Logs' }).click();
  await expect(page).toHaveURL(/\/logs\?q=code%3DH12&kind=router&from=\d+&to=\d+$/);
  const rows = page.locator('.log li[data-line]');
  await expect(rows.first()).toContainText('H12');
  expect(await rows.filter({ hasNotText: 'H12' }).count()).toBe(0);
  await page.goBack();
  await expect(page).toHaveURL(chart);
  await expect(lines.getByRole('listitem').first()).toContainText('H12');
  await expect(page.locator('.crosshair.pinned').first()).toBeVisible();
});

test('a drag zooms to its range and does nothing else, and Back returns', async ({ page }) => {
  await expect(page).toHaveURL(/\/apps\/checkout$/);
  const [fromX, y] = await placeOf(page, 'Throughput', 0.65);
  const [toX] = await placeOf(page, 'Throughput', 0.85);
  await page.mouse.move(fromX, y);
  await page.mouse.down();
  await page.mouse.move((fromX + toX) / 2, y);
  await expect(page.locator('.chosen').first()).toBeVisible();
  await page.mouse.move(toX, y);
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d+&to=\d+&range=live/);
  const asked = new URL(page.url()).searchParams;
  const lengthS = Number(asked.get('to')) - Number(asked.get('from'));
  expect(lengthS).toBeGreaterThan(50);
  expect(lengthS).toBeLessThan(70);
  const chosen = page.getByRole('navigation', { name: 'Range' }).locator('[aria-current]');
  await expect(chosen).toHaveText(/^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d$/);
  await expect(page.getByText(/^over (\d\d s|1 min)$/).first()).toBeVisible();
  await expect(figure(page, 'p50')).toHaveText(/^\d+\s*ms$/);
  // The lines come by a link of their own.
  await expect(page.locator('.pinned-lines')).toHaveCount(0);
  await expect(page.getByRole('link', { name: 'Logs of this range' })).toHaveAttribute('href', `/apps/checkout/logs?from=${asked.get('from')}&to=${asked.get('to')}`);
  await page.goBack();
  await expect(page).toHaveURL(/\/apps\/checkout$/);
  await expect(chosen).toHaveText('Live');
});

test('a range is selected by keyboard, and a double click zooms out', async ({ page }) => {
  await canvas(page, 'Throughput').focus();
  for (let step = 0; step < 30; step += 1) await page.keyboard.press('Shift+ArrowLeft');
  await expect(page.locator('.chosen').first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/from=\d+&to=\d+&range=live/);
  const chosen = page.getByRole('navigation', { name: 'Range' }).locator('[aria-current]');
  await expect(chosen).toHaveText(/–/);
  await page.mouse.dblclick(...(await placeOf(page, 'Throughput', 0.5)));
  await expect(page).toHaveURL(/\/apps\/checkout\?range=live$/);
  await expect(chosen).toHaveText('Live');
});

test('after a zoom by Enter the focus stays, and Backspace goes back', async ({ page }) => {
  await canvas(page, 'Response time').focus();
  for (let step = 0; step < 30; step += 1) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/from=\d+&to=\d+&range=live/);
  const chosen = page.getByRole('navigation', { name: 'Range' }).locator('[aria-current]');
  await expect(chosen).toHaveText(/–/);
  await expect(canvas(page, 'Response time')).toBeFocused();
  await page.keyboard.press('Backspace');
  await expect(chosen).toHaveText('Live');
  await expect(canvas(page, 'Response time')).toBeFocused();
});

test('Escape closes the selection before the pin, from anywhere', async ({ page }) => {
  await page.mouse.click(...(await placeOf(page, 'Throughput', 0.8)));
  const lines = page.locator('.pinned-lines');
  await expect(lines).toBeVisible();
  await canvas(page, 'Throughput').focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('Shift+ArrowLeft');
  await expect(page.locator('.chosen').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.chosen')).toHaveCount(0);
  await expect(lines).toBeVisible();
  await lines.getByRole('link').first().focus();
  await page.keyboard.press('Escape');
  await expect(lines).toHaveCount(0);
});

test('the log lines behind a click cover no chart', async ({ page }) => {
  for (const title of ['Throughput', 'Latency heatmap', 'Memory']) {
    await page.mouse.click(...(await placeOf(page, title, 0.8)));
    const lines = page.locator('.pinned-lines');
    await expect(lines).toHaveCount(1);
    await expect(lines).toBeVisible();
    const box = (await lines.boundingBox())!;
    for (const chart of await page.locator('.chart').all()) {
      const other = (await chart.boundingBox())!;
      expect(box.y >= other.y + other.height || box.y + box.height <= other.y, title).toBe(true);
    }
    const clicked = (await canvas(page, title).boundingBox())!;
    expect(box.y).toBeGreaterThan(clicked.y);
    await page.keyboard.press('Escape');
    await expect(lines).toHaveCount(0);
  }
});

test('a click on a high percentile lists the requests at and above it, the slowest first', async ({ page, gauge }) => {
  // Of one moment: 198 quick requests, two slow ones, and one of thirty seconds.
  const atMs = Date.now() - 60_000;
  const times = [...Array.from({ length: 198 }, (_, n) => 20 + n), 12_000, 15_000, 30_000];
  await gauge.fill('slow', times.map((serviceMs) => request({ atMs, serviceMs })));
  await page.goto(`${gauge.url}/apps/slow`);
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  const response = canvas(page, 'Response time');
  await response.scrollIntoViewIfNeeded();
  const box = (await response.boundingBox())!;
  // The axis ends at 50 s, so the longest request stands near its top.
  // Three seconds later, their window still holds all of them.
  const share = 1 - (Date.now() - atMs - 3_000) / 300_000;
  await page.mouse.click(box.x + box.width * share, box.y + box.height * 0.07);
  const rows = page.locator('.pinned-lines').getByRole('listitem');
  await expect(rows.first()).toContainText('service 30000ms');
  for (const text of await rows.allTextContents()) expect(text).toMatch(/service (30000|15000|12000)ms/);
  await expect(page.locator('.pinned-lines').getByRole('heading')).toContainText(/at and above the (max|p99)/);
  await expect(page.locator('.pinned-lines').getByRole('link', { name: 'Open in Logs' })).toHaveAttribute('href', /q=service%3E%3D\d+ms/);
});

test('a click in the legend isolates a series', async ({ page }) => {
  const throughput = card(page, 'Throughput');
  const failed = throughput.getByRole('button', { name: '5xx' });
  const top = () => throughput.locator('.chart-y span').last().textContent();
  const all = await top();
  await expect(failed).toHaveAttribute('aria-pressed', 'false');
  await failed.click();
  await expect(failed).toHaveAttribute('aria-pressed', 'true');
  // Alone, the few errors get an axis of their own scale.
  await expect.poll(top).not.toBe(all);
  await failed.click();
  await expect(failed).toHaveAttribute('aria-pressed', 'false');
  await expect.poll(top).toBe(all);
});

test('the heatmap shows the count under the crosshair', async ({ page }) => {
  const heat = card(page, 'Latency heatmap');
  await expect(heat).toContainText('few');
  const box = (await canvas(page, 'Latency heatmap').boundingBox())!;
  // Requests of 20 to 140 ms, as many each second, in steps of three seconds.
  await page.mouse.move(box.x + box.width * 0.85, box.y + box.height / 2);
  await expect(heat.locator('.legend > b')).toHaveText(/^[\d.]+( ms)?–[\d.]+ m?s: \d+$/);
  await canvas(page, 'Throughput').hover({ position: { x: box.width * 0.85, y: 40 } });
  await expect(heat.locator('.legend > b')).toHaveText(/^\S+ ms: [36]$/);
  await heat.getByText('Data table').click();
  await expect(heat.getByRole('table').getByRole('columnheader').first()).toHaveText('UTC');
  await expect(heat.getByRole('table')).toContainText('16–25 ms');
});
