// The Errors page: lines that differ in numbers alone are one group, new ones are marked, and a group opens its lines.
import { request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const NOW_MS = Date.now();

function failed(message: string, agoS: number): Frame {
  return { atMs: NOW_MS - agoS * 1000, source: 'app', process: 'worker.1', message: `level=error msg="${message}"` };
}

test('errors in groups, new since the release; a group opens its lines', async ({ page, gauge, open }) => {
  const release = { atMs: NOW_MS - 60_000, source: 'app', process: 'api', message: 'Release v42 created by user ann@example.com' };
  await gauge.fill('checkout', [
    failed('no stock for order 17', 90),
    failed('no stock for order 4711', 30),
    release,
    failed('boom at 3', 20),
    request({ status: 503, code: 'H12', atMs: NOW_MS - 95_000 }),
    { atMs: NOW_MS - 5_000, source: 'app', process: 'web.1', message: 'calm' },
  ]);
  await open('/apps/checkout/errors');
  const groups = page.locator('.error-groups li');
  await expect(groups).toHaveCount(3);
  await expect(groups.nth(0)).toContainText('boom at #');
  await expect(groups.nth(1)).toContainText('no stock for order #');
  await expect(groups.nth(1).locator('.n')).toHaveText('2');
  await expect(groups.nth(2)).toContainText('code=H12 desc="Request timeout"');
  await expect(page.locator('.error-groups .new')).toHaveCount(1);
  await expect(groups.nth(0).locator('.new')).toBeVisible();
  await expect(page.getByRole('main')).toContainText('1 new since Release v42 created');
  await groups.nth(1).getByRole('link').click();
  await expect(page.locator('.log li[data-line]')).toHaveCount(2);
  await page.goBack();
  await groups.nth(2).getByRole('link').click();
  await expect(page.locator('.log li[data-line]')).toHaveCount(1);
  await page.goBack();
  await page.getByRole('link', { name: '15 min' }).click();
  await expect(page).toHaveURL(/back=15m/);
  await expect(groups).toHaveCount(3);
});
