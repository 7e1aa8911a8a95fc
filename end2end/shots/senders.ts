// Full-page screenshots of what other senders than logplex need and leave: the set-up of OpenTelemetry, a drain that takes it, its last batch, a
// metric that arrives in buckets, the description of the API, and the server's own figures of remote write and datagrams, in every width and
// theme: STATES_DIR/senders-STATE-THEME-WIDTH.png.
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Receiver } from '../fixtures/receiver';
import { expect, test } from '../fixtures/test';
import { charts, FOLDER, looks, SIZES } from './looks';

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5];
const STATSD_PORT = 28125;
const MINUTES = 40;

async function shoot(page: Page, state: string): Promise<void> {
  await page.mouse.move(0, 0);
  await looks(page, SIZES, charts, async (colorScheme, width) => {
    expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${state} at ${width}`).toBeLessThanOrEqual(width);
    await page.screenshot({ path: join(FOLDER, `senders-${state}-${colorScheme}-${width}.png`), fullPage: true });
  });
}

const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const whole = (key: string, value: number) => ({ key, value: { intValue: String(value) } });
const at = (age: number) => String(BigInt(Math.round(Date.now() - age * 1_000)) * 1_000_000n);
const resource = { attributes: [text('service.name', 'checkout'), text('service.instance.id', 'checkout-7d4f9-x2x8q')] };
const http = (n: number) => [text('http.request.method', n % 3 ? 'GET' : 'POST'), text('http.route', `/orders/{id}/${n % 4}`), whole('http.response.status_code', n % 29 ? 200 : 503)];

function logs(age: number): object {
  const one = (n: number) => ({ timeUnixNano: at(age), severityNumber: n % 9 ? 9 : 17, body: { stringValue: n % 9 ? `order ${n} was paid` : 'card was declined' }, attributes: [whole('order.id', n), text('currency', 'EUR')], traceId: '5b'.repeat(16), spanId: 'ee'.repeat(8) });
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'payments' }, logRecords: [0, 1, 2, 3].map((n) => one(age + n)) }] }] };
}

function spans(age: number): object {
  const one = (n: number) => ({ traceId: '5b'.repeat(16), spanId: n.toString(16).padStart(16, '0'), name: 'GET', kind: 2, startTimeUnixNano: at(age + 0.02 + (n % 13) / 40), endTimeUnixNano: at(age), attributes: http(n) });
  return { resourceSpans: [{ resource, scopeSpans: [{ spans: [1, 2, 3, 4, 5].map((n) => one(age * 7 + n)) }] }] };
}

function histogram(age: number): object {
  const point = (n: number) => {
    const bucketCounts = BOUNDS.map((_, it) => String(it === 3 + ((n + age) % 5) ? 3 : 0)).concat('0');
    return { timeUnixNano: at(age), count: '3', sum: 3 * BOUNDS[3 + ((n + age) % 5)]!, bucketCounts, explicitBounds: BOUNDS, attributes: http(n) };
  };
  const data = { dataPoints: [1, 2, 3, 4].map(point), aggregationTemporality: 1 };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ metrics: [{ name: 'http.server.request.duration', unit: 's', histogram: data }] }] }] };
}

test('senders', async ({ page, gauge }) => {
  const store = await Receiver.start();
  const made = await page.request.post(`${gauge.url}/api/v1/drains`, { data: { app: 'checkout', platform: 'opentelemetry' } });
  const { token } = (await made.json()) as { token: string };
  await gauge.crash();
  await gauge.restart({ STATSD_PORT: String(STATSD_PORT), STATSD_TOKEN: token, SYSLOG_PORT: '0', REMOTE_WRITE_URL: `${store.url}/api/v1/write` });
  const headers = { authorization: `Bearer ${token}` };
  for (let age = MINUTES * 60; age > 0; age -= 20) {
    for (const [path, data] of [['logs', logs(age)], ['traces', spans(age)], ['metrics', histogram(age)]] as const) {
      const answer = await page.request.post(`${gauge.url}/v1/${path}`, { headers, data });
      expect(answer.status(), await answer.text()).toBe(200);
    }
  }
  const socket = createSocket('udp4');
  await new Promise((done) => socket.send('jobs:3|c|#dyno:worker.1\nqueue:17|g\nrender:12:14:19|ms\nwhat', STATSD_PORT, '127.0.0.1', done));
  socket.close();
  const known = async () => (await page.request.get(`${gauge.url}/api/v1/apps/checkout/metrics`)).text();
  await expect.poll(known).toContain('render');
  const { drains } = (await (await page.request.get(`${gauge.url}/api/v1/drains`)).json()) as { drains: { id: number; platform: string }[] };
  const drain = `/drains/${drains.find((it) => it.platform === 'opentelemetry')!.id}`;
  const metric = '/apps/checkout/metrics?metric=http.server.request.duration';
  const places = {
    list: '/drains', setup: '/drains?add=1&app=checkout&platform=opentelemetry', fir: '/drains?add=1&app=checkout&platform=heroku-fir', drain, inspect: `${drain}/inspect`, api: '/api',
    metric: `${metric}&range=1h`, paths: `${metric}&by=path&range=1h`, statsd: '/apps/checkout/metrics?metric=render', logs: '/apps/checkout/logs', server: '/settings/server', alerts: '/alerts',
  };
  for (const [state, path] of Object.entries(places)) {
    await page.goto(gauge.url + path);
    await shoot(page, state);
  }
  await page.goto(`${gauge.url}${drain}`);
  await page.getByText('Set-up commands').click();
  await shoot(page, 'commands');
  await store.stop();
});
