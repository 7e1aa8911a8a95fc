// Saved searches in the bar behind Ctrl K.
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

test('Ctrl K opens a saved search, one of every app in the app at hand', async ({ page, gauge, open }) => {
  for (const app of ['checkout', 'api']) await gauge.fill(app, [request({})]);
  const save = (search: object) => fetch(`${gauge.url}/api/v1/searches`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(search) });
  await save({ name: 'Slow carts', app: 'checkout', q: 'service>1s path~/cart', back: '24h' });
  await save({ name: 'Timeouts', q: 'code=H12' });
  const to = async (text: string, url: RegExp) => {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog').getByText('Loading…')).toHaveCount(0);
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(url);
  };
  await open('/');
  await to('slow car', /\/apps\/checkout\/logs\?q=service%3E1s%20path~%2Fcart&back=24h$/);
  await to('timeouts', /\/apps\/checkout\/logs\?q=code%3DH12$/);
  await to('saved', /\/searches$/);
});
