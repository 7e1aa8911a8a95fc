// Redraws of a chart by our code and by uPlot, with the same data in one page of one browser. Needs no server: the test serves the files to
// the browser. `make draw` builds our side.
import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';

const BUILT = `${process.env.CARGO_TARGET_DIR ?? '../target'}/draw`;
const FILES: Record<string, [path: string, type: string]> = {
  '/': ['bench/draw.html', 'text/html'],
  '/tokens.css': ['../style/tokens.css', 'text/css'],
  '/uPlot.js': ['node_modules/uplot/dist/uPlot.iife.min.js', 'text/javascript'],
  '/uPlot.min.css': ['node_modules/uplot/dist/uPlot.min.css', 'text/css'],
  '/draw.js': [`${BUILT}/draw.js`, 'text/javascript'],
  '/draw.wasm': [`${BUILT}/draw.wasm`, 'application/wasm'],
};
const REDRAWS = 60;

/** Medians in milliseconds: of the script, and until the pixels are drawn. */
interface Medians {
  ours: [number, number];
  uPlot: [number, number];
  pixels: { ours: string; uPlot: string };
}

declare global {
  interface Window {
    compare: (series: number, points: number, redraws: number) => Promise<Medians>;
  }
}

for (const density of [1, 2]) {
  test.describe(`${density} pixels to one of CSS`, () => {
    test.use({ deviceScaleFactor: density });

    test('a redraw takes no longer than with uPlot', async ({ page }) => {
      await page.route('http://draw.test/**', async (route) => {
        const [path, contentType] = FILES[new URL(route.request().url()).pathname] ?? [];
        if (!path) return route.fulfill({ status: 404 });
        return route.fulfill({ body: await readFile(path), contentType });
      });
      await page.goto('http://draw.test/');
      await expect(page.locator('html[data-ready]')).toBeAttached();
      for (const series of [4, 8]) {
        const { ours, uPlot, pixels } = await page.evaluate(([series, redraws]) => window.compare(series!, 3600, redraws!), [series, REDRAWS]);
        const text = ([script, seen]: [number, number]) => `${script.toFixed(2)} ms script, ${seen.toFixed(2)} ms to pixels`;
        console.log(`${series} series x 3,600 points, density ${density}: ours ${text(ours)} (${pixels.ours}); uPlot ${text(uPlot)} (${pixels.uPlot})`);
        expect.soft(ours[0], 'script').toBeLessThanOrEqual(uPlot[0]);
        expect.soft(ours[1], 'to pixels').toBeLessThanOrEqual(uPlot[1]);
      }
    });
  });
}
