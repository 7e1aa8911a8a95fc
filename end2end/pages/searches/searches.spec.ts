// Saved searches: saved from the Logs page, opened, renamed and removed, with and without JavaScript.
import { request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const said = (message: string): Frame => ({ atMs: Date.now() - 5_000, source: 'app', process: 'web.1', message });

test.use({ expectedErrors: [/400 \(Bad Request\)|409 \(Conflict\)/] });

test('a search is saved, opened, renamed and removed', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('order=1 placed'), request({ status: 503, code: 'H12' })]);
  await gauge.fill('api', [request({})]);
  await open('/apps/checkout/logs?back=6h&q=status%3E%3D500');
  await page.getByRole('link', { name: 'Save search: these log lines' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Saved searches for checkout');
  const name = page.getByRole('textbox', { name: 'Name' }).first();
  await name.fill('Failed requests');
  await page.getByRole('button', { name: 'Save search' }).click();
  await expect(page.getByRole('status')).toHaveText('The search is saved.');
  await page.getByRole('link', { name: 'Failed requests' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/logs\?q=status%3E%3D500&back=6h$/);
  await expect(page.locator('.log .lines li')).toHaveCount(1);

  // The same name again is refused, and what was typed stays.
  await page.getByRole('link', { name: 'Save search: these log lines' }).click();
  await name.fill('failed REQUESTS');
  await page.getByRole('button', { name: 'Save search' }).click();
  await expect(page.getByRole('alert')).toContainText('already a saved search named failed REQUESTS');
  await expect(name).toHaveValue('failed REQUESTS');
  await page.getByRole('combobox', { name: 'For' }).selectOption('all');
  await name.fill('Failures everywhere');
  await page.getByRole('button', { name: 'Save search' }).click();
  await expect(page.getByRole('row', { name: /Failures everywhere/ })).toContainText('Every app');

  await page.goto(`${gauge.url}/searches`);
  await expect(page.getByRole('row')).toHaveCount(3);
  await page.getByLabel('Edit Failed requests').click();
  await page.getByRole('row', { name: /Failed requests/ }).getByRole('textbox', { name: 'Name' }).fill('5xx');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('link', { name: '5xx' })).toBeVisible();
  await page.getByLabel('Edit 5xx').click();
  await page.getByRole('row', { name: /5xx/ }).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByRole('status')).toHaveText('The search is removed.');
  await expect(page.getByRole('row')).toHaveCount(2);
  await page.getByRole('textbox', { name: 'App in which to open Failures everywhere' }).or(page.getByRole('combobox', { name: 'App in which to open Failures everywhere' })).fill('api');
  await page.getByRole('button', { name: 'Open Failures everywhere' }).click();
  await expect(page).toHaveURL(/\/apps\/api\/logs\?q=status%3E%3D500&back=6h$/);
});

test('a search that is not valid is not saved, and the page says where it is wrong', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [request({})]);
  await open('/apps/checkout/logs?q=status%3E%3D');
  await page.getByRole('link', { name: 'Save search: these log lines' }).click();
  await expect(page.getByRole('alert')).toContainText('(search, character');
});
