// Every page passes the automatic accessibility checks of axe, light and dark, wide and narrow.
import AxeBuilder from '@axe-core/playwright';
import { memory, overQuota, request } from '../../fixtures/logplex';
import { PANELS } from '../../fixtures/panels';
import { expect, test } from '../../fixtures/test';

const PAGES = ['/', '/?group=health', '/?wall=1', '/apps/checkout', '/apps/checkout?range=1h', '/apps/checkout/logs', '/apps/checkout/logs?back=1h&line=1-0', '/apps/checkout/logs?q=nowhere&back=1h', '/apps/checkout/metrics', '/apps/checkout/errors', '/apps/checkout/sizing', '/apps/checkout/endpoint?method=GET&path=/cart', '/apps/checkout/compare', '/apps/checkout/metrics?metric=none', '/apps/nowhere', '/alerts', '/alerts?show=rules', '/alerts?show=channels', '/alerts?show=mutes', '/alerts?show=history', '/alerts/new?app=checkout&metric=router.service', '/alerts/new?app=checkout&q=timeout', '/incidents/1', '/incidents/99', '/boards', '/boards?app=checkout&metric=router.service&stat=p95', '/boards/1', '/boards/1/edit', '/boards/1?wall=1', '/requests/4f2b', '/requests/none'];
// Pages without hydration.
const STILL = ['/nothing', '/api', '/drains', '/settings', '/settings/people', '/settings/tokens', '/settings/time', '/settings/audit', '/settings/server', '/sign-in', '/apps/checkout/logs/export?q=status>=500', '/searches', '/searches?app=checkout&q=status>=500'];

test.use({ expectedErrors: [/404 \(Not Found\)/] });

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`every page, ${colorScheme}, ${width} px`, async ({ page, gauge, open }) => {
      // Some forty pages, of which each takes a second or two.
      test.setTimeout(240_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await open('/');
      const check = async (name: string) => {
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' ')}`), name).toEqual([]);
      };
      await check('first visit');
      const calm = Array.from({ length: 20 }, (_, n) => request({ atMs: Date.now() - n * 1000, serviceMs: 20 + n }));
      await gauge.fill('checkout', [...calm, request({ status: 503, code: 'H12' }), overQuota('web.1'), memory('web.1', 530)]);
      await gauge.board('Night', PANELS);
      for (const path of PAGES) {
        await open(path);
        await check(path);
      }
      const search = JSON.stringify({ name: 'Errors', q: 'status>=500' });
      await fetch(`${gauge.url}/api/v1/searches`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: search });
      for (const path of STILL) {
        await page.goto(gauge.url + path);
        await check(path);
      }
    });
  }
}
