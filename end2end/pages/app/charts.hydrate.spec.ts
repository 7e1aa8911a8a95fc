// Charts draw their series, and share one crosshair.
import type { Locator, Page } from '@playwright/test';
import { twoBusyMinutes } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

const DRAWN = ['Throughput', 'Response time', 'Latency heatmap', 'Errors', 'Memory', 'Connect vs. service time'];
const CHARTS = [...DRAWN, 'Load'];

/** A busy app: two minutes of requests, every tenth second with timeouts, and memory every twenty. */
test.beforeEach(async ({ gauge, open }) => {
  await gauge.fill('checkout', twoBusyMinutes());
  await open('/apps/checkout');
});

const canvas = (page: Page, title: string) => page.getByRole('img', { name: new RegExp(`^${title}`) });

/** How many pixels of a canvas have the colour of the chart's first legend entry, or nearly. */
async function pixelsOfFirstEntry(page: Page, title: string): Promise<number> {
  const card = page.locator('section.card').filter({ has: page.getByRole('heading', { level: 2, name: title }) });
  const swatch = card.locator('.legend i').first();
  const color = await swatch.evaluate((it) => getComputedStyle(it).backgroundColor);
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return canvas(page, title).evaluate(
    (node, [red, green, blue]) => {
      const canvas = node as HTMLCanvasElement;
      // A copy, so that reading does not change how the chart's own canvas is kept.
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
      let found = 0;
      for (let at = 0; at < data.length; at += 4) {
        const near = (offset: number, value: number) => Math.abs((data[at + offset] ?? 0) - value) < 24;
        if (near(0, red!) && near(1, green!) && near(2, blue!) && (data[at + 3] ?? 0) > 128) found += 1;
      }
      return found;
    },
    [red, green, blue],
  );
}

test('each draws its series in the colours of its legend', async ({ page }) => {
  for (const title of DRAWN) {
    await expect.poll(() => pixelsOfFirstEntry(page, title), { message: title }).toBeGreaterThan(50);
  }
});

test('each is redrawn sharply when the window is resized', async ({ page }) => {
  for (const width of [700, 1500]) {
    await page.setViewportSize({ width, height: 900 });
    for (const title of DRAWN) {
      const whole = () => canvas(page, title).evaluate((it) => (it as HTMLCanvasElement).width / it.getBoundingClientRect().width);
      await expect.poll(whole, { message: title }).toBeGreaterThanOrEqual(1.95);
      await expect.poll(() => pixelsOfFirstEntry(page, title), { message: title }).toBeGreaterThan(50);
    }
  }
});

const times = (page: Page): Locator => page.locator('.crosshair time');

test('the crosshair shows the same time in all charts', async ({ page }) => {
  await expect(times(page)).toHaveCount(0);
  await canvas(page, 'Response time').hover();
  await expect(times(page)).toHaveCount(CHARTS.length);
  const shown = await times(page).allTextContents();
  expect(new Set(shown).size, shown.join(' ')).toBe(1);
  await page.mouse.move(0, 0);
  await expect(times(page)).toHaveCount(0);
});

test('the crosshair moves by keyboard', async ({ page }) => {
  await canvas(page, 'Throughput').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(times(page)).toHaveCount(CHARTS.length);
  const secondOf = async () => Number(((await times(page).first().textContent()) ?? '').slice(-2));
  const before = await secondOf();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(secondOf).toBe((before + 59) % 60);
  await page.keyboard.press('ArrowRight');
  await expect.poll(secondOf).toBe(before);
  await page.keyboard.press('Escape');
  await expect(times(page)).toHaveCount(0);
});
