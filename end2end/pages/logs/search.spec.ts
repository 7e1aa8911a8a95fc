// Search on the Logs page: by text, field, source, level and time, with and without JavaScript.
import { request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function said(process: string, message: string, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source: 'app', process, message };
}

test('lines are found, and the URL holds the query', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [
    said('web.1', 'order=17 placed', 3),
    said('worker.1', 'order=18 mailed to ann@example.com', 2),
    request({ status: 503, code: 'H12' }),
  ]);
  await open('/apps/checkout');
  await page.getByRole('link', { name: 'Logs', exact: true }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/logs/);
  const lines = page.locator('.log .lines li');
  await expect(lines).toHaveCount(3);
  // Sorted by time, the newest last.
  await expect(lines.last()).toContainText('H12');
  await expect(page.locator('body')).not.toContainText('ann@example.com');
  const words = page.getByRole('combobox', { name: 'Search' });
  await words.fill('order -17');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(/q=order(\+|%20)-17/);
  await expect(lines).toHaveCount(1);
  await expect(lines.first()).toContainText('order=18 mailed to ***');
  await expect(lines.first().locator('mark')).toHaveText('order');
  await page.getByRole('combobox', { name: 'Search' }).fill('order<18');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(lines).toHaveCount(1);
  await expect(lines.first()).toContainText('order=17 placed');
  await page.goBack();
  await expect(lines.first()).toContainText('order=18');
  await page.goto(gauge.url + '/apps/checkout/logs?q=nowhere&back=1h');
  await expect(page.getByText('No matching lines in the last 1 h.')).toBeVisible();
  await expect(page.getByRole('banner')).toContainText('Not live');
});

test('log type, level and source filter the lines', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [
    said('web.1', 'level=error it broke', 4),
    said('web.2', 'calm', 3),
    request({}),
    request({ status: 503, code: 'H12' }),
  ]);
  await open('/apps/checkout/logs?back=15m');
  const lines = page.locator('.log .lines li');
  await expect(lines).toHaveCount(4);
  await expect(page.getByText(/4 lines, 2 errors/)).toBeVisible();
  await page.getByRole('link', { name: 'Router' }).click();
  await expect(lines).toHaveCount(2);
  await expect(page.getByRole('link', { name: 'Router' })).toHaveAttribute('aria-current', 'true');
  await page.goto(gauge.url + '/apps/checkout/logs?back=15m&level=error');
  await expect(lines).toHaveCount(2);
  await expect(lines.first()).toContainText('it broke');
  await page.goto(gauge.url + '/apps/checkout/logs?back=15m&source=web.2');
  await expect(lines).toHaveCount(1);
});

test('a range in the URL limits the lines', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', 'early=1', 40), said('web.1', 'late=1', 5), request({ status: 503, code: 'H12', atMs: Date.now() - 6_000 })]);
  const nowS = Math.floor(Date.now() / 1000);
  await open(`/apps/checkout/logs?from=${nowS - 20}&to=${nowS}`);
  const lines = page.locator('.log .lines li');
  await expect(lines).toHaveCount(2);
  await expect(lines.last()).toContainText('late=1');
  await expect(lines.first()).toContainText(/H12.*GET.*\/.*status 503.*service 20 ms/);
  await page.getByRole('combobox', { name: 'Search' }).fill('late');
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page).toHaveURL(new RegExp(`from=${nowS - 20}`));
  await expect(lines).toHaveCount(1);
  await page.getByRole('link', { name: 'Clear time range' }).click();
  await expect(page).not.toHaveURL(/from=/);
  await expect(page.getByRole('combobox', { name: 'Search' })).toHaveValue('late');
});

test('an opened line shows its context and has a link', async ({ page, gauge, open }) => {
  const all = Array.from({ length: 40 }, (_, n) => said(n % 2 ? 'worker.1' : 'web.1', `n=${n}.`, 60 - n));
  await gauge.fill('checkout', all);
  await open('/apps/checkout/logs?back=1h&q=n%3D20.');
  await page.locator('.log .lines li .at').click();
  await expect(page).toHaveURL(/line=\d+-\d+/);
  const around = page.getByRole('region', { name: 'Log line', exact: true });
  await expect(around.locator('pre')).toHaveText('n=20.');
  const beside = around.locator('.beside li[data-line]');
  await expect(beside).toHaveCount(20);
  await expect(beside.first()).toContainText('n=0.');
  await expect(beside.last()).toContainText('n=38.');
  await expect(around).not.toContainText('worker.1');
  const link = page.url();
  await page.goBack();
  await expect(around).toHaveCount(0);
  await page.goto(link);
  await expect(around.locator('pre')).toHaveText('n=20.');
  await around.getByRole('link', { name: 'Close' }).click();
  await expect(around).toHaveCount(0);
  await expect(page).toHaveURL(/q=n%3D20\.&back=1h$/);
});

test('a line of a megabyte is shortened, and shown in full on demand', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', `begin ${'x'.repeat(1_000_000)} end`, 3)]);
  await open('/apps/checkout/logs?back=1h');
  await expect(page.locator('.log .lines li')).toContainText('+995 kB');
  await page.locator('.log .lines li .at').click();
  const around = page.getByRole('region', { name: 'Log line', exact: true });
  await expect(around).toContainText('The first 16 kB of 1.0 MB.');
  await around.getByRole('link', { name: 'Show all' }).click();
  await expect(page).toHaveURL(/\/text$/);
  expect((await page.locator('body').textContent())?.trim().endsWith(' end')).toBe(true);
});

test('the page fits a phone', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await gauge.fill('checkout', [said('web.1', `long ${'x'.repeat(300)}`, 3)]);
  await open('/apps/checkout/logs');
  await expect(page.locator('.log .lines li')).toHaveCount(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
