// The dashboard of an app shows the numbers of the posted lines, with and without JavaScript.
import type { Gauge } from '../../fixtures/gauge';
import { memory, request } from '../../fixtures/logplex';
import { expect, figure, test } from '../../fixtures/test';

/** A hundred requests of 1 to 100 ms by two dynos, five of them failed. */
async function hundred(gauge: Gauge) {
  const requests = Array.from({ length: 100 }, (_, index) =>
    request({ serviceMs: index + 1, status: index % 20 === 0 ? 503 : 200, dyno: `web.${(index % 2) + 1}` }),
  );
  await gauge.fill('checkout', [...requests, memory('web.1', 300), memory('web.2', 410)]);
}

for (const range of ['range=live', 'range=1h', 'range=7d', 'custom']) {
  const nowS = Math.floor(Date.now() / 1000);
  const query = range === 'custom' ? `from=${nowS - 600}&to=${nowS + 600}` : range;
  test(`numbers match the posted lines: ${range}`, async ({ page, gauge, open }) => {
    await hundred(gauge);
    await open(`/apps/checkout?${query}`);
    await expect(figure(page, 'Dynos')).toHaveText('2');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('checkout');
    // Percentiles are within 1 % of the exact nearest-rank value.
    for (const [name, expected] of [['p50', 50], ['p95', 95], ['p99', 99]] as const) {
      const shown = Number.parseFloat((await figure(page, name).textContent()) ?? '');
      expect(Math.abs(shown - expected), `${name} is ${shown}`).toBeLessThanOrEqual(expected * 0.01 + 0.5);
    }
    await expect(figure(page, 'Error rate')).toHaveText(/^5\.0\s*%$/);
    for (const title of ['Throughput', 'Response time', 'Latency heatmap', 'Errors', 'Memory', 'Connect vs. service time', 'Load']) {
      await expect(page.getByRole('heading', { level: 2, name: title })).toBeVisible();
    }
    await expect(page.getByRole('group', { name: 'Memory: series' })).toContainText('web.2');
  });
}

test('a custom range is entered, with and without JavaScript', async ({ page, gauge, open }) => {
  await hundred(gauge);
  await open('/apps/checkout?range=1h');
  await page.locator('.span-form summary').click();
  const minuteMs = Math.floor(Date.now() / 60_000) * 60_000;
  const at = (afterS: number) => new Date(minuteMs + afterS * 1000).toISOString().slice(0, 19);
  const [from, to] = [at(-600), at(61)];
  await page.getByLabel('From').fill(from);
  await page.getByLabel('To', { exact: true }).fill(to);
  await page.locator('.span-form').getByRole('button', { name: 'Apply' }).click();
  // Browsers leave out the seconds of a full minute.
  const inAddress = (time: string) => time.replace(/:00$/, '').replaceAll(':', '%3A');
  await expect(page).toHaveURL(new RegExp(`from=${inAddress(from)}&to=${inAddress(to)}$`));
  const chosen = page.getByRole('navigation', { name: 'Range' }).locator('[aria-current]');
  await expect(chosen).toHaveText(`${from.slice(11)} – ${to.slice(11)}`);
  await expect(figure(page, 'p99')).toHaveText(/9[89]|100/);
});

test('a database card shows its metrics', async ({ page, gauge, open }) => {
  const said = 'source=DATABASE addon=postgresql-rigid-1 sample#active-connections=110 sample#max-connections=120 sample#table-cache-hit-rate=0.991 sample#db_size=90755887bytes';
  await gauge.fill('checkout', [request({}), { atMs: Date.now(), source: 'app', process: 'heroku-postgres', message: said }]);
  await open('/apps/checkout');
  const database = page.locator('section.addon');
  await expect(database.getByRole('heading')).toContainText(/^DatabasePostgres, reported \d+ s ago$/);
  await expect(figure(page, 'Connections')).toHaveText(/^110\s*of 120$/);
  await expect(figure(page, 'Table cache hit rate')).toHaveText(/^99\.1\s*%$/);
  await expect(figure(page, 'Size')).toHaveText('90.8 MB');
  await database.getByRole('link', { name: 'Connections', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'active-connections', exact: true })).toBeVisible();
});

test('ranges are links', async ({ page, gauge, open }) => {
  await hundred(gauge);
  await open('/apps/checkout');
  const ranges = page.getByRole('navigation', { name: 'Range' });
  await expect(ranges.getByRole('link', { name: 'Live' })).toHaveAttribute('aria-current', 'true');
  await ranges.getByRole('link', { name: '24 h' }).click();
  await expect(page).toHaveURL(/range=24h/);
  await expect(ranges.getByRole('link', { name: '24 h' })).toHaveAttribute('aria-current', 'true');
  await expect(page.getByText('over 24 h').first()).toBeVisible();
  await expect(figure(page, 'p99')).toHaveText(/9[89]|100/);
});

test('a chart has a data table', async ({ page, gauge, open }) => {
  const nowS = Math.floor(Date.now() / 1000);
  // The same rate in every second, so it doesn't matter which rows the table picks.
  const frames = Array.from({ length: 120 }, (_, age) => Array.from({ length: 7 }, () => request({ atMs: (nowS - age) * 1000 })));
  await gauge.fill('checkout', frames.flat());
  await open('/apps/checkout');
  await page.getByText('Data table').first().click();
  const table = page.getByRole('table').first();
  await expect(table.getByRole('row').first()).toHaveText(/UTC.*2xx.*3xx.*4xx.*5xx/);
  const second = table.getByRole('row').nth(2);
  await expect(second.getByRole('rowheader')).toHaveText(/^\d\d:\d\d:\d\d$/);
  await expect(second.getByRole('cell').first()).toHaveText('7.0');
});

test.describe('an app that does not exist', () => {
  test.use({ expectedErrors: [/404/] });

  test('is reported', async ({ page, gauge }) => {
    const response = await page.goto(`${gauge.url}/apps/nobody`);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('App not found');
    await page.getByRole('link', { name: 'Back to all apps' }).click();
    await expect(page).toHaveURL(`${gauge.url}/`);
  });

  test('so is an unknown page', async ({ page, gauge }) => {
    const response = await page.goto(`${gauge.url}/nowhere/at-all`);
    expect(response?.status()).toBe(404);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Page not found');
  });
});
