// Export of a log search: from the Logs page to a file, with and without JavaScript.
import { readFile } from 'node:fs/promises';
import { request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const said = (message: string, agoS: number): Frame => ({ atMs: Date.now() - agoS * 1000, source: 'app', process: 'web.1', message });

test.beforeEach(async ({ gauge }) => {
  await gauge.fill('checkout', [said('order=1 placed', 9), said('order=2 password=hunter2', 5), request({ status: 503, code: 'H12' })]);
  await gauge.fill('api', [said('order=3 mailed', 7)]);
});

test('the lines of a search as text and as NDJSON', async ({ page, open }) => {
  await open('/apps/checkout/logs?back=1h&q=order%3D*');
  await page.getByRole('link', { name: 'Export: these log lines' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/logs\/export\?q=order%3D%2A&back=1h$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Export logs');
  const file = async (name: string) => {
    const coming = page.waitForEvent('download');
    await page.getByRole('link', { name }).click();
    const download = await coming;
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
  };
  const text = await file('Download text');
  expect(text.name).toMatch(/^checkout-logs-\d{8}T\d{6}Z-\d{8}T\d{6}Z\.log$/);
  expect(text.text.trimEnd().split('\n').map((line) => line.slice(33))).toEqual(['app[web.1]: order=1 placed', 'app[web.1]: order=2 password=***']);
  const json = await file('Download NDJSON');
  expect(json.name).toMatch(/\.ndjson$/);
  expect(json.text.trimEnd().split('\n').map((line) => JSON.parse(line).text)).toEqual(['order=1 placed', 'order=2 password=***']);
  await page.getByRole('link', { name: 'All apps' }).click();
  const all = await file('Download text');
  expect(all.name).toMatch(/^all-apps-logs-/);
  expect(all.text).toMatch(/^api .*order=3 mailed\ncheckout .*order=1/);
});

test('a search that is not valid has no file', async ({ page, open, gauge }) => {
  await page.goto(`${gauge.url}/apps/checkout/logs/export?q=status%3E%3D`);
  await expect(page.getByRole('alert')).toContainText('expected a value after');
  await expect(page.getByRole('link', { name: /Download/ })).toHaveCount(0);
  await page.getByRole('link', { name: 'Back to the logs of checkout' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/logs\?q=status/);
});
