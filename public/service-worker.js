// Shows our own page instead of the browser's when the server can't be reached. Asks the network first for everything, keeps what
// pages look like (styles, scripts, icon), and never a page with data or an answer of the API.
// Its address carries the version of all files: another version is another worker with another cache.
const CACHE = `streamgauge${location.search}`;
const OFFLINE = '/offline';
// What a proxy says in place of a server that is gone.
const GONE = [502, 503, 504];

async function fill() {
  const page = await fetch(OFFLINE, { cache: 'no-store' });
  if (!page.ok) throw new Error(`${OFFLINE}: ${page.status}`);
  const parts = (await page.clone().text()).match(/\/(?:pkg\/[^"]+\.css|favicon\.svg)/g) ?? [];
  const cache = await caches.open(CACHE);
  await cache.put(OFFLINE, page);
  await cache.addAll([...new Set(parts)]);
}

async function clean() {
  const names = await caches.keys();
  await Promise.all(names.filter((it) => it.startsWith('streamgauge') && it !== CACHE).map((it) => caches.delete(it)));
}

async function visit(request) {
  try {
    const answer = await fetch(request);
    if (!GONE.includes(answer.status)) return answer;
  } catch {
    // As if it had said so.
  }
  return (await caches.match(OFFLINE)) ?? Response.error();
}

async function load(request) {
  const cache = await caches.open(CACHE);
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
  if (request.mode === 'navigate') event.respondWith(visit(request));
  else if (pathname.startsWith('/pkg/') || pathname === '/favicon.svg') event.respondWith(load(request));
});
