// The chart of the Metrics page: a click shows the log lines of the clicked series.
import { type Frame } from '../../fixtures/logplex';
import { expect, test } from '../../fixtures/test';

function measured(process: string, value: number, agoS: number): Frame {
  return { atMs: Date.now() - agoS * 1000, source: 'app', process, message: `source=${process} measure#db.query=${value}ms` };
}

test('a click shows the log lines of its series, and the URL keeps the pin', async ({ page, gauge, open }) => {
  const frames = Array.from({ length: 120 }, (_, agoS) => [measured('web.1', 10, agoS), measured('web.2', 900, agoS)]);
  await gauge.fill('checkout', frames.flat());
  await open('/apps/checkout/metrics?metric=db.query&by=source&range=live');
  const chart = page.getByRole('img', { name: /^db\.query, p95/ });
  const box = (await chart.boundingBox())!;
  // The upper line is web.2's.
  await page.mouse.click(box.x + box.width * 0.8, box.y + 40);
  const lines = page.locator('.pinned-lines');
  await expect(lines.getByRole('listitem').first()).toContainText('source=web.2');
  await expect(lines.getByRole('heading')).toContainText('web.2');
  expect(await lines.getByRole('listitem').filter({ hasText: 'source=web.1' }).count()).toBe(0);
  await expect(page).toHaveURL(/at=\d+&step=1&chart=metric&series=web\.2/);
  await page.reload();
  await expect(lines.getByRole('listitem').first()).toContainText('source=web.2');
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  await lines.getByRole('button', { name: 'Close' }).click();
  await expect(lines).toHaveCount(0);
  await expect(page).not.toHaveURL(/[?&]at=/);
});
