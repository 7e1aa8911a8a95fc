// The Metrics page, with and without JavaScript: a metric is searched, selected, grouped and exported.
import { type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function measured(process: string, message: string, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source: 'app', process, message };
}

test('a metric is found, grouped and exported', async ({ page, gauge, open, javaScriptEnabled }) => {
  const frames = [10, 20, 30].flatMap((value, at) => [
    measured('web.1', `source=web.1 measure#db.query=${value}ms count#jobs.done=1`, 20 - at),
    measured('web.2', `source=web.2 measure#db.query=${value * 10}ms`, 20 - at),
  ]);
  await gauge.fill('checkout', frames);
  await open('/apps/checkout');
  await page.getByRole('link', { name: 'Metrics' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/metrics/);
  const list = page.getByRole('complementary', { name: 'Metrics' });
  await list.getByRole('searchbox').fill('db q');
  await list.getByRole('searchbox').press('Enter');
  if (javaScriptEnabled === false) await list.getByRole('link', { name: /db\.query/ }).click();
  await expect(page.getByRole('heading', { name: 'db.query', exact: true })).toBeVisible();
  await expect(list.getByRole('link')).toHaveCount(1);
  await page.getByRole('navigation', { name: 'Statistic' }).getByRole('link', { name: 'max' }).click();
  await expect(page).toHaveURL(/stat=max/);
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('source');
  if (javaScriptEnabled === false) await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/by=source/);
  const groups = page.getByRole('region', { name: 'Series', exact: true }).getByRole('table');
  await expect(groups.getByRole('rowheader')).toHaveText(['web.2', 'web.1']);
  await expect(groups.getByRole('row').nth(1)).toContainText('300 ms');
  await expect(groups.getByRole('row').nth(2)).toContainText('30 ms');
  const csv = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
  const table = await (await fetch(gauge.url + csv)).text();
  expect(table.split('\r\n')[0]).toBe('time,source,max ms');
  expect(table).toContain(',web.2,300');
  const json = await page.getByRole('link', { name: 'JSON' }).getAttribute('href');
  expect((await (await fetch(gauge.url + json)).json()).series).toHaveLength(2);
});

test('only groupings that the metric has are offered, and a comparison without data says so', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [measured('web.1', 'source=web.1 count#jobs.done=1', 3), measured('web.1', 'count#bare.metric=1', 3)]);
  await open('/apps/checkout/metrics?metric=jobs.done&range=live&compare=1d');
  const grouping = page.getByRole('combobox', { name: 'Group by' });
  await expect(grouping.getByRole('option')).toHaveText(['No grouping', 'By source']);
  await expect(page.getByText('No data yesterday at this time')).toBeVisible();
  await open('/apps/checkout/metrics?metric=bare.metric&range=live');
  await expect(grouping.getByRole('option')).toHaveText(['No grouping']);
  await expect(page.getByText('No data yesterday at this time')).toHaveCount(0);
});

test('shares are percentages, and bytes have a unit', async ({ page, gauge, open }) => {
  const text = 'source=DATABASE addon=a sample#connections-percentage-used=0.68 sample#memory-total=36420000kB';
  await gauge.fill('checkout', [{ atMs: Date.now() - 2_000, source: 'app', process: 'heroku-postgres', message: text }]);
  await open('/apps/checkout/metrics');
  const list = page.getByRole('complementary', { name: 'Metrics' });
  await expect(list.getByRole('link', { name: 'connections-percentage-used' })).toContainText('68 %');
  await expect(list.getByRole('link', { name: 'memory-total' })).toContainText('36.4 GB');
});

test('every choice keeps the typed filter', async ({ page, gauge, open, javaScriptEnabled }) => {
  await gauge.fill('checkout', [measured('web.1', 'source=web.1 measure#db.query=5ms count#jobs.done=1', 3)]);
  await open(javaScriptEnabled === false ? '/apps/checkout/metrics?find=db&range=live' : '/apps/checkout/metrics?range=live');
  const field = page.getByRole('complementary', { name: 'Metrics' }).getByRole('searchbox');
  if (javaScriptEnabled !== false) await field.fill('db');
  const links = page.getByRole('complementary', { name: 'Metrics' }).getByRole('link');
  for (const [nav, name] of [['Range', '1 h'], ['Statistic', 'max']] as const) {
    if (javaScriptEnabled === false && nav === 'Statistic') continue;
    await page.getByRole('navigation', { name: nav }).getByRole('link', { name, exact: true }).click();
    await expect(page).toHaveURL(/find=db/);
    await expect(field).toHaveValue('db');
    await expect(links).toHaveCount(1);
  }
});

test('an unknown metric is reported, and the list still works', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [measured('web.1', 'count#jobs.done=1', 3)]);
  await open('/apps/checkout/metrics?metric=nothing');
  await expect(page.getByRole('alert')).toContainText('nothing');
  await page.getByRole('complementary', { name: 'Metrics' }).getByRole('link', { name: /jobs\.done/ }).click();
  await expect(page.getByRole('heading', { name: 'jobs.done', exact: true })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('the page fits a phone', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await gauge.fill('checkout', [measured('web.1', `count#${'long.'.repeat(20)}name=1`, 3)]);
  await open('/apps/checkout/metrics');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test('durations have a logarithmic axis unless the URL asks for a linear one', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [5, 50, 5_000].map((value, at) => measured('web.1', `source=web.1 measure#db.query=${value}ms`, 60 - at * 20)));
  await open('/apps/checkout/metrics?metric=db.query');
  const axis = page.locator('.chart-y');
  await expect(axis).toContainText(/1 ms.*10 ms.*100 ms.*1 s/);
  await page.getByRole('navigation', { name: 'Y axis scale' }).getByRole('link', { name: 'Linear' }).click();
  await expect(page).toHaveURL(/scale=linear/);
  await expect(axis).toContainText(/^0/);
});
