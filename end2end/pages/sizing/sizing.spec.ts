// The Sizing page: advice with its arithmetic, for the range and the threads that the address names.
import AxeBuilder from '@axe-core/playwright';
import { memory, request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const MINUTE_MS = 60_000;
// The span ends with whole ten minutes.
const END_MS = Math.floor((Date.now() - MINUTE_MS) / (10 * MINUTE_MS)) * 10 * MINUTE_MS;

/** Two hours of two dynos, with a minute in which each handled 1.5 requests at once. */
function busy(): Frame[] {
  const minutes = Array.from({ length: 120 }, (_, age) => {
    const atMs = END_MS - (age + 1) * MINUTE_MS;
    const [count, serviceMs] = age === 40 ? [120, 1_500] : [4, 200];
    const requests = Array.from({ length: count }, (_, n) => request({ atMs: atMs + n * 400, serviceMs, dyno: `web.${1 + (n % 2)}` }));
    return [...requests, memory('web.1', 280, atMs + 9_000), memory('web.2', 300, atMs + 9_000)];
  });
  return minutes.flat();
}

test('says how many dynos are needed, and how it was computed', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', busy());
  await open('/apps/checkout');
  await page.getByRole('link', { name: 'Sizing' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/sizing$/);
  const web = page.getByRole('region', { name: 'web' });
  await expect(web.getByText('Add dynos')).toBeVisible();
  await expect(web).toContainText('2 web dynos are too few if each handles 1 request at once: at the peak each had 1.50; 4 would have handled 0.75 each.');
  await expect(web).toContainText('2.00 requests/s × 1.50 s ÷ 2 dynos = 1.50 requests at once a dyno');
  await expect(web.getByRole('row')).toHaveText([/Dynos/, /^1\s*3\.00\s*300/, /^2 now\s*1\.50\s*150/, /^3\s*1\.00\s*100/]);
  await expect(web).toContainText('web.2 used up to 300 of 512 MB');
  await expect(page.getByRole('link', { name: '7 d' })).toHaveAttribute('aria-current', 'true');
  await page.getByRole('link', { name: '5', exact: true }).click();
  await expect(page).toHaveURL(/range=7d&at_once=5$/);
  await expect(web).toContainText('2 web dynos are enough: at the peak each handled 1.50 requests at once');
  await page.getByRole('link', { name: '1 h', exact: true }).click();
  await expect(page).toHaveURL(/range=1h&at_once=5$/);
  await expect(page.getByRole('link', { name: '5', exact: true })).toHaveAttribute('aria-current', 'true');
  await page.goBack();
  await expect(page).toHaveURL(/range=7d&at_once=5$/);
  await expect(web).toContainText('2 web dynos are enough');
});

test('the peak leads to the charts around it', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', busy());
  await open('/apps/checkout/sizing');
  await page.getByRole('region', { name: 'web' }).getByRole('link').click();
  const fromS = END_MS / 1000 - 41 * 60 - 1_800;
  await expect(page).toHaveURL(`${gauge.url}/apps/checkout?from=${fromS}&to=${fromS + 3_660}`);
});

test('an app whose lines name no dynos', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [{ atMs: Date.now(), source: 'app', process: 'worker', message: 'hello' }]);
  await open('/apps/checkout/sizing');
  await expect(page.getByText('No dynos in this range')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`advice, table and links pass axe, ${colorScheme}`, async ({ page, gauge, open }) => {
    await page.emulateMedia({ colorScheme });
    await gauge.fill('checkout', busy());
    await open('/apps/checkout/sizing');
    await expect(page.getByText('Add dynos')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((it) => it.id)).toEqual([]);
  });
}

for (const width of [360, 1280]) {
  test(`the page fits ${width} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width, height: 800 });
    await gauge.fill('checkout', [...busy(), { atMs: END_MS - 5_000, source: 'app', process: 'web.1', message: `sample#${'long_'.repeat(12)}queue.depth=4` }]);
    await open('/apps/checkout/sizing');
    await expect(page.getByRole('region', { name: 'Queues' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  });
}
