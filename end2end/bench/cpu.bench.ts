// What a live page costs the reader's machine: CPU of all of the browser's processes, in cores, while the page is only looked at. Without a
// GPU, so that the drawing is in it too.
import { expect, hydrated, test } from '../fixtures/test';

const SEED = 1;
const SETTLE_MS = 3_000;
const WATCHED_MS = 20_000;
const CORES_MAX = 0.15;
const PATHS = ['/apps/checkout?range=live', '/', '/?wall=1', '/apps/checkout/logs', '/boards/1', '/alerts'];

test('CPU of live pages', async ({ page, gauge }) => {
  gauge.simulate(SEED, '10m');
  await page.goto(gauge.url);
  await expect(page.getByRole('row').filter({ hasText: 'checkout' })).toContainText('/s', { timeout: 120_000 });
  const session = await page.context().browser()!.newBrowserCDPSession();
  const cpuS = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, it) => sum + it.cpuTime, 0);
  };
  const wait = (ms: number) => page.evaluate((ms) => new Promise((done) => setTimeout(done, ms)), ms);
  for (const path of PATHS) {
    await page.goto(gauge.url + path);
    await hydrated(page);
    await wait(SETTLE_MS);
    const [before, begun] = [await cpuS(), Date.now()];
    await wait(WATCHED_MS);
    const cores = (await cpuS() - before) / ((Date.now() - begun) / 1_000);
    console.log(`${path}: ${cores.toFixed(3)} cores`);
    expect.soft(cores, path).toBeLessThan(CORES_MAX);
  }
});
