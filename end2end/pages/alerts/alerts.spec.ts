// The Alerts page, with and without JavaScript: what watches, what is wrong, and each section.
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

test('says what watches while nothing is wrong', async ({ page, gauge, open }) => {
  await open('/alerts');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing is wrong');
  await expect(page.getByText('No app has sent log lines yet.')).toBeVisible();
  await gauge.fill('checkout', Array.from({ length: 20 }, (_, n) => request({ atMs: Date.now() - n * 1000 })));
  await open('/alerts');
  await expect(page.getByText('12 built-in rules watch 1 app.')).toBeVisible();
  await expect(page.getByText('Nobody is notified.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'This server' })).toBeVisible();
});

test('every section has an address and reads without JavaScript', async ({ page, gauge, open, javaScriptEnabled }) => {
  await gauge.fill('checkout', [request({})]);
  await open('/alerts');
  const sections = page.getByRole('navigation', { name: 'Sections' });
  for (const [name, heading] of [['Rules', 'Built-in rules'], ['Channels', 'Channels'], ['Mutes', 'Maintenance windows']] as const) {
    await sections.getByRole('link', { name }).click();
    await expect(page).toHaveURL(new RegExp(`show=${name.toLowerCase()}`));
    await expect(page.getByRole('heading', { name: heading, exact: false }).first()).toBeVisible();
    await expect(sections.getByRole('link', { name })).toHaveAttribute('aria-current', 'true');
  }
  await sections.getByRole('link', { name: 'History' }).click();
  await expect(page.getByText('No past incidents.')).toBeVisible();
  await expect(page.getByText('requires JavaScript')).toBeVisible({ visible: javaScriptEnabled === false });
});

test('an incident that does not exist is a 404', async ({ page, gauge }) => {
  const answer = await page.request.get(`${gauge.url}/incidents/99`);
  expect(answer.status()).toBe(404);
  expect(await answer.text()).toContain('Incident not found');
});

test('a search fills in the form of a rule', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [request({ status: 503, code: 'H12' })]);
  await open('/apps/checkout/logs?q=code%3DH12&back=1h');
  await page.getByRole('link', { name: /^Alert on this/ }).click();
  await expect(page).toHaveURL(/\/alerts\/new\?app=checkout&q=code%3DH12$/);
  await expect(page.getByRole('textbox', { name: 'Log lines matching' })).toHaveValue('code=H12');
  await expect(page.getByText(/^In the last/)).toBeVisible();
});

test.describe('without a script', () => {
  test.use({ javaScriptEnabled: false });

  test('the form shows a preview of what is entered', async ({ page, gauge, open }) => {
    await gauge.fill('checkout', Array.from({ length: 60 }, (_, n) => request({ atMs: Date.now() - n * 1000, serviceMs: 40 })));
    await open('/alerts/new?app=checkout&metric=router.service&stat=p95');
    await page.getByLabel(/^Limit/).fill('7');
    await page.getByRole('button', { name: 'Preview' }).click();
    await expect(page).toHaveURL(/limit=7/);
    await expect(page.getByText(/above 7 ms/)).toBeVisible();
  });
});
