// `make shots`: not tests, but pictures of both pages in every width and theme.
import { defineConfig } from '@playwright/test';
import base from './playwright.config';

export default defineConfig(base, { testDir: '.', testMatch: 'shots.ts', timeout: 300_000, projects: [{ name: 'shots' }] });
