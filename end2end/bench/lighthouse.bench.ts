// Lighthouse on the pages with an hour of data, for a desktop and a slow phone: at least 95 of 100 in performance, accessibility and best
// practices. What is not perfect is printed.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { expect, test } from '../fixtures/test';
import config from '../playwright.config';

const LEAST = 95;
const DEVICES = [['desktop', ['--preset=desktop']], ['phone', []]] as const;
const APP = '/apps/checkout';
const PATHS = ['/', APP, `${APP}/logs`, `${APP}/metrics`, `${APP}/errors`, `${APP}/sizing`, `${APP}/compare`, '/alerts', '/boards/1', '/searches'];
const LOOKS = PATHS.flatMap((path) => DEVICES.map(([device, preset]) => [path, device, preset] as const));

interface Report {
  categories: Record<string, { id: string; score: number; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; displayValue?: string }>;
}

test('lighthouse', async ({ page, gauge }, info) => {
  test.setTimeout(900_000);
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
    const { categories: found, audits } = JSON.parse(await readFile(file, 'utf8')) as Report;
    const isImperfect = ({ id, weight }: { id: string; weight: number }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9;
    const imperfect = Object.values(found).flatMap((it) => it.auditRefs.filter(isImperfect).map(({ id }) => `${id} ${audits[id]?.displayValue ?? ''}`.trim()));
    const scores = Object.values(found).map((it) => [it.id, Math.round(it.score * 100)] as const);
    console.log(`lighthouse ${path}, ${device}: ${scores.map((it) => it.join(' ')).join(', ')}${imperfect.length > 0 ? `; ${imperfect.join(', ')}` : ''}`);
    for (const [name, score] of scores) expect.soft(score, `${path}, ${device}: ${name}`).toBeGreaterThanOrEqual(LEAST);
  }
});
