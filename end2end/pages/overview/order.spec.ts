// The order of the Overview's rows, its figures beside the headline, and its names on the wall, with and without JavaScript.
import type { Page } from '@playwright/test';
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const names = (page: Page) => page.locator('table.apps a.name:visible');

test('a column sorts by its header, both ways, and back to worst first', async ({ page, gauge, open }) => {
  for (const [app, serviceMs] of [['alpha', 20], ['beta', 900], ['gamma', 100]] as const) {
    await gauge.fill(app, [request({ serviceMs }), request({ serviceMs })]);
  }
  await gauge.fill('worker', [{ atMs: Date.now(), source: 'app', process: 'worker.1', message: 'hello' }]);
  await open('/?q=a');
  await open('/');
  const p99 = page.getByRole('columnheader', { name: 'p99' });
  await p99.getByRole('link').click();
  await expect(page).toHaveURL(/sort=-p99$/);
  await expect(p99).toHaveAttribute('aria-sort', 'descending');
  await expect(names(page)).toHaveText(['beta', 'gamma', 'alpha', 'worker']);
  await p99.getByRole('link').click();
  await expect(p99).toHaveAttribute('aria-sort', 'ascending');
  // What has no value stands last in either order.
  await expect(names(page)).toHaveText(['alpha', 'gamma', 'beta', 'worker']);
  await p99.getByRole('link').click();
  await expect(page).toHaveURL(/\/$/);
  await page.getByRole('columnheader', { name: 'App' }).getByRole('link').click();
  await page.getByRole('columnheader', { name: 'App' }).getByRole('link').click();
  await expect(names(page)).toHaveText(['worker', 'gamma', 'beta', 'alpha']);
});

test('the figures stay where they are, whatever the headline says', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await gauge.fill('a', [request({})]);
  await open('/');
  const place = async () => (await page.locator('.totals').boundingBox())!;
  const table = async () => (await page.locator('table.apps').boundingBox())!.y;
  const [before, tableBefore] = [await place(), await table()];
  await Promise.all([0, 1, 2, 3].map((n) => gauge.incident(`a-service-with-a-name-of-sixty-characters-as-teams-like-them-${n}`)));
  await open('/');
  await expect(page.getByText(/are failing|is failing/).first()).toBeVisible();
  const after = await place();
  expect(after.y).toBeCloseTo(before.y, 0);
  expect(after.x + after.width).toBeCloseTo(before.x + before.width, 0);
  expect(await table()).toBeCloseTo(tableBefore, 0);
});

test('no page is wider than a phone', async ({ page, gauge, open }) => {
  const app = 'a-service-with-a-name-of-sixty-characters-as-teams-like-them';
  await page.setViewportSize({ width: 360, height: 780 });
  const said = (process: string, message: string, agoS: number) => ({ atMs: Date.now() - agoS * 1000, source: process === 'api' ? 'app' : 'heroku', process, message });
  await gauge.fill(app, [
    request({}),
    said('api', 'Release v42 created by user ann@example.com', 200),
    said('api', 'Set A_LONG_CONFIG_VARIABLE config vars by user ann@example.com', 100),
    said('web.1', 'State changed from up to crashed', 20),
  ]);
  for (const path of ['/', '/?wall=1', `/apps/${app}`, `/apps/${app}?range=1h`, '/alerts']) {
    await open(path);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width, path).toBeLessThanOrEqual(360);
  }
});

test('help and clock are there at 200 % zoom', async ({ page, gauge, open, javaScriptEnabled }) => {
  await page.setViewportSize({ width: 640, height: 400 });
  await gauge.fill('a', [request({})]);
  await open('/');
  await expect(page.getByRole('button', { name: 'Keyboard shortcuts' })).toBeVisible();
  if (javaScriptEnabled !== false) await expect(page.locator('header .now')).toHaveText(/^\d\d:\d\d:\d\d UTC$/);
});
