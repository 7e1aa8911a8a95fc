// `make draw`, `make frames` and the like: measurements in a real browser, not tests of the pages.
import base from './playwright.config';

// Not merged by `defineConfig`: that would keep the projects of the tests.
// Without traces: they would be measured too.
export default { ...base, use: { ...base.use, trace: 'off' as const }, testDir: 'bench', testMatch: '*.bench.ts', timeout: 300_000, projects: [{ name: 'bench' }] };
