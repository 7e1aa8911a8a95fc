// The Logs page: lines are found by words, source and time, with and without JavaScript.
import { request, type Frame } from '../fixtures/logplex';
import { expect, test } from '../fixtures/test';

function said(process: string, message: string, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source: 'app', process, message };
}

test('lines are found, and the address holds the question', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [
    said('web.1', 'order=17 placed', 3),
    said('worker.1', 'order=18 mailed to ann@example.com', 2),
    request({ status: 503, code: 'H12' }),
  ]);
  await open('/apps/checkout');
  await page.getByRole('link', { name: 'Lines' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/logs/);
  const lines = page.locator('.lines li');
  await expect(lines).toHaveCount(3);
  await expect(lines.first()).toContainText('H12');
  await expect(page.locator('body')).not.toContainText('ann@example.com');
  await page.getByRole('searchbox', { name: 'Words' }).fill('order -17');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page).toHaveURL(/q=order(\+|%20)-17/);
  await expect(lines).toHaveCount(1);
  await expect(lines.first()).toContainText('order=18 mailed to ***');
  await page.getByRole('searchbox', { name: 'Words' }).fill('nowhere');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page.getByText('No line has these words in this time')).toBeVisible();
  await page.goBack();
  await expect(lines).toHaveCount(1);
  await expect(page.getByRole('banner')).toContainText('as of loading');
});

test('a span in the address shows its lines alone', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [said('web.1', 'early=1', 40), said('web.1', 'late=1', 5), request({ status: 503, code: 'H12', atMs: Date.now() - 6_000 })]);
  const nowS = Math.floor(Date.now() / 1000);
  await open(`/apps/checkout/logs?from=${nowS - 20}&to=${nowS}`);
  const lines = page.locator('.lines li');
  await expect(lines).toHaveCount(2);
  await expect(lines.first()).toContainText('late=1');
  await expect(lines.last()).toContainText(/H12 .*GET \/\S* 503  service/);
  await page.getByRole('searchbox', { name: 'Words' }).fill('late');
  await page.getByRole('button', { name: 'Find' }).click();
  await expect(page).toHaveURL(new RegExp(`from=${nowS - 20}`));
  await expect(lines).toHaveCount(1);
  await page.getByRole('link', { name: 'Not only this span' }).click();
  await expect(page).not.toHaveURL(/from=/);
  await expect(page.getByRole('searchbox', { name: 'Words' })).toHaveValue('late');
});

test('the page fits a phone', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await gauge.fill('checkout', [said('web.1', `long ${'x'.repeat(300)}`, 3)]);
  await open('/apps/checkout/logs');
  await expect(page.locator('.lines li')).toHaveCount(1);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
