// The Compare page, with and without JavaScript: each endpoint before and after a release, and in two ranges.
import { asked, released } from '../../fixtures/released';
import { expect, test } from '../../fixtures/test';

test('each endpoint before and after the newest release, what got worse first', async ({ page, gauge, open }) => {
  for (const frames of released()) await gauge.fill('checkout', frames);
  await open('/apps/checkout/compare');
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText('1 endpoint got worse since v42');
  await expect(page.locator('.summary li').first()).toHaveText(/^p50 of GET \/orders \d+ ms → \d+ ms, n 200\/200, sure$/);
  const rows = page.getByRole('table').getByRole('row');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText('GET /orders');
  await expect(rows.nth(1).getByRole('cell').nth(0)).toHaveText('Worse, sure');
  await expect(rows.nth(1).getByRole('cell').nth(1)).toHaveText(/^\d+ → \d+ ms▲ sure$/);
  await expect(rows.filter({ hasText: '/calm' }).getByRole('cell').nth(0)).toHaveText('No clear change');
  await expect(rows.filter({ hasText: '/rare' }).getByRole('cell').nth(0)).toHaveText('New');
  const release = page.getByRole('combobox', { name: 'Release' });
  await expect(release.locator('option:checked')).toHaveText(/^v42 released, /);
  await rows.nth(1).getByRole('link', { name: 'GET /orders' }).click();
  await expect(page).toHaveURL(/\/endpoint\?method=GET&path=%2Forders&from=\d+&to=\d+$/);
  await page.getByRole('link', { name: 'Compare all endpoints' }).click();
  await expect(page).toHaveURL(/\/compare\?at=\d+$/);
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText('1 endpoint got worse since v42');
});

test('two ranges are compared by a form', async ({ page, gauge, open }) => {
  for (const frames of released()) await gauge.fill('checkout', frames);
  await open('/apps/checkout/compare');
  await page.getByText('Two ranges', { exact: true }).click();
  const stamp = (agoS: number) => new Date(Date.now() - agoS * 1000).toISOString().slice(0, 19);
  for (const [at, [name, agoS]] of ([['From', 1_500], ['To', 900], ['From', 540], ['To', 60]] as const).entries()) {
    await page.getByRole('group', { name: at < 2 ? 'Before' : 'After' }).getByLabel(name).fill(stamp(agoS));
  }
  await page.locator('.span-form').getByRole('button', { name: 'Compare' }).click();
  await expect(page).toHaveURL(/before_from=.+&before_to=.+&from=.+&to=.+$/);
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText('1 endpoint got worse since then');
  await expect(page.getByRole('combobox', { name: 'Release' }).locator('option:checked')).toHaveText('Choose a release');
});

test('the release is chosen by keyboard', async ({ page, gauge, open }) => {
  const release = (version: string, agoS: number) => ({ atMs: Date.now() - agoS * 1000, source: 'app', process: 'api', message: `Release ${version} created by user ann@example.com` });
  await gauge.fill('checkout', [asked('/orders', 5, 30), release('v7', 5_000), release('v8', 900)]);
  await open('/apps/checkout/compare');
  await page.getByRole('combobox', { name: 'Release' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'Compare' }).first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/compare\?at=\d+&length=1h$/);
  await expect(page.getByRole('combobox', { name: 'Release' }).locator('option:checked')).toHaveText(/^v7 released/);
});

test('without a release, and without an app, the page says so', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [asked('/cart', 5, 3)]);
  await open('/apps/checkout/compare');
  await expect(page.getByRole('heading', { name: 'No release in the last 30 days' })).toBeVisible();
  await expect(page.getByText('Two ranges', { exact: true })).toBeVisible();
  const answer = await page.request.get(`${gauge.url}/apps/nowhere/compare`);
  expect(answer.status()).toBe(404);
});

test('ranges that are too long are refused in words', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [asked('/cart', 5, 3)]);
  await open('/apps/checkout/compare?before_from=1700000000&before_to=1710000000&from=1720000000&to=1720000600');
  await expect(page.getByText('Expected spans of at most 7 days, found one of 10000000 s.')).toBeVisible();
});

for (const width of [360, 1280, 1920]) {
  test(`the page fits ${width} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width, height: 900 });
    const long = `/${'long/'.repeat(7)}path`;
    const [after, before] = released().map((frames) => frames.map((it) => ({ ...it, message: it.message.replace('"/orders"', `"${long}"`) })));
    await gauge.fill('checkout', after!);
    await gauge.fill('checkout', before!);
    await open('/apps/checkout/compare');
    const cell = page.getByRole('row').nth(1).getByRole('cell').nth(2);
    await expect(cell).toContainText('→');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    const box = (await cell.boundingBox())!;
    expect(box.x + box.width).toBeLessThanOrEqual(width);
  });
}
