// `make draw`, `make frames` and the like: benchmarks in a real browser.
import base from './playwright.config';

// Not merged by `defineConfig`, which would keep the projects of the tests. Without traces, which would be measured too.
export default { ...base, use: { ...base.use, trace: 'off' as const }, testDir: 'bench', testMatch: '*.bench.ts', timeout: 300_000, projects: [{ name: 'bench' }] };
