// Shows our own page at once when the server is slow to answer, or can't be reached, instead of a white one or the browser's. Keeps what pages
// look like (styles, fonts, scripts, icon), and never a page with data or an answer of the API.
// Its address carries the version of all files: another version is another worker with another cache.
const CACHE = `streamgauge${location.search}`;
const OFFLINE = '/offline';
// What a proxy says in place of a server that is gone. A server that is there and busy marks its own page.
const GONE = [502, 503, 504];
const OURS = 'streamgauge-page';
// A page that has not begun to come by then is waited for behind our own one.
const PATIENCE_MS = 400;
// Answers that are still on their way, by address: our own page asks for them again when it knows that the server is there.
const coming = new Map();

async function fill() {
  const page = await fetch(OFFLINE, { cache: 'no-store' });
  if (!page.ok) throw new Error(`${OFFLINE}: ${page.status}`);
  const parts = (await page.clone().text()).match(/\/(?:pkg\/[^"]+\.(?:css|woff2)|favicon\.svg)/g) ?? [];
  const cache = await caches.open(CACHE);
  await cache.put(OFFLINE, page);
  await cache.addAll([...new Set(parts)]);
}

async function clean() {
  const names = await caches.keys();
  await Promise.all(names.filter((it) => it.startsWith('streamgauge') && it !== CACHE).map((it) => caches.delete(it)));
  // Otherwise each visit would wait until this worker has started.
  await registration.navigationPreload?.enable();
}

async function ask({ request, preloadResponse }) {
  try {
    const answer = (await preloadResponse) ?? (await fetch(request));
    return GONE.includes(answer.status) && !answer.headers.has(OURS) ? undefined : answer;
  } catch {
    return undefined;
  }
}

async function visit(event) {
  const { url } = event.request;
  const ours = async () => (await caches.match(OFFLINE)) ?? Response.error();
  const again = coming.get(url);
  coming.delete(url);
  // Whoever asks again for what was on its way knows that it will come.
  if (again) return (await again) ?? (await ask(event)) ?? ours();
  const answer = ask(event);
  const slow = Symbol('slow');
  const first = await Promise.race([answer, new Promise((done) => setTimeout(done, PATIENCE_MS, slow))]);
  if (first !== slow) return first ?? ours();
  coming.set(url, answer);
  event.waitUntil(answer);
  return ours();
}

// A sign-in by a provider is never asked for twice, takes as long as the provider does, and says itself that one is down.
async function pass(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function load(request) {
  const cache = await caches.open(CACHE);
  // The names of these files carry a hash of what is in them.
  const known = new URL(request.url).pathname.startsWith('/pkg/') ? await cache.match(request) : undefined;
  if (known) return known;
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch {
    return (await cache.match(request)) ?? Response.error();
  }
}

addEventListener('install', (event) => event.waitUntil(fill().then(() => skipWaiting())));
addEventListener('activate', (event) => event.waitUntil(clean().then(() => clients.claim())));
addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(pathname.startsWith('/sign-in/') ? pass(event) : visit(event));
  else if (pathname.startsWith('/pkg/') || pathname === '/favicon.svg') event.respondWith(load(request));
});
