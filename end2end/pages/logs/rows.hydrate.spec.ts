// How rows look: more space, wrapped lines. Remembered by the browser, and there before the first drawing.
import type { Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const many = (n: number): Frame[] => Array.from({ length: n }, (_, at) => ({
  atMs: Date.now() - (n - at) * 100, source: 'app', process: 'web.1', message: `n=${at}. ${'word '.repeat(80)}`,
}));

test('rows get more space and wrap, and stay so', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', many(300));
  await open('/apps/checkout/logs?back=1h');
  const row = page.locator('.log .lines li[data-line]').last();
  const height = async () => (await row.boundingBox())!.height;
  expect(await height()).toBe(20);
  await page.getByRole('button', { name: 'Rows' }).click();
  const menu = page.getByRole('dialog', { name: 'Rows' });
  await menu.getByRole('checkbox', { name: 'More space between rows' }).check();
  await expect.poll(height).toBe(28);
  await menu.getByRole('checkbox', { name: /Wrap long lines/ }).check();
  await expect.poll(height).toBe(68);
  // The list knows it: the newest line is at its lower edge, and the 200 that are loaded fill the list.
  await expect(row).toContainText('n=299.');
  await expect.poll(async () => Math.abs((await page.locator('.log-space').boundingBox())!.height - 200 * 68)).toBeLessThan(2);
  await page.mouse.click(5, 400);
  await expect(menu).toHaveCount(0);

  await page.addInitScript(() => {
    (window as any).shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((it: any) => ((window as any).shift += it.value))).observe({ type: 'layout-shift', buffered: true });
  });
  // As much moves while it is loaded as with plain rows.
  const shift = async () => {
    await open('/apps/checkout/logs?back=1h');
    await expect(page.locator('.log-space.cut')).toBeVisible();
    return page.evaluate(() => (window as any).shift as number);
  };
  const chosen = await shift();
  expect(await height()).toBe(68);
  await page.getByRole('button', { name: 'Rows' }).click();
  await menu.getByRole('checkbox', { name: /Wrap long lines/ }).uncheck();
  await menu.getByRole('checkbox', { name: 'More space between rows' }).uncheck();
  await expect.poll(height).toBe(20);
  await page.mouse.click(5, 400);
  expect(chosen).toBeLessThanOrEqual((await shift()) + 0.05);
});

test('the line that someone reads stays, and Escape closes the menu before the line', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', many(300));
  await open('/apps/checkout/logs?back=1h');
  await page.locator('.log').evaluate((it) => (it.scrollTop = -2_000));
  const at = () => page.locator('.log').evaluate((it) => -it.scrollTop / it.querySelector('li')!.getBoundingClientRect().height);
  await expect.poll(at).toBe(100);
  await page.getByRole('button', { name: 'Rows' }).click();
  await page.getByRole('checkbox', { name: /Wrap long lines/ }).check();
  await expect.poll(at).toBe(100);
  await page.keyboard.press('Escape');
  await page.locator('.log .lines li[data-line]').filter({ visible: true }).nth(5).click();
  await expect(page.locator('.around')).toBeVisible();
  await page.getByRole('button', { name: 'Rows' }).click();
  const menu = page.getByRole('dialog', { name: 'Rows' });
  await expect(menu).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(menu).toHaveCount(0);
  await expect(page.locator('.around')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('.around')).toHaveCount(0);
});
