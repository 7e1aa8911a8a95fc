// The Overview with 300 apps for a minute, some of which fail and recover, so that the order changes; then the wall view. Measures how long the
// browser's main thread is blocked at a time, CPU and memory of the page, and the latency of a key in the filter. Does not measure the server.
import type { CDPSession, Page } from '@playwright/test';
import type { Gauge } from '../fixtures/gauge';
import { request } from '../fixtures/logplex';
import { expect, hydrated, test } from '../fixtures/test';

const APPS = 300;
const AT_ONCE = 10;
const LONG_MS = 50;
/** Longer tasks occur only when dozens of apps change places at once. */
const LONG_A_SECOND_MAX = 0.2;
/** Seconds for which the same apps fail, number of failing apps, and requests/s per app. */
const TROUBLE_S = 15;
const FAILING = 20;
const RATES = [1, 1, 2, 3, 5, 8];
/** Each key changes the matching rows: the apps are named `app-001` and so on. */
const KEYS = ['2', '7', 'Backspace', 'Backspace', '0', '1', 'Backspace', 'Backspace'];
/** Selectors of table rows, wall tiles and their names. */
const ROWS = '.apps tbody tr, .tiles > li';
const NAMES = '.apps a.name, .tiles > li b';
declare global {
  interface Window {
    seen: { tasks: number[]; apart: number[] };
    filtered: Promise<number>;
  }
}

/** One second of traffic of every app; some requests time out. */
async function second(gauge: Gauge, atMs: number): Promise<void> {
  const first = (Math.floor(atMs / 1_000 / TROUBLE_S) * 37) % APPS;
  const waiting = Array.from({ length: APPS }, (_, app) => app);
  // Not `post`: the runner records each expectation as a step, which takes longer than the request.
  const send = async () => {
    for (let app = waiting.pop(); app !== undefined; app = waiting.pop()) {
      const isFailing = (app - first + APPS) % APPS < FAILING;
      const late = isFailing ? [request({ atMs, status: 503, serviceMs: 30_000, code: 'H12' })] : [];
      const calm = Array.from({ length: RATES[app % RATES.length] ?? 1 }, (_, n) => request({ atMs, serviceMs: 10 + (app % 50) + n * 20 }));
      const status = await gauge.postTo(gauge.drainOf(`app-${String(app).padStart(3, '0')}`), [...calm, ...late]);
      if (status !== 204) throw new Error(`the drain answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

/** Sends once a second until it is stopped, if the machine keeps up; returns the number of rounds. */
function traffic(gauge: Gauge): { end: () => Promise<number> } {
  let isOver = false;
  const sending = (async () => {
    let sent = 0;
    for (; !isOver; sent += 1) {
      const begun = Date.now();
      await second(gauge, begun);
      await new Promise((done) => setTimeout(done, Math.max(0, begun + 1_000 - Date.now())));
    }
    return sent;
  })();
  return { end: () => ((isOver = true), sending) };
}

/** Metrics of the page from the browser: seconds and bytes. */
async function metrics(session: CDPSession): Promise<(name: string) => number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return (name) => metrics.find((it) => it.name === name)?.value ?? NaN;
}

/** Opens the page and measures from its load. */
async function watched(page: Page, address: string, seconds: number): Promise<string> {
  await page.goto(address);
  await hydrated(page);
  await expect(page.locator('header .live[role=status]')).toHaveText('Live');
  await expect(page.locator(ROWS)).toHaveCount(APPS);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await metrics(session);
  await page.evaluate(() => {
    const seen: Window['seen'] = { tasks: [], apart: [] };
    window.seen = seen;
    new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((it) => it.duration))).observe({ type: 'longtask' });
    let last = performance.now();
    const frame = (now: number) => {
      seen.apart.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const orders = new Set<string>();
  for (const endMs = Date.now() + seconds * 1_000; Date.now() < endMs; ) {
    await page.waitForTimeout(5_000);
    orders.add((await page.locator(NAMES).allTextContents()).join());
  }
  // Read before the heap is measured, which blocks the page.
  const { tasks, apart } = await page.evaluate(() => window.seen);
  const after = await metrics(session);
  const sorted = apart.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? NaN).toFixed(1);
  expect.soft(Number(at(0.99)), `${address}: frames apart`).toBeLessThanOrEqual(LONG_MS);
  expect.soft(tasks.length / seconds, `${address}: long tasks a second`).toBeLessThan(LONG_A_SECOND_MAX);
  expect.soft(orders.size, 'the order changes').toBeGreaterThan(1);
  const heap = [before, after].map((it) => (it('JSHeapUsedSize') / 1e6).toFixed(1));
  const share = (name: string) => `${(((after(name) - before(name)) / (after('Timestamp') - before('Timestamp'))) * 100).toFixed(0)} %`;
  return (
    `${apart.length} frames: median ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)} ms apart; ${tasks.length} tasks over ${LONG_MS} ms` +
    `${tasks.length > 0 ? ` (${tasks.map((it) => it.toFixed(0)).join(', ')})` : ''}; heap ${heap.join(' -> ')} MB; ${orders.size} orders; ` +
    `busy ${share('TaskDuration')}: script ${share('ScriptDuration')}, styles ${share('RecalcStyleDuration')}, layout ${share('LayoutDuration')}`
  );
}

/** Milliseconds from a key in the filter to the frame that shows its rows. */
async function keyed(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    const list = document.querySelector('.apps tbody')!;
    window.filtered = new Promise((done) => {
      const typed = () => {
        const shown = () => list.querySelectorAll(':scope > tr:not([hidden])').length;
        const [begun, before] = [performance.now(), shown()];
        const observer = new MutationObserver(() => {
          if (shown() === before) return;
          observer.disconnect();
          // A message posted in a frame arrives after it.
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => done(performance.now() - begun);
          requestAnimationFrame(() => port2.postMessage(null));
        });
        observer.observe(list, { childList: true, subtree: true, attributeFilter: ['hidden'] });
      };
      addEventListener('keydown', typed, { capture: true, once: true });
    });
  });
  await page.keyboard.press(key);
  return page.evaluate(() => window.filtered);
}

test('300 apps', async ({ page, gauge }) => {
  const begun = Date.now();
  const sending = traffic(gauge);
  const listed = async () => ((await (await fetch(`${gauge.url}/api/v1/apps`)).json()) as { apps: unknown[] }).apps.length;
  await expect.poll(listed, { timeout: 60_000 }).toBe(APPS);
  try {
    console.log(`overview: ${await watched(page, gauge.url, 60)}`);
    await page.locator('#filter').focus();
    const times: number[] = [];
    for (const key of KEYS) times.push(await keyed(page, key));
    console.log(`filter: from a key to its frame ${times.map((it) => it.toFixed(0)).join(', ')} ms (${KEYS.join(' ')})`);
    console.log(`wall: ${await watched(page, `${gauge.url}/?wall=1`, 20)}`);
  } finally {
    const sent = await sending.end();
    console.log(`sent: ${sent} times all ${APPS} apps, in ${((Date.now() - begun) / 1_000).toFixed(0)} s`);
  }
});
