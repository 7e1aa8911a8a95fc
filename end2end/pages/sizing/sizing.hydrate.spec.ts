// The Sizing page with data passes the automatic accessibility checks of axe.
import AxeBuilder from '@axe-core/playwright';
import { busy } from '../../fixtures/dynos';
import { expect, test } from '../../fixtures/test';

for (const colorScheme of ['light', 'dark'] as const) {
  test(`advice, table and links pass axe, ${colorScheme}`, async ({ page, gauge, open }) => {
    await page.emulateMedia({ colorScheme });
    await gauge.fill('checkout', busy());
    await open('/apps/checkout/sizing');
    await expect(page.getByText('Add dynos')).toBeVisible();
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((it) => it.id)).toEqual([]);
  });
}
