// What a chart says at a glance: room above the largest value, names beside the lines, percentiles of enough requests,
// and numbers of a span that is over.
import type { Page } from '@playwright/test';
import { memory, request, twoBusyMinutes } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const card = (page: Page, title: string) => page.locator('section.card').filter({ has: page.getByRole('heading', { level: 2, name: title }) });

/** Whether two boxes have a part in common. */
function overlap(a: { x: number; y: number; width: number; height: number }, b: typeof a): boolean {
  return a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1;
}

test('an axis has room above the largest value, and lines have their names beside them', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', twoBusyMinutes());
  await open('/apps/checkout');
  const response = card(page, 'Response time');
  await expect(response.locator('.chart-y span').last()).toHaveText('50 s');
  const names = response.locator('.chart-ends span');
  await expect(names).toHaveText(['p50', 'p95', 'p99', 'max']);
  const canvas = (await response.getByRole('img').boundingBox())!;
  const boxes = await Promise.all((await names.all()).map(async (it) => (await it.boundingBox())!));
  for (const [at, box] of boxes.entries()) {
    expect(overlap(box, canvas), 'no name lies on the drawing').toBe(false);
    for (const other of boxes.slice(0, at)) expect(overlap(box, other), 'no name covers another').toBe(false);
  }
});

test('percentiles and dynos differ by more than their colours', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [...twoBusyMinutes(), ...[1, 2, 3].map((n) => memory(`web.${n}`, 280 + n))]);
  await open('/apps/checkout');
  for (const [title, looks] of [['Response time', 4], ['Memory', 3]] as const) {
    const samples = await card(page, title).locator('.legend button i').evaluateAll((all) => all.map((it) => it.className));
    // The first seconds have few requests, which are points and no line.
    const lines = samples.filter((it) => it !== 'points');
    expect([lines.length, new Set(lines).size], samples.join(' ')).toEqual([looks, looks]);
  }
});

test('percentiles are of enough requests, and few requests are points', async ({ page, gauge, open }) => {
  // Ten requests in two minutes.
  await gauge.fill('quiet', Array.from({ length: 10 }, (_, n) => request({ atMs: Date.now() - n * 12_000, serviceMs: 20 + n })));
  await gauge.fill('busy', twoBusyMinutes());
  await open('/apps/quiet');
  const legend = card(page, 'Response time').locator('.legend');
  await expect(legend.getByRole('button', { name: 'request' })).toBeVisible();
  await expect(legend.getByRole('button', { name: 'p95' })).toContainText('–');
  await expect(card(page, 'Response time')).toContainText('each point over 60 s');
  await open('/apps/busy');
  await expect(card(page, 'Response time')).toContainText(/each point over (30|60) s/);
  await expect(legend.getByRole('button', { name: 'p95' })).not.toContainText('–');
});

test('legends of a span that is over say mean, max or total', async ({ page, gauge, open }) => {
  const atMs = Date.now() - 10 * 60_000;
  // Nothing in the last part of the span.
  await gauge.fill('checkout', Array.from({ length: 600 }, (_, n) => request({ atMs: atMs + (n % 100) * 1_000, serviceMs: 30 + n })));
  const fromS = Math.floor(atMs / 1000);
  await open(`/apps/checkout?from=${fromS}&to=${fromS + 300}&range=1h`);
  const legend = (title: string) => card(page, title).locator('.legend');
  await expect(legend('Throughput')).toContainText('mean');
  await expect(legend('Response time')).toContainText('max');
  await expect(legend('Throughput').getByRole('button', { name: '2xx' })).toContainText(/\d/);
  await expect(legend('Response time').getByRole('button', { name: 'p99' })).toContainText(/\d+ m?s/);
});

test('a data table moves nothing', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', twoBusyMinutes());
  await open('/apps/checkout');
  const heights = () => page.locator('.grid > .card').evaluateAll((all) => all.map((it) => Math.round(it.getBoundingClientRect().top)));
  const before = await heights();
  await card(page, 'Throughput').getByText('Data table').click();
  await expect(card(page, 'Throughput').getByRole('table')).toBeVisible();
  expect(await heights()).toEqual(before);
});

for (const width of [360, 1280, 1920]) {
  test(`all controls of a selected range are in sight at ${width} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width, height: 900 });
    await gauge.fill('checkout', twoBusyMinutes());
    const toS = Math.floor(Date.now() / 1000) - 10;
    await open(`/apps/checkout?from=${toS - 100}&to=${toS}&range=live`);
    const controls = page.locator('.apphead > :is(h1, .chip, nav, a), .apphead summary');
    const boxes = await Promise.all((await controls.all()).map(async (it) => (await it.boundingBox())!));
    for (const [at, box] of boxes.entries()) {
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      for (const other of boxes.slice(0, at)) expect(overlap(box, other)).toBe(false);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
}
