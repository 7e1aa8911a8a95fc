// Who comes in: the form, an invitation, API tokens and signing out, with and without JavaScript.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../../fixtures/test';

const PASSWORD = 'correct horse battery';
const SETTINGS = ['/settings', '/settings/people', '/settings/tokens', '/settings/shares', '/settings/audit'];

test.use({ expectedErrors: [/401 \(Unauthorized\)|403 \(Forbidden\)|404 \(Not Found\)/] });

async function signIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a page that was asked for is shown after the form', async ({ page, gauge }) => {
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD });
  await page.goto(`${gauge.url}/searches?app=none`);
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await signIn(page, '', 'not the password');
  await expect(page.getByRole('alert')).toHaveText('The name or the password is wrong.');
  await signIn(page, '', PASSWORD);
  await expect(page).toHaveURL(`${gauge.url}/searches?app=none`);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('somebody is invited, and sees what the role allows', async ({ page, gauge }) => {
  await gauge.crash();
  await gauge.restart({ ADMIN_PASSWORD: PASSWORD });
  await page.goto(`${gauge.url}/settings/people`);
  await signIn(page, '', PASSWORD);
  await page.getByLabel('Name').fill('alice');
  await page.getByLabel('Role').selectOption('viewer');
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.locator('.once code').innerText();
  await page.goto(`${gauge.url}/settings/tokens`);
  await page.getByLabel('Name').fill('ci');
  await page.getByRole('button', { name: 'Create token' }).click();
  await expect(page.locator('.once code')).toHaveText(/^sgr_[\w-]{22}$/);
  await page.context().clearCookies();
  await page.goto(gauge.url + new URL(link).pathname);
  await page.getByLabel('New password').fill('a password of her own');
  await page.getByRole('button', { name: 'Save and sign in' }).click();
  await expect(page).toHaveURL(`${gauge.url}/`);
  await page.goto(`${gauge.url}/settings/people`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not allowed');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`the form and the settings, ${colorScheme}, ${width} px`, async ({ page, gauge, javaScriptEnabled }) => {
      test.skip(javaScriptEnabled === false, 'axe is a script');
      await gauge.crash();
      await gauge.restart({ ADMIN_PASSWORD: PASSWORD });
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const check = async (name: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`), name).toEqual([]);
        const isClipped = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        expect(isClipped, name).toBe(false);
        if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name.replaceAll('/', '-')}-${colorScheme}-${width}.png`, fullPage: true });
      };
      await page.goto(`${gauge.url}/settings/people`);
      await check('form');
      await signIn(page, '', PASSWORD);
      await page.getByLabel('Name').fill('alice');
      await page.getByRole('button', { name: 'Make a link' }).click();
      await check('invited');
      const link = await page.locator('.once code').innerText();
      await page.goto(`${gauge.url}/settings/tokens`);
      await page.getByLabel('Name').fill('ci');
      await page.getByRole('button', { name: 'Create token' }).click();
      for (const path of SETTINGS) {
        await page.goto(gauge.url + path);
        await check(path);
      }
      await page.goto(gauge.url + new URL(link).pathname);
      await check('invitation');
    });
  }
}
