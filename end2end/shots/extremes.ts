// Full-page screenshots of what stretches a page: 50 apps with names of 60 characters, 40 dynos, paths of 300 characters and thirty days of
// data, in every width and theme, and charts as colour-blind readers see them: STATES_DIR/extreme-PAGE-THEME-WIDTH.png.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { type Frame, memory, request } from '../fixtures/logplex';
import { expect, hydrated, test } from '../fixtures/test';
import { charts, FOLDER, looks, SIZES } from './looks';

const APPS = 50;
const DYNOS = 40;
const DAYS = 30;
const STEP_MS = 600_000;
/** Frames of a batch: far below the largest body. */
const BATCH = 2_000;

/** A name of 60 characters. */
const named = (n: number) => `${String(n).padStart(2, '0')}-production-eu-central-customer-notifications-worker-canary`.padEnd(60, 'x').slice(0, 60);
/** The app with everything at once. */
const WIDE = named(0);
/** A path of 300 characters with the same template. */
const path = (n: number) => `/organisations/acme-international/projects/${n}/`.padEnd(300, 'very-long-segment-of-a-path/');

const long = (it: Frame, n: number): Frame => ({ ...it, message: it.message.replace('path="/cart"', `path="${path(n)}"`) });

/** Thirty days in steps of ten minutes, then ten minutes in steps of a second. */
function month(): Frame[] {
  const nowMs = Math.floor(Date.now() / 1_000) * 1_000;
  const at = (atMs: number, n: number) => {
    const dyno = `web.${1 + (n % DYNOS)}`;
    // A working day: busier and slower at noon.
    const busy = Math.round(4 + 3 * Math.sin((atMs / 86_400_000) * 2 * Math.PI));
    const calm = Array.from({ length: busy }, (_, i) => request({ atMs: atMs + i, serviceMs: 30 + busy * 40 + ((n * 7 + i * 31) % 90), dyno, status: i === 3 ? 302 : 200 }));
    const failed = n % 37 === 0 ? [request({ atMs, status: 503, serviceMs: 30_000, code: 'H12', dyno })] : [];
    return [...calm, ...failed].map((it) => long(it, n)).concat(memory(dyno, 300 + (n % 150), atMs));
  };
  const past = Array.from({ length: (DAYS * 86_400_000) / STEP_MS }, (_, n) => at(nowMs - DAYS * 86_400_000 + n * STEP_MS, n));
  const live = Array.from({ length: 600 }, (_, n) => at(nowMs - (600 - n) * 1_000, n));
  return [...past, ...live].flat();
}

async function shoot(page: Page, name: string, sizes: readonly (readonly [number, number])[] = SIZES): Promise<void> {
  await looks(page, sizes, charts, async (colorScheme, width) => {
    await page.screenshot({ path: join(FOLDER, `extreme-${name}-${colorScheme}-${width}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(wide, `${name} at ${width} px`).toBeLessThanOrEqual(width);
  });
}

test('fifty apps, forty dynos, long names and thirty days', async ({ page, gauge, open }) => {
  const all = month();
  for (let from = 0; from < all.length; from += BATCH) await gauge.post(WIDE, all.slice(from, from + BATCH));
  for (let n = 1; n < APPS; n += 1) {
    const few = Array.from({ length: 120 }, (_, age) => request({ atMs: Date.now() - age * 1_000, serviceMs: 20 + n, dyno: `web.${1 + (age % 3)}` }));
    await gauge.post(named(n), few);
  }
  await gauge.fill(WIDE, [request({})]);
  const app = `/apps/${WIDE}`;
  const { endpoints } = (await (await page.request.get(`${gauge.url}/api/v1/apps/${WIDE}/endpoints`)).json()) as { endpoints: { path: string }[] };
  const endpoint = `${app}/endpoint?method=GET&path=${encodeURIComponent(endpoints[0]!.path)}&range=7d`;
  const pages = {
    overview: '/', wall: '/?wall=1', live: app, week: `${app}?range=7d`, month: `${app}?range=30d`, logs: `${app}/logs`, metrics: `${app}/metrics?metric=router.service&by=source`,
    errors: `${app}/errors`, sizing: `${app}/sizing`, compare: `${app}/compare`, endpoint, alerts: '/alerts',
  };
  for (const [name, place] of Object.entries(pages)) {
    await open(place);
    await shoot(page, name);
  }
  const browser = await page.context().newCDPSession(page);
  for (const type of ['deuteranopia', 'protanopia', 'tritanopia', 'achromatopsia'] as const) {
    for (const [name, place] of [['live', app], ['week', `${app}?range=7d`]] as const) {
      await open(place);
      await hydrated(page);
      await browser.send('Emulation.setEmulatedVisionDeficiency', { type });
      await shoot(page, `${name}-${type}`, [[1280, 900]]);
      await browser.send('Emulation.setEmulatedVisionDeficiency', { type: 'none' });
    }
  }
});
