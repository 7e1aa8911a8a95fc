// Annotations of an app: a dialog that adds one and removes earlier ones. Loaded when it is first asked for, by a button with
// `data-annotate`. Events of logs are not changed here.
import { fromStamp, short, stamp, zone } from '/clock.js';
import { element } from '/go.js';

/** Earlier annotations that are listed. */
const ROWS_MAX = 20;
const TEXT_MAX = 200;

async function send(method, path, body) {
  try {
    const answer = await fetch(path, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
    if (answer.ok) return method === 'GET' ? await answer.json() : {};
    const problem = await answer.json().catch(() => ({}));
    return { problem: problem.detail ?? `The server answered ${answer.status}.` };
  } catch {
    return { problem: 'The server can’t be reached.' };
  }
}

export function open() {
  if (document.querySelector('dialog.annotate')) return;
  const [, app] = /^\/apps\/([^/]+)/.exec(location.pathname);
  const address = `/api/v1/apps/${app}/annotations`;
  // The pinned moment, if the address has a valid one.
  const pinned = Math.floor(Number(new URLSearchParams(location.search).get('at')));
  const at = pinned > 0 && pinned < 1e11 ? pinned : Math.floor(Date.now() / 1_000);
  const text = element('input', { type: 'text', required: '', maxlength: TEXT_MAX, placeholder: 'Moved to the new database', autocomplete: 'off' });
  const time = element('input', { type: 'datetime-local', step: '1', required: '', value: stamp(at) });
  const problem = element('p', { class: 'bad', role: 'alert' });
  const list = element('ul', { 'aria-label': 'Earlier annotations' });
  const cancel = element('button', { class: 'btn', type: 'button', value: 'cancel' }, 'Cancel');
  const form = element(
    'form', { method: 'dialog' },
    element('h2', {}, 'Add annotation'),
    element('label', {}, 'Text', text), element('label', {}, `Time (${zone})`, time), problem,
    element('p', { class: 'acts' }, element('button', { class: 'btn primary', type: 'submit' }, 'Add'), cancel),
  );
  const dialog = element('dialog', { class: 'annotate', 'aria-label': 'Annotations' }, form, list);

  const done = (answer) => {
    problem.textContent = answer.problem ?? '';
    // The page is loaded with the events as they are now, and with the view that its address names.
    if (!answer.problem) location.reload();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send('POST', address, { text: text.value, at_s: fromStamp(time.value) }).then(done);
  });
  cancel.addEventListener('click', () => dialog.close());
  dialog.addEventListener('click', (event) => {
    const id = event.target.closest('[data-remove]')?.dataset.remove;
    if (id) send('DELETE', `${address}/${id}`).then(done);
    else if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  text.focus();
  send('GET', `${address}?limit=${ROWS_MAX}`).then(({ annotations = [] }) => {
    list.replaceChildren(...annotations.map((it) => element(
      'li', {}, element('time', {}, `${stamp(it.at_s).replace('T', ' ')} ${short(it.at_s)}`), element('span', {}, it.text),
      element('button', { class: 'btn', type: 'button', 'data-remove': it.id, 'aria-label': `Remove “${it.text}”` }, 'Remove'),
    )));
  });
}
