// The page of one endpoint, with and without JavaScript: it keeps the range, and has its own numbers, errors and lines.
import { type Frame, request } from '../../fixtures/logplex';
import { expect, figure, test } from '../../fixtures/test';

function asked(path: string, serviceMs: number, agoS: number, code?: string): Frame {
  const frame = request({ serviceMs, atMs: Date.now() - agoS * 1000, status: code ? 503 : 200, code });
  return { ...frame, message: frame.message.replace('path="/cart"', `path="${path}"`) };
}

test('an endpoint is opened in its range, down to its lines', async ({ page, gauge, open }) => {
  const orders = Array.from({ length: 57 }, (_, n) => asked(`/orders/${n}`, 20 + n, 180 - n));
  const failed = [1, 2, 3].map((n) => asked(`/orders/9${n}`, 30_000, 100 + n, 'H12'));
  const others = Array.from({ length: 40 }, (_, n) => asked('/cart', 900, 150 - n));
  const release: Frame = { atMs: Date.now() - 3_600_000, source: 'app', process: 'api', message: 'Release v42 created by user ann@example.com' };
  await gauge.fill('checkout', [...orders, ...failed, ...others, release]);
  await open('/apps/checkout?range=6h');
  await page.getByRole('link', { name: '/orders/:id' }).click();
  await expect(page).toHaveURL(/\/endpoint\?method=GET&path=%2Forders%2F%3Aid&range=6h$/);
  await expect(page.getByRole('heading', { level: 2, name: '/orders/:id' })).toBeVisible();
  // 3 of 60 requests failed.
  await expect(figure(page, 'Error rate')).toHaveText('5.0 %');
  await expect(figure(page, 'p50')).toHaveText(/^\d\d ms$/);
  const errors = page.locator('section.card').filter({ has: page.getByRole('heading', { level: 2, name: 'Errors' }) });
  await expect(errors.getByRole('button', { name: '503 H12' })).toBeVisible();
  const slowest = page.locator('.slowest').getByRole('listitem');
  await expect(slowest.first()).toContainText('service 30000ms');
  expect(await slowest.filter({ hasText: '/cart' }).count()).toBe(0);
  await expect(page.getByRole('heading', { name: 'Last release' })).toContainText('Release v42');
  await page.getByRole('link', { name: 'Logs of this endpoint' }).click();
  await expect(page).toHaveURL(/\/logs\?endpoint=GET%20%2Forders%2F%3Aid&from=\d+&to=\d+$/);
  const lines = page.locator('.log li[data-line]');
  await expect(lines.first()).toContainText('/orders/');
  await expect(lines.filter({ hasText: '/cart' })).toHaveCount(0);
});

test('an endpoint without data says so', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [asked('/cart', 5, 3)]);
  await open('/apps/checkout/endpoint?method=GET&path=/nowhere');
  await expect(page.getByText('No requests in this range, or too few for charts').first()).toBeVisible();
  await expect(page.getByText('No matching log lines')).toBeVisible();
});

for (const width of [360, 1280]) {
  test(`the page fits ${width} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width, height: 800 });
    await gauge.fill('checkout', Array.from({ length: 30 }, () => asked(`/${'long/'.repeat(7)}path`, 5, 3)));
    await open(`/apps/checkout/endpoint?method=GET&path=/${'long/'.repeat(7)}path`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
}
