// A line that is opened stays where the reader can see it, and what is open closes innermost first.
import type { Locator, Page } from '@playwright/test';
import type { Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function many(n: number): Frame[] {
  return Array.from({ length: n }, (_, at) => ({ atMs: Date.now() - (n - at) * 100, source: 'app', process: 'web.1', message: `n=${at}. key=value` }));
}

const around = (page: Page) => page.getByRole('region', { name: 'Log line', exact: true });
const row = (page: Page, n: number) => page.locator('.log li[data-line]').filter({ hasText: `n=${n}.` });

/** Whether an element is in the window, and nothing lies over its middle. */
function isSeen(of: Locator): Promise<boolean> {
  return of.evaluate((it) => {
    const { left, top, bottom, width, height } = it.getBoundingClientRect();
    const over = document.elementFromPoint(left + width / 2, top + height / 2);
    return top >= 0 && bottom <= innerHeight && !!over && it.contains(over);
  });
}

test('opening a line at the top of the list keeps it and the histogram in sight', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await gauge.fill('checkout', many(150));
  await open('/apps/checkout/logs?back=1h');
  await expect(row(page, 149)).toBeVisible();
  const log = page.locator('.log');
  const top = (await log.boundingBox())!.y;
  const first = page.locator('.log li[data-line]').filter({ visible: true });
  const index = await first.evaluateAll((all, top) => all.findIndex((it) => it.getBoundingClientRect().top >= top), top);
  const opened = first.nth(index);
  const id = await opened.getAttribute('data-line');
  await opened.click({ position: { x: 300, y: 8 } });
  await expect(around(page)).toBeVisible();
  await expect.poll(() => isSeen(page.locator(`.log li[data-line="${id}"]`))).toBe(true);
  await expect(page.locator('.line-bars')).toBeVisible();
});

for (const height of [800, 811, 907]) {
  test(`the first row of the list is whole in a window of ${height} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width: 1280, height });
    await gauge.fill('checkout', many(150));
    await open('/apps/checkout/logs?back=1h');
    const cut = () =>
      page.locator('.log').evaluate((log) => {
        const edge = log.getBoundingClientRect().top + parseFloat(getComputedStyle(log).borderTopWidth);
        const all = [...log.querySelectorAll('li')].map((it) => it.getBoundingClientRect());
        return all.filter((it) => it.top < edge - 0.5 && it.bottom > edge + 4.5).length;
      });
    await expect.poll(cut).toBe(0);
  });
}

test('on a phone a tapped line and its detail are both in view', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await gauge.fill('checkout', many(60));
  await open('/apps/checkout/logs?back=1h');
  await row(page, 59).click();
  await expect.poll(() => isSeen(around(page).getByRole('heading', { level: 2 }))).toBe(true);
  await expect.poll(() => isSeen(row(page, 59))).toBe(true);
  await expect(around(page).locator('pre')).toHaveText('n=59. key=value');
});

test('on a phone there are lines above the fold', async ({ page, gauge, open }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await gauge.fill('checkout', many(60));
  await open('/apps/checkout/logs?back=1h');
  const list = (await page.locator('.card.list').boundingBox())!;
  expect(list.y).toBeLessThan(400);
});

test('Escape closes what is open, innermost first', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', many(20));
  await open('/apps/checkout/logs?back=1h');
  await row(page, 10).click();
  await expect(around(page)).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.type('ke');
  await expect(page.locator('#suggestions li')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.locator('#suggestions li')).toHaveCount(0);
  await expect(around(page)).toBeVisible();
  await page.getByRole('button', { name: 'Syntax' }).click();
  await page.keyboard.press('Escape');
  await expect(page.locator('#syntax .sheet')).toBeHidden();
  await expect(around(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(around(page)).toHaveCount(0);
});
