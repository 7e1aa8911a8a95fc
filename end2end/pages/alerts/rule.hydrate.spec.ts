// The whole way of a rule: from a chart through the form and its preview to a message, its mute link, and the end of the incident.
import type { Page } from '@playwright/test';
import type { Gauge } from '../../fixtures/gauge';
import { type Frame } from '../../fixtures/logplex';
import { Receiver } from '../../fixtures/receiver';
import { expect, test } from '../../fixtures/test';

// An incident opens and ends within these times; the page asks again every five seconds.
const PATIENCE_MS = 60_000;
const soon = { timeout: PATIENCE_MS };

test.setTimeout(5 * PATIENCE_MS);
// The server is restarted with settings, while a page may be open.
test.use({ expectedErrors: [/ERR_CONNECTION_REFUSED|Failed to fetch/] });

function query(ms: number, atMs = Date.now()): Frame {
  return { atMs, source: 'app', process: 'web.1', message: `source=web.1 measure#db.query=${ms}ms` };
}

/** Restarts the server so that it may send to this machine, and knows its own address. */
async function allowHere(gauge: Gauge): Promise<void> {
  await gauge.crash();
  await gauge.restart({ ALERT_PRIVATE: '1', PUBLIC_URL: gauge.url });
}

/** Posts a value every second until the returned function is called. */
function keepPosting(gauge: Gauge, ms: number): () => Promise<void> {
  let isOver = false;
  const posting = (async () => {
    while (!isOver) {
      await gauge.post('checkout', [query(ms)]);
      await new Promise((done) => setTimeout(done, 1000));
    }
  })();
  return async () => {
    isOver = true;
    await posting;
  };
}

async function addChannel(page: Page, url: string): Promise<void> {
  await page.getByLabel('Kind').selectOption('mattermost');
  await page.getByLabel('Name').fill('#ops');
  await page.getByLabel('URL').fill(url);
  await page.getByRole('button', { name: 'Add channel' }).click();
  await expect(page.getByText('Added.')).toBeVisible();
}

test('chart, rule, preview, message, mute link, resolved', async ({ page, gauge, open }) => {
  const receiver = await Receiver.start();
  await allowHere(gauge);
  await gauge.fill('checkout', Array.from({ length: 120 }, (_, n) => query(20, Date.now() - n * 1000)));

  await open('/alerts?show=channels');
  await addChannel(page, receiver.url);
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText('Test delivered.')).toBeVisible();
  expect(receiver.bodies).toHaveLength(1);
  // The secret part of the URL is shown nowhere.
  expect(await page.content()).not.toContain('/hooks/secret');

  await open('/apps/checkout/metrics?metric=db.query');
  await page.getByRole('link', { name: 'Alert on this: db.query, p95' }).click();
  await expect(page).toHaveURL(/\/alerts\/new\?app=checkout&metric=db\.query&stat=p95/);
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  await expect(page.getByText(/^In the last/)).toBeVisible();
  await page.getByLabel(/^Limit/).fill('10');
  await expect(page.getByText(/would have fired once/)).toBeVisible();
  await page.getByLabel(/^Limit/).fill('400');
  await expect(page.getByText(/would not have fired/)).toBeVisible();
  await page.getByLabel('Name').fill('Slow queries');
  await page.getByLabel(/^Over/).selectOption('60');
  await page.getByLabel(/^For/).selectOption('0');
  await page.getByLabel('Clear after').selectOption('0');
  await expect(page).toHaveURL(/limit=400/);
  await page.getByRole('button', { name: 'Save rule' }).click();
  await expect(page).toHaveURL(/\/alerts\?show=rules$/);
  await expect(page.getByText('Slow queries').first()).toBeVisible();

  let stop = keepPosting(gauge, 900);
  await expect.poll(() => receiver.bodies.some((it) => it.includes('Slow queries') || it.includes('db.query')), soon).toBe(true);
  await open('/alerts');
  const row = page.getByRole('row', { name: /db\.query/ });
  await expect(row).toContainText('Firing', soon);
  await row.getByRole('link').click();
  await expect(page).toHaveURL(/\/incidents\/\d+$/);
  await expect(page.locator('.crosshair.pinned')).toBeVisible();
  await expect(page.locator('.chart-ends')).toContainText('limit');
  const incident = page.url();

  const muteLink = receiver.bodies.join(' ').match(/https?:\/\/[^\s"')|>\\]+\/mute\/[\w.~-]+/)?.[0];
  expect(muteLink, 'a message has links that mute').toBeDefined();
  await page.goto(muteLink!);
  await page.getByRole('button').first().click();
  await page.goto(incident);
  await expect(page.getByText(/^Muted by .* until/)).toBeVisible(soon);

  await stop();
  stop = keepPosting(gauge, 20);
  await expect(page.locator('.stage')).toHaveText('Resolved', { timeout: 3 * PATIENCE_MS });
  await stop();
  await open('/alerts?show=history');
  await expect(page.getByRole('row', { name: /db\.query/ })).toContainText('Resolved');
  await open('/apps/checkout/metrics?metric=db.query&range=1h');
  await expect(page.getByRole('list', { name: 'Incidents' }).getByRole('link')).toHaveCount(1);
  await receiver.stop();
});

test('what is entered before the page is hydrated is kept and previewed', async ({ page, gauge }) => {
  await gauge.fill('checkout', Array.from({ length: 60 }, (_, n) => query(20, Date.now() - n * 1000)));
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`${gauge.url}/alerts/new?app=checkout&metric=db.query&stat=max`);
  await page.getByLabel('Name').fill('early');
  await page.getByLabel(/^Limit/).fill('7');
  release();
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  await expect(page.getByLabel('Name')).toHaveValue('early');
  await expect(page.getByLabel(/^Limit/)).toHaveValue('7');
  await expect(page.getByText(/above 7/)).toBeVisible();
  await expect(page).toHaveURL(/limit=7/);
});

test('a channel that fails stands visibly', async ({ page, gauge, open }) => {
  const receiver = await Receiver.start();
  receiver.status = 503;
  await allowHere(gauge);
  await gauge.fill('checkout', [query(20)]);
  await open('/alerts?show=channels');
  await addChannel(page, receiver.url);
  await page.getByRole('button', { name: 'Send a test' }).click();
  await expect(page.getByText(/^Test not delivered:/)).toBeVisible();
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Remove for good?' }).click();
  await expect(page.getByText('No channels yet: nobody is notified.')).toBeVisible();
  await receiver.stop();
});

test('a mute, a window and a switch', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [query(20)]);
  await open('/alerts?show=mutes');
  await page.getByLabel(/^App/).first().selectOption('checkout');
  await page.getByLabel('Reason').fill('moving');
  await page.getByRole('button', { name: 'Mute', exact: true }).click();
  await expect(page.getByText(/^Until .* left$/)).toBeVisible();
  // The zone of the browser is proposed.
  await expect(page.getByLabel(/^Time zone/)).toHaveValue('Pacific/Auckland');
  await page.getByLabel('Name').fill('Nightly');
  await page.getByLabel('Mon', { exact: true }).check();
  await page.getByRole('button', { name: 'Add window' }).click();
  await expect(page.getByText('Mon 02:00 for 1 h, Pacific/Auckland')).toBeVisible();
  await expect(page.locator('.next li')).toHaveCount(5);
  await open('/alerts?show=rules');
  const silence = page.getByRole('group', { name: 'Silence by app' }).getByRole('switch');
  await silence.click();
  await expect(silence).toHaveAttribute('aria-checked', 'false');
});
