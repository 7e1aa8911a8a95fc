// The Compare page with data passes the checks of axe, light and dark, wide and narrow.
import AxeBuilder from '@axe-core/playwright';
import { released } from '../../fixtures/released';
import { expect, test } from '../../fixtures/test';

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`accessible with data, ${colorScheme}, ${width} px`, async ({ page, gauge, open }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      for (const frames of released()) await gauge.fill('checkout', frames);
      await open('/apps/checkout/compare');
      await expect(page.getByText('Worse, sure')).toBeVisible();
      await page.getByText('Two ranges', { exact: true }).click();
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
    });
  }
}
