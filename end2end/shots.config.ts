// `make shots`: screenshots of the pages in every width and theme.
import base from './playwright.config';

// Not merged by `defineConfig`, which would keep the projects of the tests.
export default { ...base, testDir: 'shots', testMatch: 'shots.ts', timeout: 300_000, projects: [{ name: 'shots' }] };
