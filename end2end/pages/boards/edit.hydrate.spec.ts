// A board made from a chart, arranged by keyboard and by drag, exported and imported; and two people who change it at once.
import type { Page } from '@playwright/test';
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const note = (text: string) => ({ width: 1, title: text, content: { text } });

/** The titles of the panels, in their order. */
function titles(page: Page) {
  return page.locator('.panel h2');
}

test.describe('a panel that the server refuses', () => {
  test.use({ expectedErrors: [/400 \(Bad Request\)/] });

  test('from a chart to a board, with a note and a ratio beside it', async ({ page, gauge, open }) => {
    await gauge.fill('checkout', Array.from({ length: 40 }, (_, n) => request({ atMs: Date.now() - n * 1000, serviceMs: 20 + n })));
    await open('/apps/checkout/metrics?metric=router.service&stat=p95');
    await page.getByRole('link', { name: 'Add to board: router.service, p95' }).click();
    await expect(page.getByText('Choose a board for checkout: router.service, p95')).toBeVisible();
    await expect(page.locator('html[data-hydrated]')).toBeAttached();
    await page.getByLabel('Name').fill('Night 🌙');
    await page.getByRole('button', { name: 'Create board' }).click();
    await expect(page).toHaveURL(/\/boards\/1$/);
    await expect(titles(page)).toHaveText(['checkout: router.service, p95']);

    await page.getByRole('link', { name: 'Edit' }).click();
    await page.getByRole('button', { name: 'Add panel' }).click();
    await page.getByLabel('Shows').selectOption('text');
    await page.getByRole('textbox', { name: 'Note' }).fill('Call Ada.');
    await page.getByRole('button', { name: 'Add panel' }).click();
    await expect(page.getByText('Call Ada.')).toBeVisible();

    await page.getByRole('button', { name: 'Add panel' }).click();
    await page.getByLabel('Title').fill('Share');
    await page.getByLabel('Shows').selectOption('number');
    await page.getByLabel('Together').selectOption('ratio');
    await page.getByRole('textbox', { name: 'Metric' }).fill('router.requests');
    await page.getByRole('button', { name: 'Add panel' }).click();
    await expect(page.getByRole('alert')).toHaveText('Panel 3: expected two series for a ratio, found 1.');
    await page.getByRole('button', { name: 'Add series' }).click();
    await page.getByRole('textbox', { name: 'Metric' }).nth(1).fill('router.requests');
    await page.getByRole('button', { name: 'Add panel' }).click();
    await expect(page.locator('.panel').filter({ hasText: 'Share' })).toContainText('100 %');
    await page.getByRole('link', { name: 'Done' }).click();
    await page.reload();
    await expect(titles(page)).toHaveText(['checkout: router.service, p95', 'Share']);
    await expect(page.locator('.panel')).toHaveCount(3);
  });
});

test('panels are moved by keyboard and by drag, and stay there', async ({ page, gauge, open }) => {
  await gauge.board('Night', [note('a'), note('b'), note('c')]);
  await open('/boards/1/edit');
  const grip = (name: string) => page.getByRole('button', { name: `Move with arrow keys: ${name}` });
  await grip('a').focus();
  await page.keyboard.press('ArrowRight');
  await expect(titles(page)).toHaveText(['b', 'a', 'c']);
  await expect(grip('a')).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(titles(page)).toHaveText(['b', 'c', 'a']);
  await grip('a').dragTo(grip('b'));
  await expect(titles(page)).toHaveText(['a', 'b', 'c']);
  await page.getByRole('button', { name: 'Wider: a' }).click();
  await expect(page.locator('.panel.w2 h2')).toHaveText('a');
  await page.getByRole('button', { name: 'Copy: b' }).click();
  await expect(titles(page)).toHaveText(['a', 'b', 'b', 'c']);
  await page.getByRole('button', { name: 'Remove: c' }).click();
  await expect(titles(page)).toHaveText(['a', 'b', 'b']);
  await page.reload();
  await expect(titles(page)).toHaveText(['a', 'b', 'b']);
});

test.describe('two people', () => {
  test.use({ expectedErrors: [/409/] });

  test('the second who changes a board is told, and sees the change of the first', async ({ page, gauge, open }) => {
    await gauge.board('Night', [note('a'), note('b')]);
    await open('/boards/1/edit');
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'Night', panels: [note('b'), note('a'), note('x')] });
    await fetch(`${gauge.url}/api/v1/boards/1`, { method: 'PUT', headers, body });
    await page.getByRole('button', { name: 'Remove: b' }).click();
    await expect(page.getByRole('alert')).toContainText('The board was changed by API in the meantime');
    await expect(titles(page)).toHaveText(['b', 'a', 'x']);
  });
});

test('an exported board is imported as another one', async ({ page, gauge, open }) => {
  await gauge.board('Night', [note('a')]);
  await open('/boards/1/edit');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export JSON' }).click();
  expect((await download).suggestedFilename()).toBe('board-1.json');
  const json = await (await fetch(`${gauge.url}/api/v1/boards/1`)).text();
  await open('/boards');
  await page.getByLabel('JSON of an exported board').fill('{"name":1}');
  await page.getByRole('button', { name: 'Import board' }).click();
  await expect(page.getByRole('alert')).toContainText('Expected the JSON of a board');
  await page.getByLabel('JSON of an exported board').fill(json);
  await page.getByRole('button', { name: 'Import board' }).click();
  await expect(page).toHaveURL(/\/boards\/2$/);
  await expect(titles(page)).toHaveText(['a']);
  await open('/boards/2/edit');
  await page.getByRole('button', { name: 'Remove board' }).click();
  await page.getByRole('button', { name: 'Remove this board?' }).click();
  await expect(page).toHaveURL(/\/boards$/);
  await expect(page.getByRole('row')).toHaveCount(2);
});
