// A provider for tests of sign-in: oidc-provider, which is certified. Arguments are a port (0 for a free one) and the address
// that it leads back to. It prints its issuer. Any name and password come in; what is typed as the name is the address.
//
// What follows a ~ makes another account with the same address. The name says what happens: `unverified…` has an address that is not verified, `nobody…` has none, `ops…` is in the group
// `ops`, `wordy…` has its address in the token itself. Tokens lie for `forged…` (a wrong signature), `foreign…` (for another
// server), `late…` (over) and `replayed…` (of another sign-in). `--groups` adds a scope for groups, `--post` wants the secret
// in the body.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, decodeJwt } from 'jose';
import Provider from 'oidc-provider';

const [port, back] = process.argv.slice(2);
const has = (name) => process.argv.includes(name);
// Each start has keys of its own: a restart is a change of keys.
const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: `key-${Date.now()}`, use: 'sig', alg: 'RS256' };

const server = createServer();
await new Promise((done) => server.listen(Number(port), '127.0.0.1', done));
const issuer = `http://127.0.0.1:${server.address().port}`;
const is = (name, word) => name.startsWith(word);

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'gauge',
      client_secret: 'a secret: with/odd %characters&',
      redirect_uris: [back],
      token_endpoint_auth_method: has('--post') ? 'client_secret_post' : 'client_secret_basic',
    },
  ],
  clientAuthMethods: [has('--post') ? 'client_secret_post' : 'client_secret_basic'],
  pkce: { required: () => true },
  jwks: { keys: [key] },
  cookies: { keys: ['for tests alone'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], ...(has('--groups') ? { groups: ['groups'] } : {}) },
  scopes: ['openid', ...(has('--groups') ? ['groups'] : [])],
  ttl: { AccessToken: 60, IdToken: 60, Interaction: 600, Session: 600, Grant: 600 },
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      ...(is(id, 'nobody') ? {} : { email: id.split('~')[0], email_verified: !is(id, 'unverified') }),
      groups: is(id, 'ops') ? ['staff', 'ops'] : [],
    }),
  }),
  // Nobody is asked whether this server may know their address.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid email groups');
    await grant.save();
    return grant;
  },
});

/** The same token with other claims, signed with the right key. */
const signed = (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid }).sign(privateKey);

provider.use(async (ctx, next) => {
  await next();
  const token = ctx.path === '/token' && ctx.body?.id_token;
  if (!token) return;
  const claims = decodeJwt(token);
  const { sub } = claims;
  if (is(sub, 'wordy')) ctx.body.id_token = await signed({ ...claims, email: sub, email_verified: 'true' });
  if (is(sub, 'foreign')) ctx.body.id_token = await signed({ ...claims, aud: 'another' });
  if (is(sub, 'late')) ctx.body.id_token = await signed({ ...claims, iat: claims.iat - 600, exp: claims.iat - 60 });
  if (is(sub, 'replayed')) ctx.body.id_token = await signed({ ...claims, nonce: 'another' });
  if (is(sub, 'forged')) {
    const [head, body] = token.split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, sub: 'ada@x.org' })).toString('base64url');
    ctx.body.id_token = [head, is(sub, 'forged-body') ? other : body, Buffer.alloc(256, 7).toString('base64url')].join('.');
  }
});

server.on('request', provider.callback());
process.stdout.write(`${issuer}\n`);
// It ends with the test that started it.
process.stdin.resume().on('end', () => process.exit(0));
