// The Overview of 300 apps for a minute, of which some begin to fail and recover, so that the order changes; then as a wall. How long the
// browser's main thread is held at a time, what the page takes, and how soon a key in the filter is seen. Does not judge the server.
import type { CDPSession, Page } from '@playwright/test';
import type { Gauge } from '../fixtures/gauge';
import { request } from '../fixtures/logplex';
import { expect, hydrated, test } from '../fixtures/test';

const APPS = 300;
const AT_ONCE = 10;
const LONG_MS = 50;
/** Tasks that are longer than that come where dozens of apps change their places at once. */
const LONG_A_SECOND_MAX = 0.2;
/** For how long the same apps fail, seconds; how many do; and requests a second by app. */
const TROUBLE_S = 15;
const FAILING = 20;
const RATES = [1, 1, 2, 3, 5, 8];
/** Each key changes which rows are shown: the names are `app-001` and so on. */
const KEYS = ['2', '7', 'Backspace', 'Backspace', '0', '1', 'Backspace', 'Backspace'];
/** Rows of the table, tiles of the wall, and the names in them. */
const ROWS = '.apps tbody tr, .tiles > li';
const NAMES = '.apps a.name, .tiles > li b';
declare global {
  interface Window {
    seen: { tasks: number[]; apart: number[] };
    filtered: Promise<number>;
  }
}

/** One second of every app; some time out. */
async function second(gauge: Gauge, atMs: number): Promise<void> {
  const first = (Math.floor(atMs / 1_000 / TROUBLE_S) * 37) % APPS;
  const waiting = Array.from({ length: APPS }, (_, app) => app);
  // Not `post`: each of its expectations is a step that the runner takes down, and takes longer than the request.
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

/** Goes on until it is ended, once a second where the machine can; gives how many times all apps were sent. */
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

/** The browser's own measurements of the page: seconds and bytes. */
async function metrics(session: CDPSession): Promise<(name: string) => number> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return (name) => metrics.find((it) => it.name === name)?.value ?? NaN;
}

/** Opens the page, and looks at it from when it is loaded. */
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
  // Taken before the heap is looked at, which holds the page.
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

/** From a key in the filter to the frame that shows its rows, milliseconds. */
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
          // What is posted in a frame is heard behind it.
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
