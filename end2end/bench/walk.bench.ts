// A walk of an incident: from the Overview to the guilty endpoint, its slowest request, and all lines of that. By pointer, by keyboard alone, and on
// a phone: at most four steps. Measures the time from each step until its answer is drawn, over loopback.
import type { Locator, Page } from '@playwright/test';
import { expect, hydrated, test } from '../fixtures/test';

const SEED = 1;
const STEPS_MAX = 4;
/** Longest time to an answer, milliseconds. */
const ANSWER_MS_MAX = 2_000;

interface Step {
  name: string;
  /** What is followed. */
  link: (page: Page) => Locator;
  /** What then is to be seen. */
  answer: (page: Page) => Locator;
}

const WALK: Step[] = [
  {
    name: 'the failing app',
    link: (page) => page.locator('table.apps a.name:visible').first(),
    answer: (page) => page.locator('.reasons').getByText(/H12 request timeouts|server errors/i).first(),
  },
  {
    name: 'its worst endpoint',
    link: (page) => page.locator('section.card').filter({ has: page.getByRole('heading', { name: 'Endpoints' }) }).locator('tbody a').first(),
    answer: (page) => page.locator('main').getByText('H12').first(),
  },
  {
    name: 'its slowest request',
    link: (page) => page.locator('.lines li.bad a[href^="/requests/"]').first(),
    answer: (page) => page.locator('main').getByText('H12').first(),
  },
];

const WAYS: [string, { width: number; height: number }, (link: Locator, page: Page) => Promise<void>][] = [
  ['pointer', { width: 1280, height: 900 }, async (link) => {
    await link.locator('xpath=..').hover();
    await link.click();
  }],
  ['keyboard', { width: 1280, height: 900 }, async (link, page) => {
    await tabTo(link, page);
    await page.keyboard.press('Enter');
  }],
  ['phone', { width: 360, height: 780 }, (link) => link.click()],
];

/** Presses Tab until the link has the focus: everything on the way is reached by keyboard alone. */
async function tabTo(link: Locator, page: Page): Promise<void> {
  for (let presses = 0; presses < 150; presses += 1) {
    if (await link.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('not reached by Tab');
}

test('a walk from the Overview to the lines of a request', async ({ page, gauge, open }) => {
  gauge.simulate(SEED, '1h');
  await open('/');
  await expect(page.locator('table.apps tbody tr').filter({ hasText: 'checkout' })).toContainText(/failing/i, { timeout: 240_000 });
  // Until the past is sent, the endpoint has no timeouts of the last minutes.
  await open('/apps/checkout');
  await expect(page.locator('.reasons')).toContainText('H12', { timeout: 120_000 });
  expect(WALK.length).toBeLessThanOrEqual(STEPS_MAX);
  for (const [way, size, act] of WAYS) {
    await page.setViewportSize(size);
    await open('/');
    const times: string[] = [];
    for (const { name, link, answer } of WALK) {
      const target = link(page);
      await expect(target, name).toBeVisible();
      const began = Date.now();
      await act(target, page);
      const pressed = way === 'keyboard' ? Date.now() : began;
      await expect(answer(page), name).toBeVisible();
      const took = Date.now() - pressed;
      times.push(`${name} ${took} ms`);
      expect.soft(took, `${way}: ${name}`).toBeLessThan(ANSWER_MS_MAX);
      await hydrated(page);
    }
    console.log(`walk by ${way}, ${WALK.length} steps: ${times.join(', ')}`);
  }
});
