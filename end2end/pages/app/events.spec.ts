// Events and endpoints on the App page, with and without JavaScript.
import { request, type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function said(process: string, source: string, message: string, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source, process, message };
}

function asked(path: string, serviceMs: number): Frame {
  const frame = request({ serviceMs });
  return { ...frame, message: frame.message.replace('path="/cart"', `path="${path}"`) };
}

for (const range of ['live', '1h']) {
  test(`events and endpoints are listed: ${range}`, async ({ page, gauge, open }) => {
    const slow = Array.from({ length: 6 }, (_, index) => asked(`/orders/${index}/payments`, 2000));
    const quick = Array.from({ length: 30 }, () => asked('/health', 2));
    await gauge.fill('checkout', [
      ...slow,
      ...quick,
      said('api', 'app', 'Release v42 created by user ann@example.com', 60),
      said('web.3', 'heroku', 'State changed from up to crashed', 30),
    ]);
    await open(`/apps/checkout?range=${range}`);
    const endpoints = page.getByRole('table').filter({ hasText: 'Endpoint' });
    const first = endpoints.getByRole('row').nth(1);
    await expect(first).toContainText('GET /orders/:id/payments');
    await expect(first.getByRole('cell').nth(1)).toHaveText('6');
    await expect(first.getByRole('cell').nth(2)).toHaveText('0 %');
    await expect(first.getByRole('cell').nth(3)).toHaveText('2.00 s');
    await expect(endpoints.getByRole('row').nth(2)).toContainText('/health');
    await endpoints.getByRole('columnheader', { name: 'Requests' }).getByRole('link').click();
    await expect(endpoints.getByRole('row').nth(1)).toContainText('/health');
    await expect(endpoints.getByRole('columnheader', { name: 'Requests' })).toHaveAttribute('aria-sort', 'descending');
    const lane = page.getByRole('list', { name: 'Events', exact: true });
    await expect(lane.getByRole('listitem')).toHaveCount(2);
    await expect(lane).toContainText('Release v42 created');
    const newest = page.locator('.events li').first();
    await expect(newest).toContainText('web.3 State changed from up to crashed');
    await expect(page.locator('body')).not.toContainText('ann@example.com');
  });
}

test('endpoints are sorted by their error share, searched and paged', async ({ page, gauge, open, javaScriptEnabled }) => {
  const failing = (path: string, n: number) => Array.from({ length: n }, () => {
    const frame = request({ status: 500, serviceMs: 5 });
    return { ...frame, message: frame.message.replace('path="/cart"', `path="${path}"`) };
  });
  const many = Array.from({ length: 40 }, (_, n) => Array.from({ length: 6 }, () => asked(`/part-${'abcdefgh'[n % 8]}${'xyzuv'[n % 5]}`, 3))).flat();
  await gauge.fill('checkout', [...many, ...Array.from({ length: 16 }, () => asked('/pay', 4)), ...failing('/pay', 4)]);
  await open('/apps/checkout');
  const endpoints = page.getByRole('table').filter({ hasText: 'Endpoint' });
  await endpoints.getByRole('columnheader', { name: 'Errors' }).getByRole('link').click();
  const first = endpoints.getByRole('row').nth(1);
  await expect(first).toContainText('GET /pay');
  await expect(first.getByRole('cell').nth(2)).toHaveText('20.0 %');
  await page.getByRole('link', { name: 'All 41' }).click();
  await expect(endpoints.getByRole('row')).toHaveCount(26);
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByText('Page 2 of 2')).toBeVisible();
  await expect(endpoints.getByRole('row')).toHaveCount(17);
  if (javaScriptEnabled === false) await open('/apps/checkout?path=part-ax&page=1');
  else await page.getByRole('searchbox', { name: 'Search endpoints' }).fill('part-ax');
  await expect(endpoints.getByRole('row')).toHaveCount(2);
  await expect(first).toContainText('/part-ax');
});

test('one restart is one row that unfolds, and the release before it stays in sight', async ({ page, gauge, open, javaScriptEnabled }) => {
  const steps = [
    [60, 'Restarting'],
    [58, 'State changed from up to starting'],
    [57, 'Stopping all processes with SIGTERM'],
    [55, 'Process exited with status 143'],
    [50, 'Starting process with command `bin/web`'],
    [45, 'State changed from starting to up'],
  ] as const;
  await gauge.fill('checkout', [
    request({}),
    said('api', 'app', 'Release v42 created by user ann@example.com', 62),
    ...steps.flatMap(([agoS, message]) => ['web.1', 'web.2', 'web.3'].map((it) => said(it, 'heroku', message, agoS))),
  ]);
  await open('/apps/checkout?range=1h');
  const list = page.getByRole('list', { name: 'Events, newest first' });
  const rows = list.locator(':scope > li');
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(0)).toContainText('3 dynos restarted');
  await expect(rows.nth(1)).toContainText('Release v42 created');
  await expect(list.getByText('web.2 Process exited with status 143')).toBeHidden();
  await rows.nth(0).getByText('3 dynos restarted').click();
  await expect(list.getByText('web.2 Process exited with status 143')).toBeVisible();
  if (javaScriptEnabled !== false) {
    // An event that comes meanwhile folds nothing.
    await gauge.fill('checkout', [said('web.9', 'heroku', 'State changed from up to crashed', 0)]);
    await expect(rows).toHaveCount(3, { timeout: 20_000 });
    await expect(list.getByText('web.2 Process exited with status 143')).toBeVisible();
  }
  const kinds = page.getByRole('navigation', { name: 'Kinds of events' });
  await kinds.getByRole('link', { name: /^Releases/ }).click();
  await expect(page).toHaveURL(/events=changes/);
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('Release v42');
  // The lane has the release and the restart at one place: one mark with a count.
  const lane = page.getByRole('list', { name: 'Events', exact: true });
  await expect(lane.locator('i').first()).toHaveText('2');
  await expect(lane).toContainText('Release v42 created');
});

test('an app without events and endpoints says so', async ({ page, gauge, open }) => {
  await gauge.fill('quiet', [said('web.1', 'app', 'hello', 1)]);
  await open('/apps/quiet');
  await expect(page.getByText('No requests in the last 10 min')).toBeVisible();
  await expect(page.getByText('No events in this range')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Events', exact: true })).toHaveCount(0);
});

test('lost lines are marked on every chart', async ({ page, gauge, open }) => {
  const since = new Date(Date.now() - 60_000).toISOString().replace('Z', '000+00:00');
  await gauge.fill('checkout', [
    request({ atMs: Date.now() - 30_000 }),
    said('logplex', 'heroku', `Error L10 (output buffer overflow): 491 messages dropped since ${since}.`, 30),
  ]);
  await open('/apps/checkout');
  const charts = await page.locator('canvas').count();
  await expect(page.locator('.lost')).toHaveCount(charts);
  await expect(page.locator('.lost').first()).toHaveText('491 lines lost');
  for (const path of ['', '/logs', '/metrics']) {
    await open(`/apps/checkout${path}`);
    await expect(page.getByText('491 log lines lost in the last hour: 491 L10 (drain buffer overflow).', { exact: true })).toBeVisible();
    await expect(page.locator('.lost').first()).toHaveText('491 lines lost');
  }
});
