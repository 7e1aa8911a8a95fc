// Drains: added with the commands to paste, waited for, inspected, rotated, paused, renamed and removed, with and without
// JavaScript.
import AxeBuilder from '@axe-core/playwright';
import { memory, request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const said = (message: string): Frame => ({ atMs: Date.now() - 2_000, source: 'app', process: 'web.1', message });

test.use({ expectedErrors: [/400 \(Bad Request\)|404 \(Not Found\)/] });

test('a drain is added, its first line comes, and the page says what is not seen', async ({ page, gauge }) => {
  await page.goto(`${gauge.url}/drains`);
  await expect(page.getByRole('link', { name: 'Drains', exact: true })).toHaveAttribute('aria-current', 'page');
  await page.getByRole('radio', { name: 'Heroku (Cedar)' }).check({ force: true });
  await page.getByRole('textbox', { name: 'App name' }).fill('checkout');
  await page.getByRole('button', { name: 'Add drain' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Drain checkout is ready');
  const command = (await page.locator('.cmd code').first().textContent())!;
  const url = /^heroku drains:add '(http:\/\/any:sg_[\w-]{22}@127\.0\.0\.1:\d+\/logs)' -a checkout$/.exec(command)![1]!;
  await expect(page.getByText('Waiting for the first line…')).toBeVisible();
  expect(await gauge.postTo(url, [request({}), said('order=1 placed'), said('measure#db.query=x')])).toBe(204);
  // With JavaScript it comes by itself.
  if (await page.evaluate(() => document.querySelector('script[type=module]') !== null && matchMedia('(scripting: enabled)').matches)) {
    await expect(page.getByText(/First line arrived after \d+ s/)).toBeVisible();
  } else {
    await expect(async () => {
      await page.getByRole('link', { name: 'Check again' }).click({ timeout: 1_000 });
      await expect(page.getByText(/First line arrived after \d+ s/)).toBeVisible({ timeout: 1_000 });
    }).toPass();
  }
  await expect(page.getByText('Understood: log lines, requests')).toBeVisible();
  await page.getByRole('link', { name: 'This drain' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'runtime metrics' })).toContainText('heroku labs:enable log-runtime-metrics -a checkout');
  expect(await gauge.postTo(url, [memory('web.1', 300)])).toBe(204);
  await page.reload();
  await expect(page.getByRole('listitem').filter({ hasText: 'runtime metrics' })).toContainText('ago');
  await expect(page.getByText('expected a number as the value of a measurement')).toBeVisible();

  await page.goto(`${gauge.url}/drains`);
  const row = page.getByRole('row', { name: /checkout/ });
  await expect(row).toContainText('Receiving');
  await expect(row).toContainText('releases and deploys');
  await row.getByText('1', { exact: true }).first().click();
});

test('the last batch line by line', async ({ page, gauge }) => {
  await gauge.post('checkout', [request({ serviceMs: 23 }), said('hello'), said('measure#db.query=12ms')]);
  await page.goto(`${gauge.url}/drains`);
  await page.getByRole('link', { name: 'first', exact: true }).click();
  await page.getByRole('link', { name: 'Inspect the last batch' }).click();
  await expect(page.getByRole('row', { name: /at=info/ })).toContainText('router.service');
  await expect(page.getByRole('row', { name: /hello/ })).toContainText('No reader knows this form');
  await expect(page.getByRole('row', { name: /db\.query/ })).toContainText('12 ms');
});

test('a drain is rotated, paused, renamed and removed', async ({ page, gauge }) => {
  await page.goto(`${gauge.url}/drains`);
  await page.getByRole('link', { name: 'first', exact: true }).click();
  const here = page.url();
  await page.getByRole('button', { name: 'Rotate token' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('New token for first');
  // Within a second the receiver knows which token is the old one.
  await expect(async () => {
    expect(await gauge.postTo(gauge.drainOf('checkout'), [request({})])).toBe(204);
    await page.goto(here);
    await expect(page.getByText(/used \d+ s ago by 127\.0\.0\.1 \(node\); ends in 23 h/)).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('status')).toContainText('The drain is paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('everything');
  await page.getByRole('button', { name: 'Rename' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('everything');
  const confirm = page.getByRole('textbox', { name: 'Type everything to confirm' });
  await confirm.fill('something');
  await page.getByRole('button', { name: 'Remove drain' }).click();
  await expect(page.getByRole('alert')).toContainText('nothing was removed');
  await confirm.fill('everything');
  await page.getByRole('button', { name: 'Remove drain' }).click();
  await expect(page.getByRole('status')).toHaveText('The drain is removed.');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`accessible and inside the window, ${colorScheme}, ${width} px`, async ({ page, gauge, javaScriptEnabled }) => {
      test.skip(javaScriptEnabled === false, 'axe needs JavaScript');
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await gauge.post('checkout-with-a-rather-long-name', [request({}), said('hello'), said('measure#db.query=x'), memory('web.1', 300)]);
      const made = await fetch(`${gauge.url}/api/v1/drains`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ app: 'quiet' }) });
      const { id } = (await made.json()) as { id: number };
      const { drains } = (await (await fetch(`${gauge.url}/api/v1/drains`)).json()) as { drains: { id: number; name: string }[] };
      const first = drains.find((it) => it.name === 'first')!.id;
      const check = async (name: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`), name).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(width);
      };
      for (const path of ['/drains', '/drains?add=1', `/drains/${first}`, `/drains/${first}/inspect`, `/drains/${id}`, `/drains/${id}/wait`, `/drains/${id}/inspect`, '/drains/99']) {
        await page.goto(gauge.url + path);
        await check(path);
      }
      await page.goto(`${gauge.url}/drains?add=1&platform=docker`);
      await page.getByRole('textbox', { name: 'App name' }).fill('box');
      await page.getByRole('button', { name: 'Add drain' }).click();
      await check('made');
    });
  }
}
