// What can be taken from a dashboard and written on it: files of charts, annotations, a pause.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { twoBusyMinutes } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

test.beforeEach(async ({ gauge, open }) => {
  await gauge.fill('checkout', twoBusyMinutes());
  await open('/apps/checkout?range=1h');
});

test('a chart is saved as CSV, with the points that the API has', async ({ page, gauge }) => {
  const saving = page.waitForEvent('download');
  await page.getByRole('group', { name: 'Save Throughput' }).getByRole('button', { name: 'CSV' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^checkout-throughput-\d+\.csv$/);
  const text = readFileSync(await file.path(), 'utf8');
  const answer = await page.request.get(`${gauge.url}/api/v1/apps/checkout/charts/throughput?range=1h&format=csv`);
  expect(text.split('\r\n')[0]).toBe('time,2xx requests/s,3xx requests/s,4xx requests/s,5xx requests/s');
  expect(text.split('\r\n').slice(0, 3)).toEqual((await answer.text()).split('\r\n').slice(0, 3));
});

test('a chart is saved as a picture, with its title and legend', async ({ page }) => {
  for (const title of ['Response time', 'Latency heatmap']) {
    const saving = page.waitForEvent('download');
    await page.getByRole('group', { name: `Save ${title}` }).getByRole('button', { name: 'PNG' }).click();
    const file = await saving;
    expect(file.suggestedFilename()).toMatch(/^checkout-(latency|heatmap)\.png$/);
    const bytes = readFileSync(await file.path());
    const card = await page.locator('section.card').filter({ has: page.getByRole('heading', { level: 2, name: title }) }).boundingBox();
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.readUInt32BE(16)).toBe(Math.ceil(card!.width * 2));
    // Not one colour: the drawing and the texts are in it.
    expect(bytes.length).toBeGreaterThan(15_000);
  }
});

test('an annotation is added, shown, and removed, by keyboard too', async ({ page }) => {
  const add = page.getByRole('button', { name: 'Add annotation' });
  await add.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Annotations' });
  await expect(dialog.getByLabel('Text')).toBeFocused();
  await page.keyboard.type('New database <b>');
  await page.keyboard.press('Enter');
  await expect(page.locator('.events')).toContainText('New database <b>');
  await add.click();
  await dialog.getByRole('button', { name: 'Remove “New database <b>”' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(page.locator('.events')).not.toContainText('New database');
});

test.describe('refused', () => {
  test.use({ expectedErrors: [/status of 400/] });

  test('what is wrong with an annotation is said, and Escape closes the dialog', async ({ page }) => {
    await page.getByRole('button', { name: 'Add annotation' }).click();
    const dialog = page.getByRole('dialog', { name: 'Annotations' });
    await dialog.getByLabel('Text').fill('   ');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(dialog.getByRole('alert')).toContainText('expected a text of 1 to 200 characters');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  });
});

test('a paused page stays as it is, and then catches up', async ({ page, gauge, open }) => {
  await open('/apps/checkout');
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  const shown = (of: Page) => of.locator('time.now, .kpis').allTextContents();
  const before = await shown(page);
  // Another tab shows what has come meanwhile.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await gauge.fill('checkout', twoBusyMinutes());
  const there = await shown(other);
  await expect.poll(async () => (await shown(other)).every((it, at) => it !== there[at])).toBe(true);
  expect(await shown(page)).toEqual(before);
  await page.bringToFront();
  await page.keyboard.press('p');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect.poll(async () => (await shown(page)).every((it, at) => it !== before[at])).toBe(true);
});
