// The looks of a page that screenshots are taken in, and what is waited for before each. What is checked and where a screenshot goes is
// told by its caller.
import type { Page } from '@playwright/test';

export const FOLDER = process.env.STATES_DIR ?? 'test-results/states';
export const SIZES = [[360, 780], [1280, 900], [1920, 1080]] as const;

/** Two frames: for pages that are drawn at once. */
export const frames = (page: Page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
/** Longer, since only a few charts are drawn per frame. */
export const charts = (page: Page) => page.evaluate(() => new Promise((done) => setTimeout(done, 600)));

/** Shows the page in every theme and size, and calls `take` in each. */
export async function looks(
  page: Page, sizes: readonly (readonly [number, number])[], settled: (page: Page) => Promise<unknown>,
  take: (colorScheme: 'light' | 'dark', width: number) => Promise<void>,
): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of sizes) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await settled(page);
      await take(colorScheme, width);
    }
  }
}
