// Every test runs twice, without and with JavaScript, against the release binary; *.hydrate.spec.ts need JavaScript and run
// once. Each test starts its own server (fixtures/gauge.ts).
import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

// Uses an installed browser; none is downloaded.
const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export default defineConfig({
  testDir: 'pages',
  // Some tests measure time, which a parallel test would distort.
  workers: 1,
  timeout: 60_000,
  // Generous, for a busy machine. Tests that promise a time measure it themselves.
  expect: { timeout: 15_000, toPass: { timeout: 15_000 } },
  forbidOnly: !!process.env.CI,
  retries: 0,
  reporter: [['list', { printSteps: false }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    timezoneId: 'Pacific/Auckland',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM || BROWSERS.find((it) => existsSync(it)),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'ssr', use: { javaScriptEnabled: false }, testIgnore: '*.hydrate.spec.ts' },
    { name: 'hydrated' },
  ],
});
