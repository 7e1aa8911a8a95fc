// Sign-in by a real OpenID Connect provider: coming in, and a page for each reason not to, with and without JavaScript.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { freePort, Provider, settings } from '../../fixtures/provider';
import { expect, test as base } from '../../fixtures/test';

const PASSWORD = 'correct horse battery';

const test = base.extend<{ provider: Provider }>({
  provider: async ({ gauge }, use) => {
    const provider = await Provider.start(gauge.url);
    await use(provider);
    await provider.stop();
  },
});

// The provider's own pages ask for an icon that it does not have and for a font of another site.
test.use({ expectedErrors: [/40[01349] \(|50[23] \(|ERR_|Refused to/] });

/** What somebody types at the provider. */
async function type(page: Page, name: string): Promise<void> {
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

const sso = (page: Page) => page.getByRole('link', { name: 'Sign in with SSO' });
const heading = (page: Page) => page.getByRole('heading', { level: 1 });

test('a page that was asked for is shown after the provider', async ({ page, gauge, provider }) => {
  await gauge.crash();
  await gauge.restart(settings(gauge.url, provider.issuer));
  await page.goto(`${gauge.url}/searches?app=none`);
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await expect(page.getByLabel('Password')).toHaveCount(0);
  await expect(page.getByText('at 127.0.0.1')).toBeVisible();
  // By keys alone.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(sso(page)).toBeFocused();
  await page.keyboard.press('Enter');
  await type(page, 'bob@x.org');
  await expect(page).toHaveURL(`${gauge.url}/searches?app=none`);
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByText('bob@x.org, viewer, by SSO')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Password' })).toHaveCount(0);
  await page.goto(`${gauge.url}/settings/people`);
  await expect(heading(page)).toHaveText('Not allowed');
  await page.goto(`${gauge.url}/settings`);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
  // Signing out is no end that has to be explained.
  await expect(page.getByRole('status')).toHaveCount(0);
});

test('an administrator sees who comes in by the provider', async ({ page, gauge, provider }) => {
  await gauge.crash();
  await gauge.restart({ ...settings(gauge.url, provider.issuer), ADMIN_PASSWORD: PASSWORD });
  await page.goto(`${gauge.url}/sign-in?to=/settings/people`);
  await expect(page.getByLabel('Password', { exact: true })).toBeVisible();
  await sso(page).click();
  await type(page, 'ada@x.org');
  await expect(page).toHaveURL(`${gauge.url}/settings/people`);
  const row = page.getByRole('row', { name: 'ada@x.org' }).filter({ hasText: 'SSO' });
  await expect(row).toContainText('admin');
  // The password beside it still works.
  await page.context().clearCookies();
  await page.goto(`${gauge.url}/sign-in?to=/searches`);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in with a password' }).click();
  await expect(page).toHaveURL(`${gauge.url}/searches`);
});

test('another account is asked for where one is not allowed', async ({ page, gauge, provider, javaScriptEnabled }) => {
  await gauge.crash();
  await gauge.restart(settings(gauge.url, provider.issuer));
  await page.goto(`${gauge.url}/sign-in?to=/searches`);
  await sso(page).click();
  await type(page, 'eve@y.org');
  await expect(heading(page)).toHaveText('Not allowed');
  await expect(page.getByText('says that you are eve@y.org.')).toBeVisible();
  await page.getByRole('link', { name: 'Use another account' }).click();
  await type(page, 'bob@x.org');
  // Where the provider ends the session of the first account.
  if (javaScriptEnabled === false) await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(`${gauge.url}/searches`);
});

test('a sign-in that is given up can be begun again', async ({ page, gauge, provider }) => {
  await gauge.crash();
  await gauge.restart(settings(gauge.url, provider.issuer));
  await page.goto(`${gauge.url}/sign-in?to=/searches`);
  await sso(page).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(heading(page)).toHaveText('Sign-in cancelled');
  // Back, with an answer that was taken before.
  await page.reload();
  await expect(heading(page)).toHaveText('This sign-in took too long');
  await page.getByRole('link', { name: 'Start again' }).click();
  await type(page, 'bob@x.org');
  await expect(page).toHaveURL(`${gauge.url}/`);
});

test('a session that is over says so and leads back', async ({ page, gauge, provider }) => {
  await gauge.crash();
  await gauge.restart({ ...settings(gauge.url, provider.issuer), OIDC_SESSION: '5s' });
  await page.goto(`${gauge.url}/sign-in?to=/settings`);
  await sso(page).click();
  await type(page, 'bob@x.org');
  await expect(page).toHaveURL(`${gauge.url}/settings`);
  await expect(async () => {
    await page.goto(`${gauge.url}/searches`);
    expect(page.url()).toContain('/sign-in?to=');
  }).toPass();
  await expect(page.getByRole('status')).toContainText(/^Your session ended at \d{4}-\d\d-\d\d \d\d:\d\d UTC\. With SSO it lasts 5 s/);
  // The provider still knows who it is.
  await sso(page).click();
  await expect(page).toHaveURL(`${gauge.url}/searches`);
});

test('a provider that is down does not keep others from coming in', async ({ page, gauge }) => {
  const port = await freePort();
  await gauge.crash();
  await gauge.restart({ ...settings(gauge.url, `http://127.0.0.1:${port}`), ADMIN_PASSWORD: PASSWORD });
  await page.goto(`${gauge.url}/sign-in?to=/searches`);
  await sso(page).click();
  await expect(heading(page)).toHaveText('The sign-in provider is down');
  await expect(page.getByText('no connection to it could be made')).toBeVisible();
  const provider = await Provider.start(gauge.url, port);
  await expect(async () => {
    await page.getByRole('link', { name: 'Try again' }).click();
    await expect(page.getByPlaceholder('Enter any login')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await type(page, 'bob@x.org');
  await expect(page).toHaveURL(`${gauge.url}/searches`);
  await provider.stop();
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`each page of signing in, ${colorScheme}, ${width} px`, async ({ page, gauge, provider, javaScriptEnabled }) => {
      test.skip(javaScriptEnabled === false, 'axe is a script');
      test.slow();
      await gauge.crash();
      const ours = settings(gauge.url, provider.issuer);
      await gauge.restart({ ...ours, ADMIN_PASSWORD: PASSWORD, OIDC_SESSION: '4s' });
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const check = async (name: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`), name).toEqual([]);
        const isClipped = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        expect(isClipped, name).toBe(false);
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/oidc-${name}-${colorScheme}-${width}.png`, fullPage: true });
      };
      const arrive = async (name: string, title: string, shot: string) => {
        await page.context().clearCookies();
        await page.goto(`${gauge.url}/sign-in/oidc`);
        await type(page, name);
        await expect(heading(page)).toHaveText(title);
        await check(shot);
      };
      await page.goto(`${gauge.url}/sign-in`);
      await check('both');
      await arrive('eve.with.a.rather.long.name.of.her.own@subsidiary.of.example.com', 'Not allowed', 'not-allowed');
      await arrive('unverified@x.org', 'Address not verified', 'unverified');
      await arrive('nobody@x.org', 'No mail address', 'no-address');
      const invited = new URLSearchParams({ do: 'invite', name: 'taken@x.org', role: 'viewer' });
      const authorization = `Basic ${Buffer.from(`:${PASSWORD}`).toString('base64')}`;
      await fetch(`${gauge.url}/settings/people`, { method: 'POST', headers: { authorization, origin: gauge.url }, body: invited });
      await arrive('taken@x.org', 'This name is taken', 'taken');
      await arrive('forged@x.org', 'The provider’s answer was not accepted', 'forged');
      await page.reload();
      await check('took-too-long');
      // At the provider, whose host is ours.
      await page.context().clearCookies({ name: /^_/ });
      await page.goto(`${gauge.url}/sign-in/oidc`);
      await page.getByRole('link', { name: 'Cancel' }).click();
      await expect(heading(page)).toHaveText('Sign-in cancelled');
      await check('cancelled');
      await page.goto(`${gauge.url}/sign-in/oidc?to=/settings`);
      await type(page, 'ada@x.org');
      await expect(page).toHaveURL(`${gauge.url}/settings`);
      await check('account');
      await page.goto(`${gauge.url}/settings/people`);
      await check('people');
      await expect(async () => {
        await page.goto(`${gauge.url}/settings`);
        expect(page.url()).toContain('/sign-in?to=');
      }).toPass();
      await check('ended');
      await provider.stop();
      await gauge.crash();
      await gauge.restart(ours);
      await page.context().clearCookies();
      await page.goto(`${gauge.url}/sign-in`);
      await check('sso-alone');
      await page.goto(`${gauge.url}/sign-in/oidc`);
      await expect(heading(page)).toHaveText('The sign-in provider is down');
      await check('down');
    });
  }
}
