// How the server is, its settings, and a backup that is downloaded and checked by the command, with and without JavaScript.
import { execFileSync } from 'node:child_process';
import { request } from '../../fixtures/logplex';
import { BINARY } from '../../fixtures/gauge';
import { expect, test } from '../../fixtures/test';

test('a downloaded backup holds what the server has counted', async ({ page, gauge }, info) => {
  await gauge.fill('checkout', Array.from({ length: 50 }, () => request({})));
  await page.goto(`${gauge.url}/settings/server`);
  await expect(page.getByRole('row', { name: /Log lines/ })).toContainText('3 d or 10.0 GB');
  await expect(page.getByRole('row', { name: /DATABASE_URL/ })).toContainText('environment');
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download a backup' }).click();
  const file = info.outputPath('backup.db');
  await (await downloading).saveAs(file);
  const said = execFileSync(BINARY, ['check'], { env: { ...process.env, DATABASE_URL: `sqlite://${file}` } }).toString();
  expect(said).toContain('integrity OK');
  expect(said).toContain('apps: 1 (checkout)');
});
