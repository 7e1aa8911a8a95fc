// The grammar of searches on the Logs page: what is wrong with one, which term matches nothing, suggestions, the help, and
// fields of a line that are added and excluded.
import type { Page } from '@playwright/test';
import { request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function said(process: string, message: string, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source: 'app', process, message };
}

const rows = (page: Page) => page.locator('.log .lines li');
const words = (page: Page) => page.getByRole('combobox', { name: 'Search' });
const none = (page: Page) => page.locator('.list > .none');

async function search(page: Page, text: string) {
  await words(page).fill(text);
  await page.keyboard.press('Enter');
}

test('a search that is not valid says what is wrong and where', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', 'calm', 3)]);
  await open('/apps/checkout/logs?back=1h');
  for (const [text, expected] of [
    ['a "open', 'expected a closing quote, found the end of the search (search, character 3)'],
    ['status>=', 'expected a value after "status>="'],
    ['a OR', 'expected a word or a comparison beside OR'],
    ['service>soon', 'expected a number such as 500 or 250ms after "service>", found "soon"'],
  ] as const) {
    await search(page, text);
    await expect(none(page)).toContainText(expected);
    await expect(words(page)).toHaveValue(text);
  }
});

test('a search without lines names the terms that match nothing on their own', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', 'order=17 placed', 3), said('web.1', 'order=18 mailed', 2)]);
  await open('/apps/checkout/logs?back=1h');
  await search(page, 'placed refunded');
  await expect(none(page)).toContainText('refunded matches no line on its own.');
  await expect(none(page)).not.toContainText('placed matches');
  await search(page, 'ordr=17');
  await expect(none(page)).toContainText('No line has a field ordr.');
  await search(page, 'placed mailed');
  await expect(none(page)).toContainText('none matches all of them together');
});

test('case, OR, brackets and negation', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', 'Pool Exhausted n=1', 4), said('web.1', 'connection refused n=2', 3), said('web.1', 'fine n=3', 2)]);
  await open('/apps/checkout/logs?back=1h');
  for (const [text, expected] of [
    ['pool', ['n=1']],
    ['"pool"', []],
    ['"Pool Exhausted"', ['n=1']],
    ['pool OR refused', ['n=1', 'n=2']],
    ['(pool OR fine) n>1', ['n=3']],
    ['-(pool OR fine)', ['n=2']],
    ['n:2', ['n=2']],
  ] as const) {
    await search(page, text);
    await expect(page).toHaveURL(new RegExp(`q=${encodeURIComponent(text).replace(/[().*!]/g, (it) => `(\\${it}|%[0-9A-F]{2})`)}`));
    await expect(rows(page).locator('code')).toContainText([...expected]);
    await expect(rows(page)).toHaveCount(expected.length);
  }
  await search(page, 'POOL');
  await expect(rows(page).locator('mark')).toHaveText('Pool');
});

test('fields and values are suggested, by keyboard alone', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [request({ status: 503, code: 'H12' }), request({}), said('web.1', 'stage=live', 1)]);
  await open('/apps/checkout/logs?back=1h');
  await page.keyboard.press('/');
  const options = page.locator('#suggestions li');
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => (await page.keyboard.press('ArrowDown'), options.count())).toBeGreaterThan(3);
  await page.keyboard.press('Escape');
  await expect(options).toHaveCount(0);
  await page.keyboard.type('st');
  await expect(options).toContainText(['status=', 'stage=']);
  await page.keyboard.press('ArrowDown');
  await expect(words(page)).toHaveAttribute('aria-activedescendant', 'suggestion-0');
  await page.keyboard.press('Tab');
  await expect(words(page)).toHaveValue('status=');
  await expect(options).toContainText(['200', '503']);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(words(page)).toHaveValue('status=503 ');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(1);
});

test('the syntax is one click away; a click outside closes it and does nothing else', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', 'calm', 3)]);
  await open('/apps/checkout/logs?back=1h');
  const help = page.locator('#syntax .sheet');
  const url = page.url();
  await page.getByRole('button', { name: 'Syntax' }).click();
  await expect(help).toContainText('Pool exhausted');
  const row = (await rows(page).first().boundingBox())!;
  await page.mouse.click(row.x + row.width - 20, row.y + row.height / 2);
  await expect(help).toBeHidden();
  expect(page.url()).toBe(url);
  await page.getByRole('button', { name: 'Syntax' }).click();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();
});

test('a field of a line is added to the search, and excluded from it', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', 'user=7 note="two words" first', 3), said('web.1', 'user=8 second', 2)]);
  await open('/apps/checkout/logs?back=1h');
  await rows(page).first().locator('.at').click();
  const fields = page.getByRole('list', { name: 'Fields' });
  await fields.getByRole('link', { name: 'note two words' }).click();
  await expect(words(page)).toHaveValue('note="two words"');
  await expect(rows(page)).toHaveCount(1);
  await rows(page).first().locator('.at').click();
  await fields.getByRole('link', { name: 'Exclude user=7' }).click();
  await expect(words(page)).toHaveValue('note="two words" -user=7');
  await expect(rows(page)).toHaveCount(0);
});
