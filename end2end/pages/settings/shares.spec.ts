// Share links: made on the page, opened by somebody without a sign-in, and ended. What routes refuse is tested on the server.
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import type { Gauge } from '../../fixtures/gauge';
import { request } from '../../fixtures/logplex';
import { expect, figure, hydrated, test } from '../../fixtures/test';

const PASSWORD = 'correct horse battery';

test.use({ expectedErrors: [/401 \(Unauthorized\)/] });

const requests = (count: number) => Array.from({ length: count }, (_, n) => request({ atMs: Date.now() - n * 20, serviceMs: 30 }));

/** Three apps with requests behind a password, and the page of share links. */
async function prepare(page: Page, gauge: Gauge): Promise<void> {
  for (const app of ['shop', 'mail', 'hidden']) await gauge.fill(app, requests(40));
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD });
  await page.goto(`${gauge.url}/settings/shares`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('There are no share links yet.')).toBeVisible();
}

/** Makes a link on the page; returns its address on this server. */
async function make(page: Page, gauge: Gauge, name: string, where: string, apps: string[] = []): Promise<string> {
  await page.getByLabel('Name').fill(name);
  await page.locator('select[name=page]').selectOption(where);
  for (const app of apps) await page.getByRole('checkbox', { name: app }).check();
  await page.getByRole('button', { name: 'Make link' }).click();
  const link = await page.locator('.once code').innerText();
  expect(link).toMatch(/\/s\/sgs_[\w-]{22}$/);
  return gauge.url + new URL(link).pathname;
}

/** A browser of somebody else. */
async function elsewhere(browser: Browser, javaScriptEnabled: boolean | undefined, options = {}): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled, ...options });
  return context.newPage();
}

test('a dashboard is shown by a link, and nothing else, until the link is ended', async ({ page, gauge, browser, javaScriptEnabled }) => {
  await prepare(page, gauge);
  const link = await make(page, gauge, 'lobby', '/apps/shop');
  const other = await elsewhere(browser, javaScriptEnabled);
  await other.goto(link);
  await expect(other).toHaveURL(`${gauge.url}/apps/shop`);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('shop');
  await expect(other.getByRole('link', { name: 'Alerts' })).toBeHidden();
  await expect(other.getByText('Add annotation')).toBeHidden();
  expect(await other.context().cookies()).toMatchObject([{ name: 'streamgauge_share', httpOnly: true, sameSite: 'Lax' }]);
  if (javaScriptEnabled !== false) {
    // New lines come without a reload.
    await hydrated(other);
    const lines = figure(other, 'Log lines');
    const before = await lines.innerText();
    await gauge.post('shop', requests(400));
    await expect(lines).not.toHaveText(before);
  }
  await other.goto(gauge.url);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('This link shows one page');
  await other.getByRole('link', { name: 'Back to the shared page' }).click();
  await expect(other).toHaveURL(`${gauge.url}/apps/shop`);
  await page.goto(`${gauge.url}/settings/shares`);
  const row = page.getByRole('row').filter({ hasText: 'lobby' });
  await expect(row).toContainText('no log lines');
  // The first time, and back from the page that was refused; written down within a second.
  await expect(async () => {
    await page.reload();
    await expect(row).toContainText(/2 last/, { timeout: 500 });
  }).toPass();
  await page.getByRole('button', { name: 'End link lobby' }).click();
  await expect(page.getByRole('status')).toContainText('The link has ended.');
  // What is open says so by itself, and a reload too.
  if (javaScriptEnabled !== false) await expect(other.locator('main')).toHaveClass(/gone/);
  await other.reload();
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('This link has ended');
  await other.goto(link);
  await expect(other.getByRole('heading', { level: 1 })).toHaveText('This link has ended');
});

test('a wall shows the chosen apps', async ({ page, gauge, browser, javaScriptEnabled }) => {
  await prepare(page, gauge);
  const link = await make(page, gauge, 'wall', '/', ['shop', 'mail']);
  const other = await elsewhere(browser, javaScriptEnabled);
  await other.goto(link);
  await expect(other).toHaveURL(`${gauge.url}/?wall=1`);
  await expect(other.getByRole('list', { name: 'Apps' }).getByRole('listitem')).toHaveCount(2);
  await expect(other.getByText('hidden', { exact: true })).toHaveCount(0);
  if (javaScriptEnabled !== false) {
    await hydrated(other);
    const all = figure(other, 'Log lines');
    const before = await all.innerText();
    await gauge.post('hidden', requests(1_000));
    await gauge.post('mail', requests(300));
    await expect(all).not.toHaveText(before);
    // Of the apps that are shown alone: 300 lines in ten seconds, and none of the 1,000.
    await expect.poll(async () => parseFloat(await all.innerText())).toBeLessThan(45);
    await expect(other.getByText('hidden', { exact: true })).toHaveCount(0);
  }
  // Whoever is signed in sees what a sign-in allows, also by the link.
  await page.goto(link);
  await expect(page.getByRole('list', { name: 'Apps' }).getByRole('listitem')).toHaveCount(3);
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`links and their pages, ${colorScheme}, ${width} px`, async ({ page, gauge, browser, javaScriptEnabled }) => {
      test.skip(javaScriptEnabled === false, 'axe is a script');
      const check = async (shown: Page, name: string) => {
        const { violations } = await new AxeBuilder({ page: shown }).analyze();
        expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`), name).toEqual([]);
        const isClipped = await shown.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        expect(isClipped, name).toBe(false);
      };
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await prepare(page, gauge);
      await check(page, 'no links');
      const dashboard = await make(page, gauge, 'dashboard', '/apps/shop');
      await check(page, 'made');
      const wall = await make(page, gauge, 'wall', '/', ['shop', 'mail']);
      const other = await elsewhere(browser, true, { colorScheme, viewport: { width, height: 900 } });
      await other.goto(wall);
      await hydrated(other);
      await check(other, 'wall');
      await other.goto(dashboard);
      await hydrated(other);
      await check(other, 'dashboard');
      await other.goto(`${gauge.url}/alerts`);
      await check(other, 'one page');
      await page.getByRole('button', { name: 'End link dashboard' }).click();
      await expect(page.getByRole('status')).toBeVisible();
      await other.goto(dashboard);
      await check(other, 'over');
      await other.goto(`${gauge.url}/s/sgs_none`);
      await check(other, 'unknown');
    });
  }
}
