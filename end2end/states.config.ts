// Screenshots of empty, loading, stale and error states, for review by a person.
import base from './playwright.config';

// Not merged by `defineConfig`, which would keep the projects of the tests.
export default { ...base, testDir: 'shots', testMatch: ['states.ts', 'extremes.ts', 'entrance.ts', 'senders.ts'], timeout: 600_000, projects: [{ name: 'states' }] };
