// Memory of open tabs: three live pages, each in a separate browser so that its process is known, sampled once a minute for MINUTES.
// Measures the tabs only, not the server. Linux only: the memory of a process is read from /proc.
import { readFile } from 'node:fs/promises';
import { type Browser, type CDPSession, type Page, chromium, expect, test } from '@playwright/test';
import { Gauge } from '../fixtures/gauge';
import { hydrated } from '../fixtures/test';
import config from '../playwright.config';

const SEED = 1;
const MINUTES = Number(process.env.MINUTES ?? 31);
const PAGES = ['/', '/apps/checkout', '/apps/checkout/logs'];
const HEAP_MB_PER_MIN_MAX = 0.05;
const NODES_GROWTH_MAX = 0.05;

/** One sample of a tab. */
interface Sample {
  minute: number;
  heapMb: number;
  nodes: number;
  listeners: number;
  /** Proportional and private memory of its process, MB. */
  pssMb: number;
  privateMb: number;
}

interface Tab {
  path: string;
  browser: Browser;
  page: Page;
  session: CDPSession;
  system: CDPSession;
  samples: Sample[];
}

async function opened(url: string, path: string): Promise<Tab> {
  const browser = await chromium.launch(config.use?.launchOptions);
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.goto(url + path);
  await hydrated(page);
  await expect(page.locator('header .live[role=status]')).toHaveText('Live');
  const [session, system] = [await context.newCDPSession(page), await browser.newBrowserCDPSession()];
  await session.send('Performance.enable');
  return { path, browser, page, session, system, samples: [] };
}

/** The largest renderer process of the browser: another one is kept empty for the next tab. */
async function memoryOf(system: CDPSession): Promise<{ pssMb: number; privateMb: number }> {
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter((it) => it.type === 'renderer');
  const all = renderers.map(async ({ id }) => {
    const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
    const mb = (name: string) => (Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1] ?? NaN) * 1_024) / 1e6;
    return { pssMb: mb('Pss'), privateMb: mb('Private_Clean') + mb('Private_Dirty') };
  });
  const found = (await Promise.all(all)).toSorted((a, b) => b.pssMb - a.pssMb)[0];
  if (!found) throw new Error('the browser names no renderer');
  return found;
}

async function look(tab: Tab, minute: number): Promise<void> {
  await tab.session.send('HeapProfiler.collectGarbage');
  const { metrics } = await tab.session.send('Performance.getMetrics');
  const metric = (name: string) => metrics.find((it) => it.name === name)?.value ?? NaN;
  const sample = { minute, heapMb: metric('JSHeapUsedSize') / 1e6, nodes: metric('Nodes'), listeners: metric('JSEventListeners') };
  tab.samples.push({ ...sample, ...(await memoryOf(tab.system)) });
}

/** Growth per minute, by least squares. */
function slope(samples: Sample[], of: (it: Sample) => number): number {
  const mean = (values: number[]) => values.reduce((sum, it) => sum + it, 0) / values.length;
  const [x, y] = [mean(samples.map((it) => it.minute)), mean(samples.map(of))];
  const both = samples.reduce((sum, it) => sum + (it.minute - x) * (of(it) - y), 0);
  return both / samples.reduce((sum, it) => sum + (it.minute - x) ** 2, 0);
}

function table({ path, samples }: Tab): string {
  const row = (cells: (string | number)[]) => cells.map((it) => String(it).padStart(11)).join('');
  const rows = samples.map((it) =>
    row([it.minute, it.heapMb.toFixed(2), it.nodes, it.listeners, it.pssMb.toFixed(1), it.privateMb.toFixed(1)]),
  );
  return [`memory of ${path}`, row(['minute', 'heap MB', 'nodes', 'listeners', 'PSS MB', 'private MB']), ...rows].join('\n');
}

test(`tabs that stay open for ${MINUTES} minutes`, async () => {
  test.setTimeout((MINUTES + 6) * 60_000);
  const gauge = await Gauge.start();
  const tabs: Tab[] = [];
  try {
    gauge.simulate(SEED, '10m');
    const listed = async () => (await (await fetch(`${gauge.url}/api/v1/apps`)).text()).includes('checkout');
    await expect.poll(listed, { timeout: 120_000 }).toBe(true);
    for (const path of PAGES) tabs.push(await opened(gauge.url, path));
    const begun = Date.now();
    for (let minute = 0; minute <= MINUTES; minute += 1) {
      await new Promise((done) => setTimeout(done, Math.max(0, begun + minute * 60_000 - Date.now())));
      for (const tab of tabs) await look(tab, minute);
    }
    for (const tab of tabs) {
      await expect(tab.page.locator('header .live[role=status]'), 'it was live to the end').toHaveText('Live');
      console.log(table(tab));
      const half = tab.samples.slice(Math.floor(tab.samples.length / 2));
      const [heap, pss] = [slope(half, (it) => it.heapMb), slope(half, (it) => it.pssMb)];
      const [first, last] = [half[0]?.nodes ?? NaN, half.at(-1)?.nodes ?? NaN];
      console.log(`second half: heap ${heap.toFixed(3)}, PSS ${pss.toFixed(3)} MB a minute; nodes ${first} -> ${last}`);
      expect.soft(heap, `${tab.path}: heap, MB a minute`).toBeLessThan(HEAP_MB_PER_MIN_MAX);
      expect.soft(last - first, `${tab.path}: nodes`).toBeLessThanOrEqual(first * NODES_GROWTH_MAX);
    }
  } finally {
    for (const { browser } of tabs) await browser.close();
    await gauge.stop();
  }
});
