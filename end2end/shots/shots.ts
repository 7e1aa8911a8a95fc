// Screenshots of the pages with simulated apps during an incident: shots/PAGE-THEME-WIDTH.png. The traffic is deterministic by seed; the
// times in the screenshots are those of the run.
import type { Page } from '@playwright/test';
import { Receiver } from '../fixtures/receiver';
import { expect, hydrated, test } from '../fixtures/test';

const SEED = 1;
const SIZES = [
  [360, 780],
  [1280, 900],
  [1920, 1080],
] as const;
const PAGES = { overview: '/', app: '/apps/checkout?range=live', hour: '/apps/checkout?range=1h', moment: '/apps/checkout?range=1h', logs: '/apps/checkout/logs', found: '/apps/checkout/logs?q=status%3E%3D500%20path~%2Forders&back=1h', metrics: '/apps/checkout/metrics?metric=db.query&by=source', groups: '/?group=health', wall: '/?wall=1', alerts: '/alerts', rules: '/alerts?show=rules', rule: '/alerts/new?app=checkout&metric=router.service&stat=p95&window=60', boards: '/boards', board: '/boards/1', errors: '/apps/checkout/errors', compare: '/apps/checkout/compare', sizing: '/apps/checkout/sizing?range=1h' };

/** Pins the crosshair during the incident, so that its log lines are shown. */
async function pin(page: Page) {
  const chart = page.getByRole('img', { name: /^Response time/ });
  await chart.scrollIntoViewIfNeeded();
  const box = (await chart.boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.97, box.y + box.height / 2);
  await expect(page.getByRole('heading', { name: /^(Logs|Requests) (at|from)/ })).toBeVisible();
}

test('screenshots during an incident', async ({ page, gauge }) => {
  const receiver = await Receiver.start();
  await gauge.crash();
  await gauge.restart({ ALERT_PRIVATE: '1', PUBLIC_URL: gauge.url });
  await page.request.post(`${gauge.url}/api/v1/channels`, { data: { kind: 'mattermost', name: '#ops', url: receiver.url, zone: 'Europe/Berlin', severity: 'warning', apps: [] } });
  gauge.simulate(SEED, '1h');
  // The past traffic takes a while to arrive, and health some seconds to follow.
  await page.goto(gauge.url);
  await expect(page.getByRole('row').filter({ hasText: 'checkout' })).toContainText('Failing', { timeout: 240_000 });
  await expect(page.getByRole('row').filter({ hasText: 'api' })).toContainText('Degraded', { timeout: 60_000 });
  const { incidents } = (await (await page.request.get(`${gauge.url}/api/v1/incidents`)).json()) as { incidents: { id: number; app: string }[] };
  const incident = incidents.find((it) => it.app === 'checkout')!.id;
  const { lines } = (await (await page.request.get(`${gauge.url}/api/v1/apps/checkout/logs?q=code%3DH12&limit=1`)).json()) as { lines: { request_id: string }[] };
  const id = lines[0]!.request_id;
  const { endpoints } = (await (await page.request.get(`${gauge.url}/api/v1/apps/checkout/endpoints`)).json()) as { endpoints: { method: string; path: string }[] };
  const { method, path: template } = endpoints[0]!;
  const places = { ...PAGES, incident: `/incidents/${incident}`, request: `/requests/${id}`, endpoint: `/apps/checkout/endpoint?method=${method}&path=${encodeURIComponent(template)}&range=1h` };
  for (const [name, path] of Object.entries(places)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const [width, height] of SIZES) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height });
        await page.goto(gauge.url + path);
        await hydrated(page);
        // The wall view has no header.
        if (name !== 'wall') await expect(page.locator('header .live[role=status]')).toHaveText(/^\s*(Live|Not live(, loaded \d\d:\d\d:\d\d)?|Refreshes every \d+ s)\s*$/);
        if (name === 'moment') await pin(page);
        // Only a few charts are drawn per frame.
        await page.evaluate(() => new Promise((done) => setTimeout(done, 600)));
        await page.screenshot({ path: `shots/${name}-${colorScheme}-${width}.png`, fullPage: width === 360 });
      }
    }
  }
  await receiver.stop();
});
