// The Overview: the first visit, and the list of apps sorted by health. With and without JavaScript.
import { overQuota, request } from '../../fixtures/logplex';
import { expect, figure, test } from '../../fixtures/test';

test('before the first line it shows how to send one', async ({ page, gauge, open }) => {
  await open('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Waiting for the first log line');
  await expect(page.getByText(/streamgauge shuttle/).first()).toBeVisible();
  // A drain without a line doesn't end the first visit.
  const drain = await gauge.drain('checkout');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Waiting for the first log line');
  expect(await gauge.postTo(drain, [request({})])).toBe(204);
  await expect(async () => {
    await open('/');
    await expect(page.getByRole('link', { name: 'checkout' })).toBeVisible({ timeout: 100 });
  }).toPass({ intervals: [100] });
});

test('apps are listed worst first, each with its reason', async ({ page, gauge, open }) => {
  const many = (n: number, like: object) => Array.from({ length: n }, () => request(like));
  await gauge.fill('a-healthy', many(50, {}));
  await gauge.fill('b-degraded', [...many(50, {}), overQuota('web.2')]);
  await gauge.fill('c-failing', [...many(50, {}), ...many(12, { status: 503, serviceMs: 30_000, code: 'H12' })]);
  await gauge.drain('d-silent');
  const apps = page.locator('table a.name:visible');
  await expect(async () => {
    await open('/');
    await expect(apps).toHaveText(['c-failing', 'b-degraded', 'a-healthy', 'd-silent'], { timeout: 100 });
  }).toPass({ intervals: [100] });

  await expect(page.getByRole('heading', { level: 1 })).toHaveText('2 apps need attention');
  const row = (app: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name: app }) });
  await expect(row('c-failing')).toContainText('Failing');
  await expect(row('c-failing')).toContainText(/H12 request timeouts: 12\/min since \d\d:\d\d/i);
  await expect(row('b-degraded')).toContainText('Degraded');
  await expect(row('b-degraded')).toContainText(/R14 /);
  await expect(row('a-healthy')).toContainText('Healthy');
  await expect(row('a-healthy')).toContainText('20 ms');
  await expect(row('d-silent')).toContainText('Silent');
  await expect(figure(page, 'Dynos')).toHaveText('3');
});

test('the filter by health is in the URL', async ({ page, gauge, open }) => {
  await gauge.fill('calm', [request({})]);
  await gauge.fill('broken', Array.from({ length: 20 }, () => request({ status: 500 })));
  const apps = page.locator('table a.name:visible');
  // Rules are judged every two seconds, and without JavaScript the page stays as it was loaded.
  await expect(async () => {
    await open('/');
    await expect(apps).toHaveText(['broken', 'calm'], { timeout: 1_000 });
    await expect(page.getByRole('link', { name: 'Needs attention 1' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.getByRole('navigation', { name: 'Filter by health' }).getByRole('link', { name: /Needs attention/ }).click();
  await expect(page).toHaveURL(/show=attention/);
  await expect(apps).toHaveText(['broken']);
  // An address of an earlier version.
  await open('/?show=needs-you');
  await expect(apps).toHaveText(['broken']);
  await page.reload();
  await expect(apps).toHaveText(['broken']);
});

test('apps are grouped by health, and the wall view has no controls', async ({ page, gauge, open }) => {
  await gauge.fill('calm', Array.from({ length: 20 }, (_, n) => request({ atMs: Date.now() - n * 1000 })));
  await gauge.fill('broken', Array.from({ length: 20 }, (_, n) => request({ atMs: Date.now() - n * 1000, status: 503, code: 'H12' })));
  const heads = page.locator('.apps .group');
  await expect(async () => {
    await open('/?group=health');
    await expect(heads).toHaveText([/^Failing\s*1$/, /^Healthy\s*1$/], { timeout: 1_000 });
  }).toPass();
  await open('/?wall=1');
  await expect(page.getByRole('searchbox')).toBeHidden();
  await expect(page.getByRole('banner')).toBeHidden();
  const tiles = page.getByRole('list', { name: 'Apps' }).getByRole('listitem');
  await expect(tiles).toHaveText([/Failing.*broken.*H12/, /Healthy.*calm/]);
  // It fits the screen without scrolling.
  expect(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight)).toBe(true);
  await expect(page.locator('.wall-clock time')).toHaveText(/^\d\d:\d\d:\d\d$/);
  await page.getByRole('link', { name: 'Exit wall view' }).click();
  await expect(page.getByRole('searchbox')).toBeVisible();
});
