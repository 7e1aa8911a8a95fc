// A newcomer with only the page: from a fresh start to the first live chart within 60 s, with what the page says to paste.
import { execFile, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import type { Gauge } from '../../fixtures/gauge';
import { expect, test } from '../../fixtures/test';

const BINARY = resolve(process.env.STREAMGAUGE ?? '../target/release/streamgauge');
const ROUTER = 'at=info method=GET path="/" host=example.com dyno=web.1 connect=1ms service=23ms status=200 bytes=512';

/** Goes from the first page to the commands of a process, and runs one of them as a person would paste it. */
async function added(page: Page, gauge: Gauge, app: string): Promise<string[]> {
  await page.goto(gauge.url);
  await page.getByRole('link', { name: 'Add a drain' }).click();
  await page.getByRole('radio', { name: 'Any process' }).check();
  await page.getByRole('textbox', { name: 'App name' }).fill(app);
  await page.getByRole('button', { name: 'Add drain' }).click();
  return page.locator('.cmd code').allTextContents();
}

/** Waits for the first line, opens the dashboard, and waits until a chart has drawn. */
async function charted(page: Page): Promise<void> {
  await expect(page.getByText(/First line arrived after \d+ s/)).toBeVisible();
  await page.getByRole('link', { name: /Open the dashboard of/ }).click();
  await expect(page.locator('canvas').first()).toBeVisible();
}

test('with curl', async ({ page, gauge }) => {
  const began = Date.now();
  const [, curl] = await added(page, gauge, 'hello');
  await promisify(execFile)('sh', ['-c', curl!]);
  await charted(page);
  expect(Date.now() - began).toBeLessThan(60_000);
});

test('with the shuttle', async ({ page, gauge }) => {
  const began = Date.now();
  const [shuttle] = await added(page, gauge, 'checkout');
  const lines = Array.from({ length: 50 }, () => `${new Date().toISOString()} heroku[router]: ${ROUTER}`).join('\n');
  const command = shuttle!.replace('./server 2>&1', 'cat').replace('streamgauge shuttle', `'${BINARY}' shuttle`);
  const process_ = spawn('sh', ['-c', command], { stdio: ['pipe', 'ignore', 'inherit'] });
  process_.stdin.end(`${lines}\n`);
  await charted(page);
  await expect(page.locator('dl > div').filter({ hasText: 'p99' }).first()).toContainText('23');
  expect(Date.now() - began).toBeLessThan(60_000);
});
