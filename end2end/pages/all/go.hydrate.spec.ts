// The bar that goes anywhere: Ctrl K on any page, by keyboard, by mouse and on a phone.
import AxeBuilder from '@axe-core/playwright';
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

test('Ctrl K goes to another app on the same page, to a metric, an incident and a setting', async ({ page, gauge, open }) => {
  for (const app of ['checkout', 'storefront']) await gauge.fill(app, [request({})]);
  const number = await gauge.incident('checkout');
  const bar = page.getByRole('dialog', { name: 'Go to' });
  const to = async (text: string, url: RegExp) => {
    await page.keyboard.press('Control+k');
    await expect(bar.getByRole('combobox')).toBeFocused();
    await expect(bar.getByText('Loading…')).toHaveCount(0);
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(url);
  };
  await open('/apps/checkout/logs');
  await to('store', /\/apps\/storefront\/logs$/);
  await to('storefront dash', /\/apps\/storefront$/);
  await to('storefront compare', /\/apps\/storefront\/compare$/);
  await to('storefront dash', /\/apps\/storefront$/);
  await to('router.serv', /\/apps\/storefront\/metrics\?metric=router\.service$/);
  await to(`#${number}`, new RegExp(`/incidents/${number}$`));
  await to('chann', /\/alerts\?show=channels$/);
  await to('overview', /\/$/);
});

test('arrows choose, Escape closes and gives the focus back', async ({ page, gauge, open }) => {
  for (const app of ['alpha', 'beta']) await gauge.fill(app, [request({})]);
  await open('/');
  await page.getByRole('searchbox').focus();
  await page.keyboard.press('Control+k');
  const bar = page.getByRole('dialog', { name: 'Go to' });
  const options = bar.getByRole('option');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await expect(options.first()).toContainText('alpha');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(bar.getByRole('combobox')).toHaveAttribute('aria-activedescendant', 'go-1');
  expect((await new AxeBuilder({ page }).include('.go-bar').analyze()).violations).toEqual([]);
  await page.keyboard.type('no such place');
  await expect(bar.getByText('Nothing matches.')).toBeVisible();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(bar).toHaveCount(0);
  await expect(page.getByRole('searchbox')).toBeFocused();
});

test('a phone has a button, and a tap goes there', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const app of ['alpha', 'beta']) await gauge.fill(app, [request({})]);
  await open('/apps/alpha');
  await page.getByRole('button', { name: 'Go to app, page or metric' }).click();
  await page.getByRole('option', { name: /^beta App$/ }).click();
  await expect(page).toHaveURL(/\/apps\/beta$/);
  await page.getByRole('button', { name: 'Go to app, page or metric' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.mouse.click(5, 5);
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
