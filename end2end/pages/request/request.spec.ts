// The page of a request: its lines over apps in order, the gaps between them, and the way there and back.
import type { Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const ID = '8601b555-6a83-4c12-8269-97c8e32cdb22';

const NOW_MS = Date.now();

function said(process: string, message: string, agoMs: number): Frame {
  return { atMs: NOW_MS - agoMs, source: process === 'router' ? 'heroku' : 'app', process, message };
}

test('all lines of a request, over apps, with gaps; one click from a line', async ({ page, gauge, open, javaScriptEnabled }) => {
  const router = `at=info method=POST path="/orders" host=h request_id=${ID} fwd="203.0.113.7" dyno=web.1 connect=1ms service=2100ms status=201 bytes=512 protocol=https`;
  await gauge.fill('checkout', [said('web.1', `[${ID}] started`, 5_000), said('web.1', 'nothing to see', 4_000), said('router', router, 2_900)]);
  await gauge.fill('billing', [said('worker.1', `charged request_id=${ID}`, 3_000)]);
  await open('/apps/checkout/logs?back=1h');
  const line = page.locator('.log .lines li').first();
  await expect(page.locator('.log .trace')).toHaveCount(2);
  if (javaScriptEnabled !== false) await line.hover();
  await line.getByRole('link', { name: 'Request' }).click();
  await expect(page).toHaveURL(new RegExp(`/requests/${ID}\\?at=\\d+$`));
  const rows = page.locator('.log-lines li:not(.gap)');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(0)).toContainText('checkout web.1');
  await expect(rows.nth(1)).toContainText('billing worker.1');
  await expect(rows.nth(2)).toContainText('checkout router');
  await expect(page.locator('.gap')).toHaveText(['2.00 s', '100 ms']);
  await expect(page.getByRole('main')).toContainText('POST /orders 201 in 2.10 s');
  await expect(page.getByRole('main')).toContainText('3 lines, 3 sources of 2 apps over 2.10 s');
  await rows.nth(1).getByRole('link').first().click();
  await expect(page.getByRole('region', { name: 'Log line', exact: true }).locator('pre')).toContainText('charged');
});

test('a request that is not stored is said to be unknown', async ({ page, open, expectedErrors }) => {
  expectedErrors.push(/404 \(Not Found\)/);
  await open('/requests/none');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Request not found');
});
