// Installation as an app, and the offline page that is shown when the server can't be reached.
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import type { Page } from '@playwright/test';
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

/** Waits until the service worker controls the page. */
async function kept(page: Page): Promise<void> {
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

const caches_of = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const paths = await Promise.all(names.map(async (it) => (await (await caches.open(it)).keys()).map((asked) => new URL(asked.url).pathname)));
    return { names, paths: paths.flat() };
  });

test('it can be installed', async ({ page, gauge, open }) => {
  await open('/');
  const session = await page.context().newCDPSession(page);
  const { errors, url } = await session.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  const manifest = (await (await fetch(url)).json()) as { name: string; icons: { src: string; type: string; sizes: string }[] };
  expect(manifest.name).toBe('Streamgauge');
  for (const { src, type, sizes } of manifest.icons) {
    const icon = await fetch(gauge.url + src);
    expect(icon.headers.get('content-type')).toBe(type);
    if (type !== 'image/png') continue;
    const png = Buffer.from(await icon.arrayBuffer());
    expect(`${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`, src).toBe(sizes);
  }
  expect((await session.send('Page.getInstallabilityErrors')).installabilityErrors.filter((it) => it.errorId !== 'in-incognito')).toEqual([]);
});

test.describe('when the server is down', () => {
  test.use({ expectedErrors: [/ERR_|Failed to load|Failed to fetch|50[234]/] });

  test('a visit shows the offline page, which reloads when the server is back', async ({ page, gauge, open }) => {
    await gauge.fill('checkout', [request({ serviceMs: 42 })]);
    await open('/');
    await kept(page);
    await gauge.crash();
    await page.goto(`${gauge.url}/apps/checkout`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText("Can't reach the server");
    await expect(page.getByRole('alert')).toContainText(new URL(gauge.url).host);
    await expect(page.getByRole('link', { name: 'Try now' })).toBeVisible();
    // The styles come from the cache.
    const font = await page.locator('h1').evaluate((it) => getComputedStyle(it).fontWeight);
    expect(font).toBe('600');
    await gauge.restart();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('checkout');
    await expect(page).toHaveURL(`${gauge.url}/apps/checkout`);
  });
});

test.describe('when the server is slow', () => {
  test.use({ expectedErrors: [/ERR_|Failed to load|Failed to fetch|50[234]/] });

  test('a second visit shows the offline page at once, and then the requested page', async ({ page, gauge, open }) => {
    await gauge.fill('checkout', [request({ serviceMs: 42 })]);
    await open('/');
    await kept(page);
    await gauge.crash();
    // Accepts connections and never responds, like a server on a broken network.
    const held: Socket[] = [];
    const mute = createServer((socket) => held.push(socket));
    await new Promise<void>((done) => mute.listen(Number(new URL(gauge.url).port), '127.0.0.1', done));
    const from = Date.now();
    await page.goto(`${gauge.url}/apps/checkout`);
    await expect(page.locator('main .asking')).toHaveText('Connecting…');
    const took = Date.now() - from;
    console.log(`offline page after ${took} ms`);
    expect(took).toBeLessThan(2_000);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText("Can't reach the server");
    for (const socket of held) socket.destroy();
    await new Promise((done) => mute.close(done));
    await gauge.restart();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('checkout');
    await expect(page).toHaveURL(`${gauge.url}/apps/checkout`);
  });
});

test.describe('when the server answers 503', () => {
  test.use({ expectedErrors: [/ERR_|Failed to load|Failed to fetch|50[234]/] });

  test('the page of a busy server is shown, that of a proxy is not', async ({ page, gauge, open }) => {
    await open('/');
    await kept(page);
    await gauge.crash();
    // Stands in for the server, whose own pages say so, and for a proxy in front of one that is gone.
    const stand = createHttpServer((asked, answer) => {
      const headers = { 'content-type': 'text/html; charset=utf-8', ...(asked.url === '/busy' ? { 'streamgauge-page': '1' } : {}) };
      answer.writeHead(503, headers).end(`<!DOCTYPE html><title>503</title><h1>${asked.url === '/busy' ? 'The server is busy' : '503 Service Unavailable'}</h1>`);
    });
    await new Promise<void>((done) => stand.listen(Number(new URL(gauge.url).port), '127.0.0.1', done));
    await page.goto(`${gauge.url}/busy`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The server is busy');
    await page.goto(`${gauge.url}/alerts`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText("Can't reach the server");
    stand.closeAllConnections();
    await new Promise((done) => stand.close(done));
    await gauge.restart();
  });
});

test('only static files are cached, never data', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [request({})]);
  await open('/');
  await kept(page);
  await open('/apps/checkout');
  await open('/apps/checkout/logs');
  await expect.poll(async () => (await caches_of(page)).paths.some((it) => it.endsWith('.wasm'))).toBe(true);
  const { names, paths } = await caches_of(page);
  expect(names).toHaveLength(1);
  expect(paths).toContain('/offline');
  for (const path of paths) expect(path).toMatch(/^\/(pkg\/[\w.-]+|favicon\.svg|offline)$/);
});

test('a new version deletes the cache of the previous one', async ({ page, open }) => {
  await open('/');
  await kept(page);
  const { names: before } = await caches_of(page);
  await page.evaluate(() => navigator.serviceWorker.register('/service-worker.js?v=next'));
  await expect.poll(async () => (await caches_of(page)).names).toEqual(['streamgauge?v=next']);
  expect(before).not.toContain('streamgauge?v=next');
});
