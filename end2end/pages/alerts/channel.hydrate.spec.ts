// A channel that is changed: its URL stays as it is, and is shown nowhere.
import { expect, test } from '../../fixtures/test';

// The server refuses a zone that doesn't exist.
test.use({ expectedErrors: [/400/] });

test('a channel is changed, and its secret stays where it is', async ({ page, gauge, open }) => {
  for (const app of ['checkout', 'api']) {
    await gauge.fill(app, [{ atMs: Date.now(), source: 'app', process: 'web.1', message: 'hello' }]);
  }
  const draft = { kind: 'slack', url: 'https://hooks.slack.com/services/T0/B0/hunter2', name: '#ops', zone: 'Europe/Berlin', severity: 'warning', apps: ['api'] };
  expect((await page.request.post(`${gauge.url}/api/v1/channels`, { data: draft })).status()).toBe(201);
  await open('/alerts?show=channels');
  const row = page.locator('.channels > li').filter({ hasText: '#ops' });
  await row.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByRole('heading', { name: 'Edit channel' })).toBeVisible();
  await expect(page).toHaveURL(/show=channels&edit=1$/);
  await expect(page.getByLabel('Name')).toHaveValue('#ops');
  await expect(page.getByLabel('Time zone in messages')).toHaveValue('Europe/Berlin');
  await expect(page.getByLabel('URL')).toHaveValue('');
  await expect(page.getByLabel('api')).toBeChecked();
  await page.getByLabel('Name').fill('#night');
  await page.getByLabel('Minimum severity').selectOption('critical');
  await page.getByLabel('checkout').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.')).toBeVisible();
  await expect(page).toHaveURL(/show=channels$/);
  await expect(page.getByRole('heading', { name: 'Add a channel' })).toBeVisible();
  const changed = page.locator('.channels > li').filter({ hasText: '#night' });
  await expect(changed).toContainText('Slack at hooks.slack.com, api, checkout, only critical');
  expect(await page.content()).not.toContain('hunter2');

  // What the server refuses is said, and the form keeps what was entered.
  await changed.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Time zone in messages').fill('Europe/Atlantis');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/Europe\/Atlantis/)).toBeVisible();
  await expect(page.getByLabel('Time zone in messages')).toHaveValue('Europe/Atlantis');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect(page.getByRole('heading', { name: 'Add a channel' })).toBeVisible();
});
