// The Sizing page: advice with its arithmetic, for the range and the threads that the address names.
import { busy, END_MS } from '../../fixtures/dynos';
import { expect, test } from '../../fixtures/test';

test('says how many dynos are needed, and how it was computed', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', busy());
  await open('/apps/checkout');
  await page.getByRole('link', { name: 'Sizing' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/sizing$/);
  const web = page.getByRole('region', { name: 'web' });
  await expect(web.getByText('Add dynos')).toBeVisible();
  await expect(web).toContainText('2 web dynos are too few if each handles 1 request at once: at the peak each had 1.50; 4 would have handled 0.75 each.');
  await expect(web).toContainText('2.00 requests/s × 1.50 s ÷ 2 dynos = 1.50 requests at once a dyno');
  await expect(web.getByRole('row')).toHaveText([/Dynos/, /^1\s*3\.00\s*300/, /^2 now\s*1\.50\s*150/, /^3\s*1\.00\s*100/]);
  await expect(web).toContainText('web.2 used up to 300 of 512 MB');
  await expect(page.getByRole('link', { name: '7 d' })).toHaveAttribute('aria-current', 'true');
  await page.getByRole('link', { name: '5', exact: true }).click();
  await expect(page).toHaveURL(/range=7d&at_once=5$/);
  await expect(web).toContainText('2 web dynos are enough: at the peak each handled 1.50 requests at once');
  await page.getByRole('link', { name: '1 h', exact: true }).click();
  await expect(page).toHaveURL(/range=1h&at_once=5$/);
  await expect(page.getByRole('link', { name: '5', exact: true })).toHaveAttribute('aria-current', 'true');
  await page.goBack();
  await expect(page).toHaveURL(/range=7d&at_once=5$/);
  await expect(web).toContainText('2 web dynos are enough');
});

test('the peak leads to the charts around it', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', busy());
  await open('/apps/checkout/sizing');
  await page.getByRole('region', { name: 'web' }).getByRole('link').click();
  const fromS = END_MS / 1000 - 41 * 60 - 1_800;
  await expect(page).toHaveURL(`${gauge.url}/apps/checkout?from=${fromS}&to=${fromS + 3_660}`);
});

test('an app whose lines name no dynos', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [{ atMs: Date.now(), source: 'app', process: 'worker', message: 'hello' }]);
  await open('/apps/checkout/sizing');
  await expect(page.getByText('No dynos in this range')).toBeVisible();
});

for (const width of [360, 1280]) {
  test(`the page fits ${width} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width, height: 800 });
    await gauge.fill('checkout', [...busy(), { atMs: END_MS - 5_000, source: 'app', process: 'web.1', message: `sample#${'long_'.repeat(12)}queue.depth=4` }]);
    await open('/apps/checkout/sizing');
    await expect(page.getByRole('region', { name: 'Queues' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
}
