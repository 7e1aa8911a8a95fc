// Full-page screenshots of who comes in and what sends: sign-in, settings, share links, drains and sources, empty and filled, in both
// widths and themes: STATES_DIR/STATE-THEME-WIDTH.png. None of these pages needs a script.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Gauge } from '../fixtures/gauge';
import { request } from '../fixtures/logplex';
import { Provider, settings } from '../fixtures/provider';
import { expect, test } from '../fixtures/test';
import { FOLDER, frames, looks } from './looks';

const SIZES = [[360, 780], [1280, 900]] as const;
/** States that README shows, and their names there; taken with PICTURES=1. */
const PICTURES: Record<string, string> = { 'drains-add-light': 'drains-light', 'inspect-light': 'inspect-light', 'shares-dark': 'shares-dark' };
const PASSWORD = 'correct horse battery';

// Refusals are part of it.
test.use({ expectedErrors: [/./] });

async function shoot(page: Page, state: string): Promise<void> {
  await page.mouse.move(0, 0);
  await looks(page, SIZES, frames, async (colorScheme, width) => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${state} at ${width}`).toBeLessThanOrEqual(width);
    await page.screenshot({ path: join(FOLDER, `${state}-${colorScheme}-${width}.png`), fullPage: true });
    const picture = PICTURES[`${state}-${colorScheme}`];
    if (process.env.PICTURES && picture && width === 1280) await page.screenshot({ path: `shots/${picture}-1280.png` });
  });
}

async function visit(page: Page, gauge: Gauge, state: string, path: string): Promise<void> {
  await page.goto(gauge.url + path);
  await shoot(page, state);
}

async function signIn(page: Page, gauge: Gauge): Promise<void> {
  await page.goto(`${gauge.url}/settings`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
}

/** Fills in a form of a page and sends it. */
async function send(page: Page, gauge: Gauge, path: string, fields: Record<string, string>): Promise<void> {
  const headers = { origin: gauge.url, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await page.request.post(gauge.url + path, { form: fields, headers });
  expect(answer.status(), `${path} ${JSON.stringify(fields)}`).toBeLessThan(400);
}

const requests = (count: number) => Array.from({ length: count }, (_, n) => request({ atMs: Date.now() - n * 300, serviceMs: 20 + (n % 90), path: `/orders/${n % 9}` }));

test('signing in', async ({ page, gauge }) => {
  const provider = await Provider.start(gauge.url);
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD });
  await visit(page, gauge, 'sign-in', '/sign-in?to=%2Falerts');
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await shoot(page, 'sign-in-wrong');
  await visit(page, gauge, 'invite-over', '/invite/sgi_nothing');
  await visit(page, gauge, 'share-over', '/s/sgs_AAAAAAAAAAAAAAAAAAAAAA');
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD, ...settings(gauge.url, provider.issuer) });
  await visit(page, gauge, 'sign-in-provider', '/sign-in');
  await page.goto(`${gauge.url}/sign-in/oidc`);
  await page.getByPlaceholder('Enter any login').fill('eve@elsewhere.example');
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await shoot(page, 'refused');
  await provider.stop();
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD, ...settings(gauge.url, provider.issuer) });
  await visit(page, gauge, 'provider-down', '/sign-in/oidc');
});

test('nothing yet', async ({ page, gauge }) => {
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD });
  await signIn(page, gauge);
  for (const name of ['people', 'tokens', 'shares', 'audit', 'time', 'server']) await visit(page, gauge, `${name}-empty`, `/settings/${name}`);
  await visit(page, gauge, 'drains-first', '/drains');
});

test('a team', async ({ page, gauge }) => {
  for (const app of ['checkout', 'storefront', 'mail-worker', 'checkout-old']) await gauge.fill(app, requests(300));
  const drain = await gauge.drain('billing');
  await gauge.postTo(drain, [...requests(60), { atMs: Date.now(), source: 'app', process: 'web.1', message: 'Started without a metric' }]);
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD });
  await signIn(page, gauge);
  for (const [name, role] of [['ada', 'admin'], ['ben', 'editor'], ['chloe', 'viewer']] as const) await send(page, gauge, '/settings/people', { do: 'invite', name, role });
  await send(page, gauge, '/settings/tokens', { do: 'add', name: 'deploys', scope: 'write', days: '90', app: 'checkout' });
  await send(page, gauge, '/settings/tokens', { do: 'add', name: 'nightly report', scope: 'read', days: '0' });
  await send(page, gauge, '/settings/shares', { do: 'add', name: 'Screen in the lobby', page: '/', app: 'checkout', days: '30' });
  await send(page, gauge, '/settings/shares', { do: 'add', name: 'For the agency', page: '/apps/storefront', days: '7', span: '24h' });
  for (const name of ['people', 'tokens', 'shares', 'audit', 'time', 'server']) await visit(page, gauge, name, `/settings/${name}`);
  await visit(page, gauge, 'account', '/settings');
  await page.goto(`${gauge.url}/settings/people`);
  await page.getByLabel('Name').fill('dora');
  await page.getByRole('button', { name: 'Make a link' }).click();
  await shoot(page, 'people-link');
  const invitation = new URL(await page.locator('.once code').innerText()).pathname;
  await page.goto(`${gauge.url}/settings/shares`);
  await page.getByLabel('Name').fill('Press');
  await page.locator('select[name=page]').selectOption('/apps/checkout');
  await page.getByRole('button', { name: 'Make link' }).click();
  await shoot(page, 'shares-link');
  const link = new URL(await page.locator('.once code').innerText()).pathname;
  await visit(page, gauge, 'drains', '/drains');
  await visit(page, gauge, 'drain', '/drains/2');
  await visit(page, gauge, 'inspect', '/drains/2/inspect');
  await visit(page, gauge, 'drains-add', '/drains?add=1&app=billing');
  await visit(page, gauge, 'sources', '/apps/checkout-old/sources');
  await page.locator('form:has(input[value=merge]) select').selectOption('checkout');
  await page.locator('form:has(input[value=merge]) input[name=confirm]').fill('checkout');
  await page.getByRole('button', { name: 'Merge app' }).click();
  await shoot(page, 'sources-wrong');
  await page.goto(`${gauge.url}/drains?add=1`);
  await page.locator('input[name=app]').fill('search');
  await page.locator('form button[type=submit]').first().click();
  await shoot(page, 'drain-made');
  await visit(page, gauge, 'wait', '/drains/3/wait');
  await page.context().clearCookies();
  await visit(page, gauge, 'invite', invitation);
  await page.goto(gauge.url + link);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('checkout');
  await page.waitForTimeout(800);
  await shoot(page, 'shared-app');
  await visit(page, gauge, 'shared-elsewhere', '/alerts');
});
