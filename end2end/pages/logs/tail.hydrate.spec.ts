// The live tail: it follows, pauses and resumes, loses no line, never jumps, and keeps the DOM small.
import type { Page } from '@playwright/test';
import { request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function said(n: number, agoMs = 0): Frame {
  return { atMs: Date.now() - agoMs, source: 'app', process: 'web.1', message: `n=${n}.` };
}

function many(from: number, to: number): Frame[] {
  return Array.from({ length: to - from }, (_, at) => said(from + at));
}

const rows = (page: Page) => page.locator('.log li[data-line]');
const last = (page: Page) => rows(page).last();

/** Whether the visible area is filled with rows; after a scroll they are drawn in the next frame. */
function covered(log: Element): boolean {
  const seen = log.getBoundingClientRect();
  const all = [...log.querySelectorAll('li[data-line]')].map((it) => it.getBoundingClientRect());
  const isWhole = log.scrollHeight + log.scrollTop <= log.clientHeight + 1;
  const [first, last] = [all.at(0), all.at(-1)];
  return !!first && !!last && (isWhole || first.top <= seen.top + 1) && last.bottom >= seen.bottom - 1;
}

test('lines appear as they arrive, and scrolling up pauses', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', many(0, 150));
  await open('/apps/checkout/logs');
  await expect(last(page)).toContainText('n=149.');
  await gauge.post('checkout', many(150, 200));
  await expect(last(page)).toContainText('n=199.');
  const log = page.locator('.log');
  await log.hover();
  await page.mouse.wheel(0, -600);
  await expect(page.getByText('Paused: no new lines')).toBeVisible();
  const seen = await rows(page).evaluateAll((all) => all.map((it) => [it.getAttribute('data-line'), it.getBoundingClientRect().top]));
  await gauge.post('checkout', many(200, 1_700));
  await expect(page.getByText('Paused: 1,500 new lines')).toBeVisible();
  // The visible rows have not moved.
  expect(await rows(page).evaluateAll((all) => all.map((it) => [it.getAttribute('data-line'), it.getBoundingClientRect().top]))).toEqual(seen);
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(last(page)).toContainText('n=1699.');
  await expect(page.getByText('Following.')).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(100);
  // Every one of them is in the list, in order.
  await log.focus();
  const texts = new Set<string>();
  for (let at = 0; at < 90; at += 1) {
    for (const text of await rows(page).locator('code').allTextContents()) texts.add(text);
    await log.evaluate((it) => it.scrollBy(0, -400));
    await expect.poll(() => log.evaluate(covered)).toBe(true);
  }
  expect(texts.size).toBe(1_700);
});

test('keys: Space pauses and resumes, j and k select, Enter opens, Escape closes', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', many(0, 30));
  await open('/apps/checkout/logs');
  await expect(last(page)).toContainText('n=29.');
  await page.keyboard.press('Space');
  await gauge.post('checkout', [said(30)]);
  await expect(page.getByText('Paused: 1 new line')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(last(page)).toContainText('n=30.');
  await page.keyboard.press('k');
  await expect(page.locator('.chosen-line')).toContainText('n=30.');
  await page.keyboard.press('k');
  await expect(page.locator('.chosen-line')).toContainText('n=29.');
  await page.keyboard.press('Enter');
  const around = page.getByRole('region', { name: 'Log line', exact: true });
  await expect(around.locator('pre')).toHaveText('n=29.');
  await page.keyboard.press('Escape');
  await expect(around).toHaveCount(0);
  await page.keyboard.press('/');
  await expect(page.getByRole('combobox', { name: 'Search' })).toBeFocused();
});

test('no line is lost while the server is down', async ({ page, gauge, open, expectedErrors }) => {
  expectedErrors.push(/ERR_|Failed to load resource|fetch/);
  await gauge.fill('checkout', many(0, 10));
  await open('/apps/checkout/logs');
  await expect(page.getByRole('banner')).toContainText('Live');
  await gauge.crash();
  await expect(page.getByRole('banner')).toContainText(/Reconnecting|Disconnected/);
  await gauge.restart();
  await gauge.post('checkout', many(10, 20));
  await expect(last(page)).toContainText('n=19.', { timeout: 30_000 });
  await gauge.post('checkout', many(20, 25));
  await expect(last(page)).toContainText('n=24.');
  await expect(rows(page).locator('code')).toHaveText(Array.from({ length: 25 }, (_, n) => `n=${n}.`));
});

test('releases are shown between the lines, and the histogram counts new lines', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said(1, 5_000)]);
  await open('/apps/checkout/logs');
  await expect(page.getByText(/^1 line\. Each bar: 30 s\./)).toBeVisible();
  const release = { atMs: Date.now(), source: 'app', process: 'api', message: 'Release v42 created by user ann@example.com' };
  await gauge.post('checkout', [release, request({ status: 503, code: 'H12' })]);
  await expect(page.locator('.divider')).toContainText('Release v42 created', { timeout: 15_000 });
  await expect(page.getByText(/^3 lines, 1 error\. Each bar: 30 s\./)).toBeVisible();
});

test('a drag over the histogram selects a range, and Back returns', async ({ page, gauge, open }) => {
  const all = Array.from({ length: 30 }, (_, n) => said(n, (30 - n) * 20_000));
  await gauge.fill('checkout', all);
  await open('/apps/checkout/logs?back=15m');
  await expect(rows(page)).toHaveCount(30);
  const box = (await page.locator('.bars-plot').boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  await expect(rows(page)).not.toHaveCount(30);
  const query = new URL(page.url()).searchParams;
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
  const inside = all.filter((it) => it.atMs >= from * 1000 && it.atMs < to * 1000).map((it) => it.message);
  await expect(rows(page).locator('code')).toHaveText(inside);
  await page.goBack();
  await expect(rows(page)).toHaveCount(30);
});

test('scrolling loads older lines without moving the others', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', Array.from({ length: 700 }, (_, n) => said(n, (700 - n) * 100)));
  await open('/apps/checkout/logs?back=15m');
  await expect(last(page)).toContainText('n=699.');
  const log = page.locator('.log');
  await expect
    .poll(async () => {
      await log.evaluate((it) => it.scrollBy(0, -2_000));
      return rows(page).first().textContent();
    })
    .toContain('n=0.');
  await expect(page.getByRole('link', { name: 'Show older lines' })).toHaveCount(0);
});
