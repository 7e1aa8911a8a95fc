// The Overview by keyboard: j and k move the focus itself, Enter in the filter opens the only match, and fifty apps fit a wall.
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

test('j and k move the focus, from which Tab and Enter go on', async ({ page, gauge, open }) => {
  for (const app of ['alpha', 'beta', 'gamma']) await gauge.fill(app, [request({})]);
  await open('/');
  const link = (name: string) => page.getByRole('link', { name, exact: true });
  for (const [key, app] of [['j', 'alpha'], ['j', 'beta'], ['j', 'gamma'], ['k', 'beta']] as const) {
    await page.keyboard.press(key);
    await expect(link(app)).toBeFocused();
  }
  await page.keyboard.press('Tab');
  await expect(link('gamma')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/apps\/gamma$/);
});

test('Enter in the filter opens the only match', async ({ page, gauge, open }) => {
  for (const app of ['alpha', 'beta', 'gamma']) await gauge.fill(app, [request({})]);
  await open('/');
  await page.keyboard.press('/');
  await page.keyboard.type('a');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?q=a$/);
  await page.getByRole('searchbox').fill('alph');
  await expect(page.locator('table.apps a.name:visible')).toHaveText(['alpha']);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/apps\/alpha$/);
});

test('fifty apps with long names fit a wall, and keep their ends', async ({ page, gauge, open }) => {
  test.setTimeout(120_000);
  const name = (n: number) => `a-service-with-a-name-of-sixty-characters-as-teams-like-${String(n).padStart(4, '0')}`;
  await Promise.all(Array.from({ length: 50 }, (_, n) => gauge.fill(name(n), [request({})])));
  await page.setViewportSize({ width: 1920, height: 1080 });
  await open('/?wall=1');
  const tiles = page.getByRole('list', { name: 'Apps' }).getByRole('listitem');
  await expect(tiles).toHaveCount(50);
  for (const tile of await tiles.all()) {
    const box = (await tile.boundingBox())!;
    expect(box.y + box.height).toBeLessThanOrEqual(1080);
    const end = tile.locator('b > span').last();
    const [wide, room] = await end.evaluate((it) => [it.scrollWidth, it.clientWidth || it.getBoundingClientRect().width]);
    expect(wide).toBeLessThanOrEqual(room! + 1);
    const inside = (await end.boundingBox())!;
    expect(inside.x + inside.width).toBeLessThanOrEqual(box.x + box.width);
  }
});
