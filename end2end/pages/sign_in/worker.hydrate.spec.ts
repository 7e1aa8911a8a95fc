// Sign-in by a provider in a browser that keeps our offline page: a provider that is down is not a server that is down.
import { Provider, settings } from '../../fixtures/provider';
import { expect, hydrated, test } from '../../fixtures/test';

test.use({ expectedErrors: [/40[14] \(|503 \(|ERR_|Failed to|Refused to/] });

test('the page of a provider that is down is not replaced', async ({ page, gauge }) => {
  const provider = await Provider.start(gauge.url);
  await gauge.crash();
  await gauge.restart(settings(gauge.url, provider.issuer));
  await page.goto(`${gauge.url}/sign-in/oidc`);
  await page.getByPlaceholder('Enter any login').fill('bob@x.org');
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await hydrated(page);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await provider.stop();
  // It forgets what it knew of the provider.
  await gauge.crash();
  await gauge.restart(settings(gauge.url, provider.issuer));
  await page.goto(`${gauge.url}/sign-in/oidc`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The sign-in provider is down');
});
