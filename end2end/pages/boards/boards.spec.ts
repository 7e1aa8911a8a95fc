// Boards read without JavaScript too: the list, and each panel with its data or the reason why there is none.
import { request } from '../../fixtures/logplex';
import { PANELS } from '../../fixtures/panels';
import { expect, test } from '../../fixtures/test';

test('the list, and a board for either app', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', Array.from({ length: 40 }, (_, n) => request({ atMs: Date.now() - n * 1000, status: n % 4 === 0 ? 503 : 200, code: n % 4 === 0 ? 'H12' : undefined })));
  await gauge.fill('api', [request({ serviceMs: 75 })]);
  await gauge.board('Night 🌙', PANELS);
  await open('/boards');
  await expect(page.getByRole('row', { name: /Night 🌙/ })).toContainText('6');
  await page.getByRole('link', { name: 'Night 🌙' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Night 🌙');
  await open('/boards/1?app=checkout');
  const panel = (title: string) => page.locator('.panel').filter({ has: page.getByRole('heading', { name: title }) });
  await expect(panel('Errors')).toContainText('25 %');
  await expect(panel('router.requests, rate by class')).toContainText('5xx');
  await expect(panel('log lines matching status>=500').getByRole('listitem')).toHaveCount(10);
  await expect(panel('log lines matching status>=500').getByRole('link', { name: 'All lines' })).toHaveAttribute('href', /\/apps\/checkout\/logs\?q=status/);
  await expect(panel('nonesuch, rate')).toContainText('No data: checkout has no metric named nonesuch.');
  await expect(page.getByText('Call Ada before 8:00 UTC.')).toBeVisible();
  await open('/boards/1?app=api');
  await expect(panel('nonesuch, rate')).toContainText('No data: api has no metric named nonesuch.');
});
