// The live dashboard of an app under traffic, for a minute: how long the browser's main thread is blocked at a time. A task of more than
// 50 ms is noticeable, and a long task by the definition of browsers.
import { expect, hydrated, test } from '../fixtures/test';

const SEED = 1;
const WATCHED_MS = 60_000;
const LONG_MS = 50;

declare global {
  interface Window {
    tasks: number[];
    apart: number[];
  }
}

test('a minute of live charts without a long task', async ({ page, gauge }) => {
  gauge.simulate(SEED, '10m');
  await page.goto(gauge.url);
  await expect(page.getByRole('row').filter({ hasText: 'checkout' })).toContainText('/s', { timeout: 120_000 });
  await page.goto(`${gauge.url}/apps/checkout`);
  await hydrated(page);
  await expect(page.getByRole('status')).toHaveText('Live');
  await page.evaluate(() => {
    window.tasks = [];
    window.apart = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((it) => it.duration))).observe({ type: 'longtask' });
    let before = performance.now();
    const frame = (now: number) => {
      window.apart.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  // Simulates a reader: the crosshair moves over the charts from time to time.
  const chart = page.getByRole('img', { name: /^Response time/ });
  const box = (await chart.boundingBox())!;
  const begun = Date.now();
  for (let step = 0; Date.now() - begun < WATCHED_MS; step += 1) {
    await page.mouse.move(box.x + box.width * ((step % 20) / 20), box.y + 50);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 200)));
  }
  const { tasks, apart } = await page.evaluate(() => ({ tasks: window.tasks, apart: window.apart }));
  const sorted = apart.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1);
  console.log(`${apart.length} frames: median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms apart`);
  console.log(`${tasks.length} tasks over ${LONG_MS} ms${tasks.length > 0 ? `: ${tasks.map((it) => it.toFixed(0)).join(', ')} ms` : ''}`);
  expect(tasks).toEqual([]);
});
