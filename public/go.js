// The bar that goes anywhere (Ctrl K): pages, apps, incidents, saved searches, and the metrics of the app at hand, filtered as one types.
// Loaded when it is first opened. Asks the API each time and keeps nothing.
const ROWS_MAX = 12;
const PAGES = [
  ['Overview', '/'],
  ['Wall view', '/?wall=1'],
  ['Alerts', '/alerts'],
  ['Alert rules', '/alerts?show=rules'],
  ['Channels', '/alerts?show=channels'],
  ['Mutes and maintenance windows', '/alerts?show=mutes'],
  ['Past incidents', '/alerts?show=history'],
  ['Saved searches', '/searches'],
  ['New alert rule', '/alerts/new'],
];
const TABS = [['Dashboard', ''], ['Logs', '/logs'], ['Metrics', '/metrics'], ['Errors', '/errors'], ['Sizing', '/sizing'], ['Compare releases', '/compare']];

const item = (text, kind, href) => ({ text, kind, href, searched: `${text} ${kind}`.toLowerCase() });

/** A saved search; one of every app opens in the app at hand, or else on the page where an app is chosen. */
function search({ name, app, address }, here) {
  const of = app ?? here;
  return item(app ? `${name} (${app})` : name, 'Search', of ? `/apps/${of}/logs${address}` : '/searches');
}

async function ask(path) {
  try {
    const answer = await fetch(`/api/v1/${path}`);
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

/** Everything that one can go to, in the order in which it is listed before one types. */
async function places() {
  const [, here, tab = ''] = /^\/apps\/([^/]+)(\/logs|\/metrics)?/.exec(location.pathname) ?? [];
  const [{ apps = [] }, { incidents = [] }, { searches = [] }, { metrics = [] }] = await Promise.all([
    ask('apps'), ask('incidents?state=open&limit=20'), ask('searches'), here ? ask(`apps/${here}/metrics`) : {},
  ]);
  const names = apps.map((it) => it.app);
  return [
    ...incidents.map((it) => item(`#${it.id} ${it.app}: ${it.what}`, 'Incident', `/incidents/${it.id}`)),
    // Another app opens on the same page as this one.
    ...names.filter((it) => it !== here).map((it) => item(it, 'App', `/apps/${it}${tab}`)),
    ...PAGES.map(([text, href]) => item(text, 'Page', href)),
    ...searches.map((it) => search(it, here)),
    ...[...new Set(metrics.map((it) => it.metric))].map((it) => item(it, 'Metric', `/apps/${here}/metrics?metric=${encodeURIComponent(it)}`)),
    ...names.flatMap((name) => TABS.map(([text, path]) => item(`${name} ${text}`, 'App page', `/apps/${name}${path}`))),
  ];
}

/** How well an item matches: where each word stands in it; nothing when a word is missing. */
function distance({ searched }, words) {
  let sum = 0;
  for (const word of words) {
    const at = searched.indexOf(word);
    if (at < 0) return undefined;
    sum += at === 0 ? 0 : /[\s._/:#-]/.test(searched[at - 1]) ? 1 : 2;
  }
  return sum;
}

function matching(all, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.map((it, order) => ({ it, order, far: distance(it, words) })).filter((it) => it.far !== undefined);
  return found.sort((a, b) => a.far - b.far || a.order - b.order).slice(0, ROWS_MAX).map((it) => it.it);
}

/** An element with attributes and children. */
export const element = (tag, properties, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

export function open() {
  if (document.querySelector('dialog.go-bar')) return;
  const input = element('input', {
    type: 'text', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'go-list', 'aria-label': 'Go to', 'aria-autocomplete': 'list',
    placeholder: 'App, page, metric or incident', autocomplete: 'off', spellcheck: 'false',
  });
  const list = element('ul', { id: 'go-list', role: 'listbox', 'aria-label': 'Places' });
  const none = element('p', { class: 'dim', role: 'status' }, 'Loading…');
  const dialog = element('dialog', { class: 'go-bar', 'aria-label': 'Go to' }, input, list, none);
  let all = PAGES.map(([text, href]) => item(text, 'Page', href));
  let chosen = 0;
  let isLoading = true;

  const show = () => {
    const found = matching(all, input.value);
    chosen = Math.max(0, Math.min(chosen, found.length - 1));
    list.replaceChildren(...found.map((it, at) => element(
      'li', { role: 'option', id: `go-${at}`, 'aria-selected': String(at === chosen), 'data-href': it.href },
      element('span', { title: it.text }, it.text), element('small', {}, it.kind),
    )));
    input.setAttribute('aria-activedescendant', found.length ? `go-${chosen}` : '');
    list.children[chosen]?.scrollIntoView({ block: 'nearest' });
    none.textContent = isLoading ? 'Loading…' : found.length ? '' : 'Nothing matches.';
  };
  const leave = (row, isElsewhere) => {
    if (!row) return;
    if (isElsewhere) window.open(row.dataset.href);
    else location.assign(row.dataset.href);
    dialog.close();
  };
  input.addEventListener('input', () => {
    chosen = 0;
    show();
  });
  dialog.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: ROWS_MAX, PageUp: -ROWS_MAX }[event.key];
    if (step) {
      chosen += step;
      show();
    } else if (event.key === 'Enter') {
      leave(list.children[chosen], event.ctrlKey || event.metaKey);
    } else {
      return;
    }
    event.preventDefault();
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
    else leave(event.target.closest('[data-href]'), event.ctrlKey || event.metaKey);
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  show();
  places().then((found) => {
    [all, isLoading] = [found, false];
    show();
  });
}
