// The live tail at 5,000 lines/s for 30 s: every line arrives and is counted, frames keep their rate, no task is long.
import { request } from '../fixtures/logplex';
import { expect, test } from '../fixtures/test';

const LINES_PER_S = 5_000;
const BATCHES_PER_S = 20;
const SECONDS = 30;
const LONGEST_TASK_MS = 50;

test('tail', async ({ page, gauge, open }) => {
  test.setTimeout(120_000);
  await gauge.fill('checkout', [request({})]);
  await open('/apps/checkout/logs');
  await expect(page.getByRole('banner')).toContainText('Live');
  await page.evaluate(() => {
    const seen = { frames: 0, longestGapMs: 0, tasksMs: [] as number[], from: performance.now() };
    (window as unknown as { seen: typeof seen }).seen = seen;
    let before = performance.now();
    const frame = (now: number) => {
      seen.frames += 1;
      seen.longestGapMs = Math.max(seen.longestGapMs, now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    new PerformanceObserver((list) => seen.tasksMs.push(...list.getEntries().map((it) => it.duration))).observe({ type: 'longtask' });
  });
  const batch = LINES_PER_S / BATCHES_PER_S;
  const begun = Date.now();
  const sent: Promise<void>[] = [];
  for (let at = 0; at < SECONDS * BATCHES_PER_S; at += 1) {
    const wait = begun + (at * 1_000) / BATCHES_PER_S - Date.now();
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    sent.push(gauge.post('checkout', Array.from({ length: batch }, (_, n) => request({ status: n % 50 ? 200 : 503 }))));
  }
  await Promise.all(sent);
  const took = (Date.now() - begun) / 1_000;
  const seen = await page.evaluate(() => {
    const { seen } = window as unknown as { seen: { frames: number; longestGapMs: number; tasksMs: number[]; from: number } };
    return { ...seen, seconds: (performance.now() - seen.from) / 1_000 };
  });
  const all = LINES_PER_S * SECONDS + 1;
  // The histogram counts every line of the tail.
  await expect(page.locator('.line-bars .said')).toContainText(`${all.toLocaleString('en')} lines, `);
  const skipped = await page.getByText('too fast to display').count();
  console.log(
    `tail: ${all - 1} lines in ${took.toFixed(1)} s, all counted in the page, ${skipped} gaps told; ` +
      `${(seen.frames / seen.seconds).toFixed(1)} frames a second, longest gap ${seen.longestGapMs.toFixed(1)} ms, ` +
      `tasks over 50 ms: ${seen.tasksMs.length}${seen.tasksMs.length ? `, longest ${Math.max(...seen.tasksMs)} ms` : ''}`,
  );
  expect(skipped).toBe(0);
  expect(Math.max(0, ...seen.tasksMs)).toBeLessThanOrEqual(LONGEST_TASK_MS);
  expect(seen.frames / seen.seconds).toBeGreaterThan(50);
});
