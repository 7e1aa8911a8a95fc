// Health is left slowly: a short calm neither ends an incident nor moves its row, and its age is that of the incident.
import { request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

test('a short calm leaves a failing app where it is, with the age of its incident', async ({ page, gauge, open }) => {
  await gauge.fill('alpha', [request({})]);
  const incident = await gauge.incident('omega');
  await open('/');
  const names = page.locator('table.apps a.name:visible');
  const row = page.locator('table.apps tbody tr').filter({ has: page.getByRole('link', { name: 'omega', exact: true }) });
  await expect(names).toHaveText(['omega', 'alpha']);
  const since = async () => /since \d\d:\d\d/.exec((await row.textContent()) ?? '')?.[0];
  const began = await since();
  expect(began).toBeDefined();
  const clock = page.locator('time.now');
  for (let second = 0; second < 8; second += 1) {
    const shown = await clock.textContent();
    await gauge.fill('omega', Array.from({ length: 60 }, () => request({ atMs: Date.now() })));
    await expect.poll(() => clock.textContent()).not.toBe(shown);
    await expect(row).toContainText(/failing/i, { timeout: 100 });
    expect(await names.allTextContents()).toEqual(['omega', 'alpha']);
    expect(await since()).toBe(began);
  }
  const { incidents } = (await (await fetch(`${gauge.url}/api/v1/incidents`)).json()) as { incidents: { id: number; state: string }[] };
  expect(incidents.map((it) => [it.id, it.state])).toEqual([[incident, 'firing']]);
});
