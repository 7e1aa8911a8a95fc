// Lighthouse on the live pages with an hour of data, for a desktop and a slow phone: at least 95 of 100 in performance, accessibility and best
// practices.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { expect, test } from '../fixtures/test';
import config from '../playwright.config';

const LEAST = 95;
const DEVICES = [['desktop', ['--preset=desktop']], ['phone', []]] as const;
const LOOKS = ['/', '/apps/checkout'].flatMap((path) => DEVICES.map(([device, preset]) => [path, device, preset] as const));

interface Report {
  categories: Record<string, { id: string; score: number }>;
}

test('lighthouse', async ({ page, gauge }, info) => {
  gauge.simulate(1, '1h');
  await page.goto(gauge.url);
  // Waits until the past is sent, so that only live traffic runs beside the audit.
  await expect(page.getByRole('row').filter({ hasText: 'checkout' })).toContainText('Failing', { timeout: 240_000 });
  await page.goto('about:blank');
  const browser = config.use?.launchOptions?.executablePath ?? chromium.executablePath();
  for (const [path, device, preset] of LOOKS) {
    const file = info.outputPath('report.json');
    const flags = [...preset, '--quiet', '--output=json', `--output-path=${file}`, '--chrome-flags=--headless=new --no-sandbox'];
    const categories = '--only-categories=performance,accessibility,best-practices';
    await promisify(execFile)('npx', ['lighthouse', gauge.url + path, ...flags, categories], { env: { ...process.env, CHROME_PATH: browser } });
    const { categories: found } = JSON.parse(await readFile(file, 'utf8')) as Report;
    const scores = Object.values(found).map((it) => [it.id, Math.round(it.score * 100)] as const);
    console.log(`lighthouse ${path}, ${device}: ${scores.map((it) => it.join(' ')).join(', ')}`);
    for (const [name, score] of scores) expect.soft(score, `${path}, ${device}: ${name}`).toBeGreaterThanOrEqual(LEAST);
  }
});
