// A newcomer to a server with a certificate: the page's own configuration, pasted into a real rsyslog, sends over TLS until the
// first chart is drawn.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Gauge } from '../../fixtures/gauge';
import { expect, test } from '../../fixtures/test';

const ROUTER = 'at=info method=GET path="/" host=example.com dyno=web.1 connect=1ms service=23ms status=200 bytes=512';

/** A port that is free now. */
const freePort = () =>
  new Promise<number>((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => found(port));
    });
  });

// A browser refuses the service worker of a certificate that it does not trust.
test.use({ ignoreHTTPSErrors: true, expectedErrors: [/SSL certificate error/] });

test('with rsyslog over TLS', async ({ page }) => {
  const drivers = [`/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/rsyslog/lmnsd_gtls.so`, '/usr/sbin/rsyslogd'];
  test.skip(!drivers.every((it) => existsSync(it)), 'rsyslog and rsyslog-gnutls are not installed: .ci/tools.sh senders');
  const folder = await mkdtemp(join(tmpdir(), 'streamgauge-tls-'));
  const at = (name: string) => join(folder, name);
  // A certificate that signs itself is its own authority.
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...subject, '-keyout', at('key.pem'), '-out', at('cert.pem')], { stdio: 'ignore' });
  const gauge = await Gauge.start({ TLS_CERT: at('cert.pem'), TLS_KEY: at('key.pem'), SYSLOG_PORT: String(await freePort()) });
  const began = Date.now();
  // `localhost` is the name that rsyslog checks.
  const url = gauge.url.replace('127.0.0.1', 'localhost');
  await page.goto(`${url}/drains?add=1&platform=rsyslog`);
  await page.getByRole('textbox', { name: 'App name' }).fill('checkout');
  await page.getByRole('button', { name: 'Add drain' }).click();
  const [pasted] = await page.locator('.cmd code').allTextContents();
  expect(pasted).toContain('StreamDriverPermittedPeers="localhost"');
  // As pasted, but for the authority, which a system would trust, and the socket, which the system's own rsyslog has.
  const own = pasted!.replace('/etc/ssl/certs/ca-certificates.crt', at('cert.pem'));
  await writeFile(at('rsyslog.conf'), `module(load="imuxsock" SysSock.Use="off")\ninput(type="imuxsock" Socket="${at('in')}")\n${own}\n`);
  const rsyslog = spawn('/usr/sbin/rsyslogd', ['-n', '-i', at('pid'), '-f', at('rsyslog.conf')], { stdio: 'ignore', cwd: folder });
  try {
    await expect.poll(() => existsSync(at('in'))).toBe(true);
    for (let n = 0; n < 20; n += 1) execFileSync('logger', ['--socket', at('in'), '--tag', 'router', ROUTER]);
    await expect(page.getByText(/First line arrived after \d+ s/)).toBeVisible();
    await page.getByRole('link', { name: /Open the dashboard of/ }).click();
    await expect(page.locator('canvas').first()).toBeVisible();
    expect(Date.now() - began).toBeLessThan(60_000);
  } finally {
    rsyslog.kill('SIGKILL');
    // The page is left first: it would say that its live stream broke.
    await page.goto('about:blank');
    await gauge.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
