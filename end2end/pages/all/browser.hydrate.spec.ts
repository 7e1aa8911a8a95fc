// What needs a real browser: keyboard, themes, transfer sizes, security policy and fonts.
import { get } from 'node:http';
import { request } from '../../fixtures/logplex';
import { PANELS } from '../../fixtures/panels';
import { expect, figure, hydrated, test } from '../../fixtures/test';

// All bytes of the first visit, as transferred.
const FIRST_LOAD_BYTES_MAX = 300_000;

/** Length of a file's body as a browser receives it, compressed. */
function bodyBytes(url: string): Promise<number> {
  return new Promise((done, failed) => {
    const asked = get(url, { headers: { 'accept-encoding': 'gzip, br' } }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => (bytes += part.length));
      response.on('end', () => done(bytes));
      response.on('error', failed);
    });
    asked.on('error', failed);
  });
}

test('everything by keyboard', async ({ page, gauge, open }) => {
  for (const app of ['alpha', 'beta', 'gamma']) await gauge.fill(app, [request({})]);
  await open('/');
  const apps = page.locator('table a.name:visible');
  await expect(apps).toHaveText(['alpha', 'beta', 'gamma']);
  await page.keyboard.press('/');
  const filter = page.getByRole('searchbox', { name: 'Filter apps' });
  await expect(filter).toBeFocused();
  await page.keyboard.type('ta');
  await expect(filter).toHaveValue('ta');
  await expect(apps).toHaveText(['beta']);
  await filter.clear();
  await filter.blur();
  for (const key of ['j', 'j', 'j', 'k', 'Enter']) await page.keyboard.press(key);
  await expect(page).toHaveURL(/\/apps\/beta$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('beta');
});

test('the URL can select a theme', async ({ page, open }) => {
  const ground = () => page.locator('html').evaluate((it) => getComputedStyle(it).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  await open('/');
  const light = await ground();
  await open('/?theme=dark');
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.emulateMedia({ colorScheme: 'dark' });
  await open('/?theme=light');
  expect(await ground()).toBe(light);
});

for (const path of ['/', '/apps/checkout', '/apps/checkout/logs', '/apps/checkout/metrics', '/apps/checkout/errors', '/apps/checkout/sizing', '/apps/checkout/endpoint?method=GET&path=/cart', '/apps/checkout/compare', '/alerts', '/alerts/new?app=checkout&metric=router.service', '/incidents/1', '/boards', '/boards/1', '/boards/1/edit', '/requests/4f2b']) {
  test(`the first visit of ${path} is small, and its files are cached for the second`, async ({ page, gauge, open }) => {
    await gauge.fill('checkout', [request({})]);
    if (path.startsWith('/incidents')) await gauge.incident('checkout');
    if (path.startsWith('/boards')) await gauge.board('Night', PANELS);
    const finished = new Map<string, { bytes: number; encoding?: string; kept?: string }>();
    const sizes: Promise<void>[] = [];
    page.on('requestfinished', (asked) => {
      const size = async () => {
        const [{ responseBodySize, responseHeadersSize }, response] = [await asked.sizes(), await asked.response()];
        const file = new URL(asked.url()).pathname;
        expect(finished.has(file), `${file} is loaded once`).toBe(false);
        const headers = response?.headers() ?? {};
        // The browser does not always say how long a body was: then this is 0, or 0 less the head. The file is loaded once more.
        const body = responseBodySize > 0 ? responseBodySize : await bodyBytes(asked.url());
        expect(body, file).toBeGreaterThan(0);
        finished.set(file, { bytes: body + responseHeadersSize, encoding: headers['content-encoding'], kept: headers['cache-control'] });
      };
      sizes.push(size());
    });
    await open(path);
    await page.waitForLoadState('load');
    await Promise.all(sizes);
    const total = [...finished.values()].reduce((sum, it) => sum + it.bytes, 0);
    for (const [file, { bytes, encoding }] of finished) console.log(`${String(bytes).padStart(8)} bytes ${encoding ?? 'plain'} ${file}`);
    console.log(`${String(total).padStart(8)} bytes in all`);
    expect(total).toBeLessThan(FIRST_LOAD_BYTES_MAX);

    for (const ending of ['wasm', 'js', 'css']) {
      const named = [...finished].filter(([file]) => file.endsWith(`.${ending}`));
      // Pages that are opened now and then have a style sheet of their own.
      expect(named.length, ending).toBeGreaterThanOrEqual(1);
      expect(named.length, ending).toBeLessThanOrEqual(ending === 'css' ? 2 : 1);
      for (const [file, { encoding, kept }] of named) {
        expect(file).toMatch(/^\/pkg\/[a-z-]+\.[0-9a-f]{8,}\./);
        expect(encoding).toBe('br');
        expect(kept).toContain('immutable');
      }
    }
  });
}

test('hydration keeps what the server rendered', async ({ page, gauge }) => {
  await gauge.fill('checkout', [request({ serviceMs: 42 })]);
  await page.goto(`${gauge.url}/apps/checkout`);
  await expect(figure(page, 'p99')).toHaveText(/42\s*ms/);
  await hydrated(page);
  await expect(figure(page, 'p99')).toHaveText(/42\s*ms/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
});

test.describe('a page', () => {
  test.use({ expectedErrors: [/Content Security Policy/] });

  test('a foreign script does not run', async ({ page, gauge, open }) => {
    await gauge.fill('checkout', [request({})]);
    for (const path of ['/', '/apps/checkout', '/apps/checkout/logs']) {
      const policies: string[] = [];
      page.once('response', (it) => policies.push(it.headers()['content-security-policy'] ?? ''));
      await open(path);
      expect(policies[0], path).toMatch(/default-src 'none'.*script-src 'self' 'wasm-unsafe-eval' 'nonce-[^']+'/);
      const refused = page.waitForEvent('console', (it) => /Content Security Policy/.test(it.text()));
      await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'document.documentElement.dataset.foreign = ""';
        document.head.append(script);
      });
      await refused;
      await expect(page.locator('html[data-foreign]')).toHaveCount(0);
    }
  });
});

test('it can be installed as an app', async ({ page, gauge, open }) => {
  await open('/');
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = await (await page.request.get(gauge.url + href)).json();
  expect(manifest.display).toBe('standalone');
  for (const icon of manifest.icons) {
    const answer = await page.request.get(gauge.url + icon.src);
    expect([answer.status(), answer.headers()['content-type']]).toEqual([200, icon.type]);
  }
});

test('the ? key shows the keyboard shortcuts of a page', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [request({})]);
  const keys = page.locator('#keys');
  for (const [path, text] of [['/', 'Filter apps'], ['/apps/checkout', 'Pin and show log lines'], ['/apps/checkout/logs', 'Pause or resume']] as const) {
    await open(path);
    await expect(keys).toBeHidden();
    await page.keyboard.press('?');
    await expect(keys).toBeVisible();
    await expect(keys).toContainText(text);
    await page.keyboard.press('Escape');
    await expect(keys).toBeHidden();
  }
});

test('the pages use the bundled fonts', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [request({})]);
  await open('/apps/checkout/logs');
  const loaded = () => page.evaluate(() => [...document.fonts].filter((it) => it.status === 'loaded').map((it) => it.family.replaceAll('"', '')).sort());
  await expect.poll(loaded).toEqual(['Gauge', 'Gauge Mono']);
  // All digits have the same width, so that numbers don't jitter.
  const widths = await page.evaluate(() => {
    const probe = document.createElement('span');
    document.body.append(probe);
    const widths = Array.from('0123456789', (digit) => {
      probe.textContent = digit.repeat(20);
      return probe.getBoundingClientRect().width;
    });
    probe.remove();
    return widths;
  });
  expect(new Set(widths.map((it) => it.toFixed(2))).size).toBe(1);
});
