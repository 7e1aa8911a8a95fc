// Themes and widths of the pages, with and without JavaScript.
import type { Page } from '@playwright/test';
import { request } from '../../fixtures/logplex';
import { PANELS } from '../../fixtures/panels';
import { expect, test } from '../../fixtures/test';

const PATHS = ['/', '/apps/checkout-with-a-rather-long-name?range=live', '/apps/checkout-with-a-rather-long-name?range=7d', '/apps/checkout-with-a-rather-long-name/sizing', '/apps/checkout-with-a-rather-long-name/compare', '/alerts', '/alerts?show=rules', '/alerts?show=channels', '/alerts?show=mutes', '/alerts/new?app=checkout-with-a-rather-long-name&metric=router.service', '/incidents/1', '/boards', '/boards/1', '/boards/1/edit'];

/** Pages that the server alone makes: nothing takes them over. */
const PLAIN = ['/apps/checkout-with-a-rather-long-name/logs/export?q=status>=500', '/searches', '/drains', '/settings', '/settings/people', '/settings/tokens', '/settings/time', '/settings/audit', '/settings/server', '/searches?app=checkout-with-a-rather-long-name&q=status>=500'];

/** Brightness of the page's background, from 0 for black to 255 for white. */
async function ground(page: Page): Promise<number> {
  const color = await page.locator('html').evaluate((it) => getComputedStyle(it).backgroundColor);
  const parts = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  return parts.reduce((sum, it) => sum + it, 0) / 3;
}

test.beforeEach(async ({ gauge }) => {
  const failing = Array.from({ length: 15 }, () => request({ status: 503, serviceMs: 30_000, code: 'H12' }));
  await gauge.fill('checkout-with-a-rather-long-name', [request({}), ...failing]);
});

test('follows the system between light and dark', async ({ page, open }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await open('/');
  expect(await ground(page)).toBeLessThan(60);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await ground(page)).toBeGreaterThan(200);
});

for (const width of [360, 768, 1920]) {
  test(`no page is wider than a screen of ${width} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width, height: 800 });
    await gauge.incident('checkout-with-a-rather-long-name');
    await gauge.board('Night', PANELS);
    const search = JSON.stringify({ name: 'Requests that failed', q: `status>=500 path~/${'x'.repeat(300)}` });
    await fetch(`${gauge.url}/api/v1/searches`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: search });
    for (const path of [...PATHS, ...PLAIN]) {
      await (PLAIN.includes(path) ? page.goto(gauge.url + path) : open(path));
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      const widest = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(widest, path).toBeLessThanOrEqual(width);
    }
  });
}
