// An export says how far it is, and is canceled by a button.
import AxeBuilder from '@axe-core/playwright';
import type { Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const many = (n: number): Frame[] => Array.from({ length: n }, (_, at) => ({
  atMs: Date.now() - (n - at), source: 'app', process: 'web.1', message: `order=${at} ${Math.random()} ${Math.random()} ${Math.random()}`,
}));

test('it says what was downloaded', async ({ page, gauge }) => {
  await gauge.fill('checkout', many(500));
  await page.goto(`${gauge.url}/apps/checkout/logs/export?q=order%3D*&back=1h`);
  const coming = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download text' }).click();
  const name = (await coming).suggestedFilename();
  await expect(page.getByRole('status')).toHaveText(new RegExp(`^Downloaded ${name}: 500 lines, \\d+ kB\\.$`));
  await expect(page.getByRole('progressbar')).toBeHidden();
});

test('a long one shows its share, and Cancel ends it without a file', async ({ page, gauge }) => {
  for (let n = 0; n < 8; n += 1) await gauge.fill('checkout', many(2_000));
  await page.goto(`${gauge.url}/apps/checkout/logs/export?q=order%3D*&back=1h`);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: 40_000, uploadThroughput: 40_000 });
  let downloads = 0;
  page.on('download', () => (downloads += 1));
  await page.getByRole('link', { name: 'Download NDJSON' }).click();
  await expect(page.getByRole('progressbar')).toBeVisible();
  const said = page.getByRole('status');
  await expect(said).toHaveText(/lines, .* of the range\.$/);
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(said).toHaveText(/^Canceled after .*Nothing was saved\.$/);
  await expect(page.getByRole('link', { name: 'Download NDJSON' })).toBeFocused();
  expect(downloads).toBe(0);
  // The server has ended it too: the only slot is free again.
  await expect(async () => expect((await fetch(`${gauge.url}/api/v1/apps/checkout/logs/export?q=none`)).status).toBe(200)).toPass();
});
