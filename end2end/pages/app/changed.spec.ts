// What changed before an incident, beside the reasons on the App page and on the incident's own page, with and without
// JavaScript.
import { type Frame, request } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function said(process: string, source: string, message: string, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source, process, message };
}

test('the release and the restart before an incident, each with its link', async ({ page, gauge, open }) => {
  await gauge.fill('checkout', [
    request({}),
    said('api', 'app', 'Release v42 created by user ann@example.com', 150),
    ...['web.1', 'web.2', 'web.3'].flatMap((it) => [said(it, 'heroku', 'Restarting', 148), said(it, 'heroku', 'State changed from starting to up', 140)]),
  ]);
  const number = await gauge.incident('checkout');
  const row = page.locator('.changed');
  // Which of the incident's rules decides may change while it goes on.
  const text = /^What changed: v42 released \d\d:\d\d → 3 dynos restarted \d\d:\d\d → (H12|Server errors) from \d\d:\d\d \(\+\d min\)$/;
  for (const path of ['/apps/checkout', `/incidents/${number}`]) {
    await open(path);
    await expect(row).toHaveText(text);
  }
  await row.getByRole('link', { name: '3 dynos restarted' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\?from=\d+&to=\d+&at=\d+&step=1$/);
  await expect(row).toHaveText(text);
  await row.getByRole('link').last().click();
  await expect(page).toHaveURL(/\/logs\?q=(code%3DH12|status%3E%3D500)&kind=router&from=\d+&to=\d+$/);
  await expect(page.locator('.log li[data-line]').first()).toContainText('H12');
  await open(`/incidents/${number}`);
  await row.getByRole('link', { name: 'v42 released' }).click();
  await expect(page).toHaveURL(/\/apps\/checkout\/compare\?at=\d+$/);
  await expect(page.getByRole('combobox', { name: 'Release' }).locator('option:checked')).toHaveText(/^v42 released/);
});

test('an incident before which nothing changed has no such row', async ({ page, gauge, open }) => {
  const number = await gauge.incident('checkout');
  for (const path of ['/apps/checkout', `/incidents/${number}`]) {
    await open(path);
    await expect(page.getByText(/H12 request timeouts/).first()).toBeVisible();
    await expect(page.locator('.changed')).toHaveCount(0);
  }
});

for (const width of [360, 1280]) {
  test(`the row fits ${width} px`, async ({ page, gauge, open }) => {
    await page.setViewportSize({ width, height: 800 });
    await gauge.fill('checkout', [request({}), said('api', 'app', 'Release v42 created by user ann@example.com', 150)]);
    const number = await gauge.incident('checkout');
    for (const path of ['/apps/checkout', `/incidents/${number}`]) {
      await open(path);
      await expect(page.locator('.changed')).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(width);
    }
  });
}
