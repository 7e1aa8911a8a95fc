// An incident that fires, from the Overview's side: its number in the top bar, and the way to its page.
import { expect, test } from '../../fixtures/test';

test('a firing incident is counted in the top bar and linked from the Overview', async ({ page, gauge, open }) => {
  const number = await gauge.incident('checkout');
  await open('/');
  const alerts = page.getByRole('navigation', { name: 'Main' });
  await expect(alerts).toHaveClass(/firing/);
  await expect(alerts).toHaveAttribute('style', /firing 1\b/);
  const row = page.getByRole('row').filter({ hasText: 'checkout' });
  // Its link lies over that of the row, which leads to the app.
  await row.getByRole('link', { name: `Incident #${number}` }).click();
  await expect(page).toHaveURL(new RegExp(`/incidents/${number}$`));
  await open('/alerts');
  await expect(alerts).toHaveClass(/firing/);
});

test('many apps for which a rule is off keep its sentence readable', async ({ page, gauge, open }) => {
  const apps = Array.from({ length: 14 }, (_, n) => `a-service-with-a-rather-long-name-${String(n).padStart(2, '0')}`);
  for (const app of apps) {
    await gauge.fill(app, [{ atMs: Date.now(), source: 'app', process: 'web.1', message: 'hello' }]);
    const answer = await page.request.put(`${gauge.url}/api/v1/apps/${app}/rules/silence`, { data: { is_on: false } });
    expect(answer.ok(), await answer.text()).toBe(true);
  }
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await open('/alerts?show=rules');
    const sentence = await page.getByText(/^No log lines for three times/).boundingBox();
    expect(sentence!.width, `${width} px`).toBeGreaterThan(220);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), `${width} px`).toBeLessThanOrEqual(width);
  }
});
