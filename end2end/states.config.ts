// Not tests, but pictures of what pages look like when there is little to show, or something is wrong. They are looked at by a person.
import base from './playwright.config';

// Not merged by `defineConfig`: that would keep the projects of the tests.
export default { ...base, testDir: 'shots', testMatch: 'states.ts', timeout: 300_000, projects: [{ name: 'states' }] };
