// Full-page screenshots of every state of the pages in every width and theme: STATES_DIR/STATE-THEME-WIDTH.png. Screenshots of pages
// with ordinary traffic are in shots.ts.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Frame, memory, request } from '../fixtures/logplex';
import { expect, hydrated, test } from '../fixtures/test';
import { FOLDER, frames, looks, SIZES } from './looks';

/** States that only need a URL: app `quiet` has one line, `drained` a drain without lines, `lossy` lost lines. */
const PLACES = {
  losses: '/apps/lossy', 'losses-overview': '/',
  'no-match': '/?q=nothing-like-this', 'no-app': '/apps/nowhere', 'no-page': '/nothing',
  'failed-search': '/apps/checkout/logs?q=nowhere&back=1h', 'failed-search-live': '/apps/checkout/logs?q=nowhere',
  'error-metric': '/apps/checkout/metrics?metric=none',
  'empty-app': '/apps/quiet', 'empty-app-lines': '/apps/quiet/logs', 'empty-app-metrics': '/apps/quiet/metrics',
  'alerts-calm': '/alerts', 'alerts-rules': '/alerts?show=rules', 'alerts-channels': '/alerts?show=channels', 'alerts-mutes': '/alerts?show=mutes',
  'alerts-history': '/alerts?show=history', 'no-incident': '/incidents/99',
  'rule-metric': '/alerts/new?app=checkout&metric=router.service&stat=p95', 'rule-search': '/alerts/new?app=checkout&q=timeout',
  'rule-wrong': '/alerts/new?app=checkout&metric=none', 'no-line': '/apps/drained', 'no-line-lines': '/apps/drained/logs',
};
/** Links to the same page with another query, which don't load a new document. */
const LINKS = [['', '/apps/checkout', '1 h'], ['-lines', '/apps/checkout/logs', 'Router'], ['-metrics', '/apps/checkout/metrics?metric=router.service', 'p50']] as const;

// Requests fail here on purpose; only the screenshots matter.
test.use({ expectedErrors: [/./] });

/** Takes screenshots of the current page without reloading it. */
async function shoot(page: Page, state: string): Promise<void> {
  await page.mouse.move(0, 0);
  await looks(page, SIZES, frames, async (colorScheme, width) => {
    await page.screenshot({ path: join(FOLDER, `${state}-${colorScheme}-${width}.png`), fullPage: true });
  });
}

/** Four minutes of a healthy app. */
function calm(): Frame[] {
  const nowMs = Date.now();
  const second = (age: number) => {
    const atMs = nowMs - age * 1_000;
    const one = (n: number) => request({ atMs, serviceMs: 20 + n * 12 + (age % 17), dyno: `web.${1 + (n % 2)}` });
    const reports = age % 20 === 0 ? [memory('web.1', 300 + (age % 40), atMs)] : [];
    return [...Array.from({ length: 6 + (age % 5) }, (_, n) => one(n)), ...reports];
  };
  return Array.from({ length: 240 }, (_, n) => second(239 - n)).flat();
}

const status = (page: Page) => page.locator('header .live[role=status]');

test('addresses', async ({ page, gauge, open }) => {
  await open('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Waiting for the first log line');
  await shoot(page, 'empty');
  await gauge.fill('checkout', calm());
  const lost = `Error L10 (output buffer overflow): 491 messages dropped since ${new Date(Date.now() - 60_000).toISOString()}.`;
  await gauge.fill('lossy', [...calm(), { atMs: Date.now() - 5_000, source: 'heroku', process: 'logplex', message: lost }]);
  await gauge.fill('quiet', [{ atMs: Date.now(), source: 'app', process: 'web.1', message: 'hello' }]);
  await gauge.drain('drained');
  for (const [state, path] of Object.entries(PLACES)) {
    await page.goto(gauge.url + path);
    // An unknown page is not hydrated.
    if (state !== 'no-page') await hydrated(page);
    await page.waitForTimeout(500);
    await shoot(page, state);
  }
});

test('a slow response, and a failed one', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', calm());
  const asked = (url: URL) => url.pathname.startsWith('/api/') && !url.pathname.startsWith('/api/v1/');
  for (const [state, path, link] of LINKS) {
    await open(path);
    let answer = () => {};
    const held = new Promise<void>((done) => (answer = done));
    await page.route(asked, (route) => held.then(() => route.abort()));
    await page.locator('main').getByRole('link', { name: link, exact: true }).click();
    // Long enough for the loading state to appear.
    await page.waitForTimeout(500);
    await shoot(page, `loading${state}`);
    answer();
    await page.waitForTimeout(500);
    await shoot(page, `failed${state}`);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  }
});

test('an app falls silent', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', calm());
  await open('/');
  // Two minutes without a line.
  await expect(page.getByRole('row').filter({ hasText: 'checkout' })).toContainText('Silent', { timeout: 150_000 });
  await gauge.fill('api', calm());
  await shoot(page, 'silent');
  await open('/apps/checkout');
  await expect(page.locator('.foot')).toContainText('No log lines for');
  await shoot(page, 'stale');
});

test('the server goes down', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', calm());
  await open('/apps/checkout');
  await expect(status(page)).toHaveText('Live');
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await gauge.crash();
  await expect(status(page)).toHaveText('Reconnecting…');
  await shoot(page, 'reconnecting');
  await expect(status(page)).toContainText('Disconnected', { timeout: 40_000 });
  await shoot(page, 'gone');
  await page.goto(`${gauge.url}/apps/checkout`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText("Can't reach the server");
  await shoot(page, 'offline');
});

test('a password is required', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', calm());
  await open('/');
  await expect(status(page)).toHaveText('Live');
  await gauge.crash();
  // Without the header the browser shows no password dialog, for which the test driver would wait.
  await page.route('**', async (route) => {
    const response = await route.fetch().catch(() => null);
    if (!response) return route.abort();
    return route.fulfill({ response, headers: { ...response.headers(), 'www-authenticate': '' } });
  });
  await gauge.restart({ ADMIN_PASSWORD: 'x' });
  await expect(status(page)).toHaveText(/Signed out|Disconnected/, { timeout: 30_000 });
  await shoot(page, 'signed-out');
  await page.goto(gauge.url);
  await shoot(page, 'permission');
});
