// How things stand is told by every page: the top bar counts open incidents, the title and the icon mark them.
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const CRITICAL = /M9 9h11v11H9z/;

test('every page counts open incidents, in its title and by its icon too', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [request({})]);
  await open('/apps/checkout');
  await expect(page).toHaveTitle('checkout · Streamgauge');
  await expect(page.locator('link[rel=icon]')).toHaveAttribute('href', '/favicon.svg');
  const number = await gauge.incident('checkout');
  for (const path of ['/', '/apps/checkout', '/apps/checkout/logs', '/apps/checkout/metrics', '/alerts', '/alerts/new?app=checkout&metric=router.service', `/incidents/${number}`]) {
    await open(path);
    await expect(page.getByRole('navigation', { name: 'Main' }), path).toHaveAttribute('style', /firing 1\b/);
    await expect(page, path).toHaveTitle(/^\(1!\) .*Streamgauge$/);
    await expect(page.locator('link[rel=icon]'), path).toHaveAttribute('href', CRITICAL);
  }
});
