// How things stand, kept up to date by the page's own stream; and a server that is gone is told within seconds.
import type { Page } from '@playwright/test';
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

// From the end of the server until the page says so.
const GONE_MS_MAX = 3_000;

const calm = (n: number) => request({ atMs: Date.now() - n * 1000, serviceMs: 20 });

test('the stream of another app carries the count', async ({ page, gauge, open }) => {
  await gauge.fill('quiet', [calm(0)]);
  await open('/apps/quiet');
  await expect(page).toHaveTitle('quiet · Streamgauge');
  let asked = 0;
  page.on('request', (it) => (asked += it.url().includes('/live') ? 1 : 0));
  await gauge.incident('checkout');
  await expect(page).toHaveTitle('(1!) quiet · Streamgauge');
  await expect(page.getByRole('navigation', { name: 'Main' })).toHaveAttribute('style', /firing 1\b/);
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', /^data:image\/svg\+xml,/);
  expect(asked, 'no stream beside the one that is open').toBe(0);
});

test.describe('without any request of the page', () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });

  test('an incident is marked on the charts by the stream', async ({ page, gauge, open }) => {
    await gauge.fill('checkout', [calm(1)]);
    await open('/apps/checkout');
    const marks = page.getByRole('list', { name: 'Incidents' }).getByRole('link');
    await expect(marks).toHaveCount(0);
    await page.route('**/api/page/**', (route) => route.abort());
    await gauge.incident('checkout');
    await expect(marks).toHaveCount(1);
  });
});

/** How long it takes until the page says that the server is gone, milliseconds. */
async function toldAfter(page: Page): Promise<number> {
  const from = Date.now();
  await expect(page.locator('main.gone')).toBeAttached({ timeout: 10_000 });
  return Date.now() - from;
}

test.describe('a server that is gone', () => {
  test.use({ expectedErrors: [/ERR_|Failed to load|Failed to fetch/] });

  for (const path of ['/', '/apps/checkout', '/apps/checkout/logs']) {
    test(`within three seconds ${path} is dim and says how old its values are`, async ({ page, gauge, open }) => {
      await gauge.fill('checkout', [calm(0)]);
      await open(path);
      await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
      await gauge.crash();
      expect(await toldAfter(page)).toBeLessThan(GONE_MS_MAX);
      await expect(page.locator('.away')).toHaveText(/^Disconnected\. Values as of \d\d:\d\d:\d\d UTC, \d+ s ago\. Reconnecting automatically\.$/);
      await expect(page).toHaveTitle(/^Disconnected · /);
      await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', /m10 10 9 9m0-9-9 9/);
      await expect(page.locator('main > *').first()).toHaveCSS('opacity', '0.72');
      const age = async () => Number(/(\d+) s ago/.exec((await page.locator('.away').textContent()) ?? '')?.[1]);
      const before = await age();
      await expect.poll(age).toBeGreaterThan(before + 1);
      await gauge.restart();
      await expect(page.locator('main.gone')).toHaveCount(0, { timeout: 30_000 });
      await expect(page).not.toHaveTitle(/Disconnected/);
    });
  }

  test('a server that hangs without closing its connections is noticed as soon', async ({ page, gauge, open }) => {
    await gauge.fill('checkout', [calm(0)]);
    for (const path of ['/', '/apps/checkout']) {
      await open(path);
      await expect(page.getByRole('status').filter({ hasText: 'Live' })).toBeVisible();
      gauge.freeze(true);
      // Whatever was on its way arrives first; then three seconds of silence.
      expect(await toldAfter(page), path).toBeLessThan(GONE_MS_MAX + 1_500);
      gauge.freeze(false);
      await expect(page.locator('main.gone')).toHaveCount(0, { timeout: 30_000 });
    }
  });
});
