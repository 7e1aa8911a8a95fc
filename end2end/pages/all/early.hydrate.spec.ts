// Input before hydration: nothing that is typed, pressed or clicked before or while a page hydrates is lost, on any page.
import type { Locator, Page } from '@playwright/test';
import { request, type Frame } from '../../fixtures/logplex';
import { expect, hydrated, test } from '../../fixtures/test';

const PATHS = ['/', '/apps/beta', '/apps/beta/logs', '/apps/beta/errors', '/apps/beta/sizing', '/apps/beta/metrics', '/apps/beta/endpoint?method=GET&path=/cart', '/apps/beta/compare', '/alerts', '/alerts?show=history', '/alerts/new?app=beta&metric=db.query', '/boards'];
// Those with a field for a search.
const SEARCHED = ['/', '/apps/beta/logs', '/apps/beta/metrics'];
// CPU slowdown of a simulated slow machine: that of a cheap phone.
const SLOWER = 6;
// Most keys that are pressed before and while a page hydrates.
const KEYS_MAX = 60;

// Requests through a service worker can't be delayed by the test.
const NO_WORKER = /Service Worker registration blocked/;
test.use({ serviceWorkers: 'block', expectedErrors: [NO_WORKER] });

function said(process: string, message: string, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source: 'app', process, message };
}

test.beforeEach(async ({ gauge }) => {
  for (const app of ['alpha', 'beta', 'gamma']) {
    const requests = Array.from({ length: 20 }, (_, n) => request({ atMs: Date.now() - n * 1000 }));
    await gauge.fill(app, [...requests, said('web.1', 'source=web.1 measure#db.query=10ms count#jobs.done=1 level=error', 5), said('web.2', 'source=web.2 measure#db.query=30ms', 4)]);
  }
});

/** Delays the WASM module; the returned function releases it and waits until the page is hydrated. */
async function holdModule(page: Page): Promise<() => Promise<void>> {
  let release = () => {};
  const released = new Promise<void>((done) => (release = done));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  return async () => {
    release();
    await hydrated(page);
  };
}

/**
 * Opens a page on a slow CPU and presses keys until it is hydrated; gives what was pressed. Hydration is waited for by one
 * question to the browser: on a slow CPU each look of an `expect` takes the page seconds, and keeps it from hydrating.
 */
async function typeUntilHydrated(page: Page, address: string, focused: Locator | undefined, keys: string): Promise<string> {
  const browser = await page.context().newCDPSession(page);
  await browser.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.goto(address, { waitUntil: 'commit' });
  await focused?.focus();
  const expression = `document.documentElement.hasAttribute('data-hydrated')
    || new Promise((done) => addEventListener('hydrated', () => done(true), { once: true }))`;
  let isHydrated = false;
  const hydration = browser.send('Runtime.evaluate', { expression, awaitPromise: true }).then(() => (isHydrated = true));
  let typed = '';
  while (typed.length < KEYS_MAX && !(isHydrated && typed.length >= 2 * keys.length)) {
    const key = keys.charAt(typed.length % keys.length);
    await page.keyboard.type(key, { delay: 20 });
    typed += key;
  }
  await hydration;
  await browser.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  await hydrated(page);
  return typed;
}

const chosenRow = (page: Page) => page.locator('tr.selected').getByRole('link');
const selection = (page: Page) => page.evaluate(() => (document.activeElement as HTMLInputElement).selectionStart);

test('Overview: the filter keeps its text, focus and caret, and filters', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url);
  await page.keyboard.press('/');
  await page.keyboard.type('ta');
  await page.keyboard.press('ArrowLeft');
  await release();
  const filter = page.getByRole('searchbox', { name: 'Filter apps' });
  await expect(page.locator('table.apps a.name:visible')).toHaveText(['beta']);
  await expect(filter).toBeFocused();
  await expect(filter).toHaveValue('ta');
  expect(await selection(page)).toBe(1);
  await expect(page).toHaveURL(/\?q=ta$/);
  await page.keyboard.type('x');
  await expect(filter).toHaveValue('txa');
  await expect(page.getByText('No matching apps.')).toBeVisible();
});

test('Overview: Enter in the filter opens the only match once the module runs', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url);
  await page.keyboard.press('/');
  await page.keyboard.type('ta');
  await page.keyboard.press('Enter');
  await release();
  await expect(page).toHaveURL(/\/apps\/beta$/);
});

test('Overview: keys select and open', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url);
  for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key);
  await release();
  await expect(chosenRow(page)).toHaveText('beta');
  await page.reload();
  for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
  await expect(page).toHaveURL(/\/apps\/beta$/);
});

test('keys that only press a button need no module', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url);
  await page.keyboard.press('?');
  await expect(page.locator('#keys')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('#keys')).toBeHidden();
  await page.keyboard.press('w');
  await expect(page).toHaveURL(/\?wall=1$/);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(gauge.url + '/');
  // After hydration they don't load a new document.
  await release();
  await page.evaluate(() => (document.body.dataset.same = ''));
  for (const [key, address] of [['w', /\?wall=1$/], ['w', /\/$/], ['w', /\?wall=1$/], ['Escape', /\/$/]] as const) {
    await page.keyboard.press(key);
    await expect(page).toHaveURL(address);
  }
  await expect(page.locator('body[data-same]')).toBeAttached();
});

test('App: legends, tables and charts', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url + '/apps/beta');
  const card = page.locator('section.card').filter({ has: page.getByRole('heading', { level: 2, name: 'Throughput' }) });
  const series = card.getByRole('button', { name: /2xx/ });
  await series.click();
  await card.getByText('Data table').click();
  await page.getByRole('img', { name: /^Load/ }).focus();
  for (const key of ['ArrowLeft', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
  await release();
  await expect(series).toHaveAttribute('aria-pressed', 'true');
  await expect(page).toHaveURL(/[?&]at=\d+&step=\d+&chart=load/);
  await expect(page.getByRole('heading', { name: /^Logs at/ })).toBeVisible();
  // An open table is updated with the chart.
  await gauge.fill('beta', [request({ status: 404 })]);
  await expect(card.getByRole('table')).toContainText('4xx');
});

test('App: a link works before hydration', async ({ page, gauge }) => {
  await holdModule(page);
  await page.goto(gauge.url + '/apps/beta');
  await page.getByRole('navigation', { name: 'Range' }).getByRole('link', { name: '24 h' }).click();
  await expect(page).toHaveURL(/range=24h/);
});

test('Logs: search, level and keys', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url + '/apps/beta/logs');
  await page.keyboard.press('/');
  await page.keyboard.type('measure');
  await page.getByRole('combobox', { name: 'Level' }).selectOption('error');
  const words = page.getByRole('combobox', { name: 'Search' });
  await words.focus();
  await release();
  await expect(page).toHaveURL(/\?q=measure&level=error$/);
  await expect(page.locator('.log li[data-line]')).toHaveCount(1);
  await expect(words).toBeFocused();
  await expect(words).toHaveValue('measure');
});

test('Logs: Space pauses and resumes; k and Enter open', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url + '/apps/beta/logs');
  await page.keyboard.press('Space');
  await release();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.reload();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
  await page.reload();
  for (const key of ['k', 'k', 'Enter']) await page.keyboard.press(key);
  await expect(page).toHaveURL(/line=\d+-\d+/);
  await expect(page.getByRole('region', { name: 'Log line', exact: true })).toBeVisible();
});

test('Logs: rows and histogram', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url + '/apps/beta/logs');
  await page.locator('.log li').filter({ hasText: 'db.query=30ms' }).locator('code').click();
  await release();
  await expect(page.getByRole('region', { name: 'Log line', exact: true }).locator('pre')).toContainText('measure#db.query=30ms');
  await page.goto(gauge.url + '/apps/beta/logs');
  const bars = (await page.locator('.bars-plot').boundingBox())!;
  await page.mouse.move(bars.x + bars.width * 0.5, bars.y + 10);
  await page.mouse.down();
  await page.mouse.move(bars.x + bars.width * 0.9, bars.y + 10, { steps: 3 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
});

test('Logs: a search before hydration is an ordinary form submit', async ({ page, gauge }) => {
  await holdModule(page);
  await page.goto(gauge.url + '/apps/beta/logs');
  await page.getByRole('combobox', { name: 'Search' }).fill('measure');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\?q=measure/);
  await expect(page.locator('.log li[data-line]')).toHaveCount(2);
});

test('Metrics: search, grouping and comparison', async ({ page, gauge }) => {
  const release = await holdModule(page);
  await page.goto(gauge.url + '/apps/beta/metrics?metric=router.requests');
  const find = page.getByRole('searchbox', { name: 'Search metrics' });
  await find.click();
  await page.keyboard.type('db q');
  await page.keyboard.press('Enter');
  await page.keyboard.type('u');
  await release();
  await expect(page.getByRole('heading', { name: 'db.query', exact: true })).toBeVisible();
  await expect(find).toBeFocused();
  await expect(find).toHaveValue('db qu');
  await expect(page.getByRole('complementary', { name: 'Metrics' }).getByRole('link')).toHaveCount(1);
  await page.reload();
  await page.getByRole('combobox', { name: 'Group by' }).selectOption('source');
  const compare = page.getByRole('combobox', { name: 'Compare with' });
  await compare.selectOption({ index: 1 });
  await expect(page).toHaveURL(/by=source.*compare=/);
  await expect(compare).not.toHaveValue('');
});

for (const path of PATHS) {
  test(`${path}: typing at once on a slow machine loses nothing`, async ({ page, gauge }) => {
    const field = page.locator('main input[type=search]').first();
    const isThere = SEARCHED.includes(path);
    const text = await typeUntilHydrated(page, gauge.url + path, isThere ? field : undefined, isThere ? 'et' : 'jk');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (isThere) {
      await expect(field).toBeFocused();
      await expect(field).toHaveValue(text);
    }
    if (path === '/') await expect(page).toHaveURL(new RegExp(`q=${text}`));
    if (path.endsWith('metrics')) await expect(page.getByText('No matching metrics.')).toBeVisible();
  });

  test(`${path}: no field is overwritten`, async ({ page, gauge }) => {
    const release = await holdModule(page);
    await page.goto(gauge.url + path);
    const texts = await page.locator('main input[type=search]').all();
    // By their places among all: a choice may show one and hide another.
    const selects = await page.locator('main select').all();
    for (const it of texts) await it.fill('a');
    const chosen = new Map<Locator, string>();
    for (const it of selects) {
      if (!(await it.isVisible())) continue;
      chosen.set(it, (await it.locator('option').last().getAttribute('value')) ?? '');
      await it.selectOption(chosen.get(it)!);
    }
    await release();
    for (const it of texts) await expect(it).toHaveValue('a');
    for (const [it, value] of chosen) await expect(it).toHaveValue(value);
    const address = new URL(page.url());
    const asked = [...address.searchParams.values()];
    for (const it of chosen.values()) expect(asked).toContain(it);
  });
}

test('text that is typed during a request is kept', async ({ page, gauge, open }) => {
  let released = Promise.resolve();
  await page.route('**/api/**', async (route) => {
    await released;
    await route.continue();
  });
  for (const [path, selector, select, value] of [['logs', '#words', 'Level', 'error'], ['metrics', '#find', 'Group by', 'source']] as const) {
    await open(`/apps/beta/${path}`);
    const field = page.locator(selector);
    let release = () => {};
    released = new Promise((done) => (release = done));
    const asked = page.waitForRequest((it) => it.method() === 'POST');
    await page.getByRole('combobox', { name: select }).selectOption(value);
    await asked;
    await field.click();
    await page.keyboard.type('db');
    await expect(page.locator('main[aria-busy=true]')).toBeAttached();
    release();
    await expect(page.locator('main[aria-busy=false]')).toBeAttached();
    await page.keyboard.type('.q');
    await expect(field).toBeFocused();
    await expect(field).toHaveValue('db.q');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/db\.q/);
  }
});

for (const path of ['/apps/beta/logs', '/apps/beta/metrics?metric=router.requests']) {
  test(`${path}: what is chosen during a request is kept`, async ({ page, open }) => {
    const releases: (() => void)[] = [];
    await page.route('**/api/page/**', async (route) => {
      await new Promise<void>((done) => releases.push(done));
      await route.continue();
    });
    await open(path);
    const chosen = new Map<Locator, string>();
    for (const it of await page.locator('main select').all()) {
      chosen.set(it, (await it.locator('option').last().getAttribute('value'))!);
      await it.selectOption(chosen.get(it)!);
    }
    expect(chosen.size).toBe(2);
    // Answers come one after the other; each draws the form again.
    const isOver = async () => {
      releases.splice(0).forEach((release) => release());
      return page.locator('main[aria-busy=false]').isVisible();
    };
    await expect.poll(isOver).toBe(true);
    for (const [it, value] of chosen) {
      await expect(it.locator('option[selected]')).toHaveAttribute('value', value);
      await expect(it).toHaveValue(value);
    }
  });
}

test('Back restores the fields', async ({ page, gauge, open }) => {
  await open('/apps/beta/logs');
  const words = page.getByRole('combobox', { name: 'Search' });
  const level = page.getByRole('combobox', { name: 'Level' });
  await words.fill('measure');
  await words.press('Enter');
  await expect(page).toHaveURL(/q=measure$/);
  await level.selectOption('error');
  await expect(page).toHaveURL(/level=error/);
  await page.goBack();
  await expect(level).toHaveValue('');
  await expect(words).toHaveValue('measure');
  await page.goBack();
  await expect(words).toHaveValue('');
  await expect(page.locator('.log li[data-line]')).toHaveCount(22);
});

test('Back works after a reload, before hydration', async ({ page, gauge, open }) => {
  await open('/apps/beta/logs');
  await page.getByRole('link', { name: 'Router' }).click();
  await expect(page).toHaveURL(/kind=router/);
  await expect(page.locator('.log li[data-line]')).toHaveCount(20);
  const release = await holdModule(page);
  await page.reload();
  await page.goBack();
  await expect(page).toHaveURL(/logs$/);
  await release();
  await expect(page.locator('.log li[data-line]')).toHaveCount(22);
});

test.describe('a module that fails to load', () => {
  test.use({ expectedErrors: [/Service Worker registration blocked|ERR_FAILED|Failed to fetch/] });

  test('leaves forms working', async ({ page, gauge }) => {
    await page.route('**/*.wasm', (route) => route.abort());
    await page.goto(gauge.url + '/apps/beta/metrics');
    const find = page.getByRole('searchbox', { name: 'Search metrics' });
    await find.fill('db q');
    await find.press('Enter');
    await expect(page).toHaveURL(/find=db/);
    await expect(page.getByRole('complementary', { name: 'Metrics' }).getByRole('link')).toHaveCount(1);
    await page.goto(gauge.url);
    await page.getByRole('searchbox', { name: 'Filter apps' }).fill('ta');
    await page.keyboard.press('Enter');
    await expect(page.locator('table.apps a.name:visible')).toHaveText(['beta']);
  });
});
