// The time zone: chosen by each person, kept by the browser, named in the address of what is shared, with and without JavaScript.
import { request, type Frame } from '../../fixtures/logplex';
import { expect, hydrated, test } from '../../fixtures/test';

const ZONE = 'America/New_York';
const said = (atMs: number): Frame => ({ atMs, source: 'app', process: 'web.1', message: 'hello' });
const clock = (atMs: number, timeZone: string) => new Date(atMs).toLocaleTimeString('en-GB', { timeZone });
const note = 'Times are';

test.use({ expectedErrors: [/400 \(Bad Request\)/] });

test('times are shown in the zone that is chosen, and the address names it', async ({ page, gauge, open, javaScriptEnabled, browser }) => {
  const atMs = Math.floor(Date.now() / 1_000) * 1_000 - 20_000;
  await gauge.fill('checkout', [request({ atMs }), said(atMs)]);
  await open('/apps/checkout/logs?back=6h&q=hello');
  await expect(page.locator('.log .lines time').first()).toContainText(clock(atMs, 'UTC'));
  await page.getByRole('link', { name: `${note} UTC` }).click();
  const zone = page.getByRole('combobox', { name: 'Zone' });
  await zone.fill('Nowhere/At_All');
  await page.getByRole('button', { name: 'Use this zone' }).click();
  await expect(page.getByRole('alert')).toContainText('expected the name of a time zone');
  await zone.fill(ZONE);
  await page.getByRole('button', { name: 'Use this zone' }).click();

  // Back to where the link was, in the new zone.
  await expect(page).toHaveURL(/\/apps\/checkout\/logs\?back=6h&q=hello/);
  if (javaScriptEnabled !== false) await hydrated(page);
  await expect(page.getByRole('link', { name: `${note} ${ZONE}` })).toBeVisible();
  await expect(page.locator('.log .lines time').first()).toContainText(clock(atMs, ZONE));

  await open('/apps/checkout?range=6h');
  await expect(page.getByRole('link', { name: `${note} ${ZONE}` })).toBeVisible();
  if (javaScriptEnabled === false) return;
  const named = /[?&]tz=America%2FNew_York/;
  await expect(page).toHaveURL(named);
  await page.getByRole('navigation', { name: 'Range' }).getByRole('link', { name: '24 h' }).click();
  await expect(page).toHaveURL(/range=24h/);
  await expect(page).toHaveURL(named);

  // Somebody else sees the same times by this address, and their own zone elsewhere.
  const other = await browser.newPage();
  await other.goto(page.url());
  await expect(other.getByRole('link', { name: `${note} ${ZONE}` })).toBeVisible();
  await other.goto(`${gauge.url}/apps/checkout`);
  await expect(other.getByRole('link', { name: `${note} UTC` })).toBeVisible();
  await other.close();
});

test('a custom range is read by the clock of the page', async ({ page, gauge, open, javaScriptEnabled }) => {
  await gauge.fill('checkout', [request({})]);
  await open(`/apps/checkout?from=1789999200&to=1790002800&tz=${encodeURIComponent('Asia/Kathmandu')}`);
  // 14:00 UTC, five hours and three quarters later.
  const chosen = page.getByRole('navigation', { name: 'Range' }).locator('[aria-current]');
  await expect(chosen).toHaveText('19:45 – 20:45');
  await page.getByText('Custom range').click();
  await expect(page.getByLabel('From')).toHaveValue('2026-09-21T19:45');
  await page.getByLabel('To', { exact: true }).fill('2026-09-21T21:15');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/to=2026-09-21T21%3A15/);
  if (javaScriptEnabled !== false) await hydrated(page);
  await expect(chosen).toHaveText('19:45 – 21:15');
});

test('the zone of the browser is offered', async ({ browser, gauge, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'only a script knows it');
  const page = await browser.newPage({ timezoneId: 'Asia/Tokyo' });
  await page.goto(`${gauge.url}/settings/time`);
  await page.getByRole('button', { name: "This browser's zone, Asia/Tokyo" }).click();
  await expect(page).toHaveURL(`${gauge.url}/?tz=Asia%2FTokyo`);
  await page.goto(`${gauge.url}/settings/time`);
  await expect(page.getByText('This browser shows times in Asia/Tokyo')).toBeVisible();
  await page.getByRole('button', { name: 'UTC' }).click();
  await page.goto(`${gauge.url}/settings/time`);
  await expect(page.getByText('This browser shows times in UTC')).toBeVisible();
  await page.close();
});
