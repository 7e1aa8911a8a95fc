// The page of exports: downloads a file with its progress, and cancels it. Without this script the links download by themselves.
const RECORD_SEPARATOR = 0x1e;
const NEWLINE = 0x0a;
const WAIT_MS = 2_000;

const panel = document.querySelector('.progress');
const bar = panel?.querySelector('progress');
const said = document.querySelector('[data-said]');
const grouped = (n) => n.toLocaleString('en-US');
const size = (bytes) => (bytes < 1e6 ? `${grouped(Math.ceil(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** Parts the answer into the bytes of the file and the records about the progress between them. */
class Parts {
  kept = [];
  bytes = 0;
  #begun = new Uint8Array();

  constructor(tell) {
    this.tell = tell;
  }

  #keep(bytes) {
    if (!bytes.length) return;
    this.kept.push(bytes);
    this.bytes += bytes.length;
  }

  add(chunk) {
    let rest = chunk;
    if (this.#begun.length) {
      rest = new Uint8Array(this.#begun.length + chunk.length);
      rest.set(this.#begun);
      rest.set(chunk, this.#begun.length);
      this.#begun = new Uint8Array();
    }
    for (;;) {
      const at = rest.indexOf(RECORD_SEPARATOR);
      this.#keep(at < 0 ? rest : rest.subarray(0, at));
      if (at < 0) return;
      const end = rest.indexOf(NEWLINE, at);
      if (end < 0) {
        this.#begun = rest.slice(at);
        return;
      }
      this.tell(JSON.parse(new TextDecoder().decode(rest.subarray(at + 1, end))));
      rest = rest.subarray(end + 1);
    }
  }
}

/** Asks for a file; while another export runs, again and again. */
async function asked(href, signal) {
  for (;;) {
    const answer = await fetch(`${href}&progress=1`, { signal });
    if (answer.status !== 503) return answer;
    said.textContent = 'Waiting: another export is running…';
    await new Promise((done) => setTimeout(done, WAIT_MS));
    signal.throwIfAborted();
  }
}

function save(answer, parts) {
  const name = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? 'logs';
  const href = URL.createObjectURL(new Blob(parts, { type: answer.headers.get('content-type') ?? '' }));
  const link = Object.assign(document.createElement('a'), { href, download: name });
  link.click();
  // The browser has taken the file over by then.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
  return name;
}

async function download(href, signal) {
  let told = { share: 0, lines: 0, cut: null };
  let shown = 0;
  const parts = new Parts((it) => (told = it));
  const far = () => `${grouped(told.lines)} lines, ${size(parts.bytes)}`;
  try {
    const answer = await asked(href, signal);
    if (!answer.ok) {
      const { detail } = await answer.json().catch(() => ({}));
      throw new Error(detail ?? `The server answered ${answer.status}.`);
    }
    const reader = answer.body.getReader();
    for (let it = await reader.read(); !it.done; it = await reader.read()) {
      parts.add(it.value);
      // Read out by screen readers, so not too often.
      if (Date.now() - shown < 500) continue;
      shown = Date.now();
      bar.value = told.share;
      said.textContent = `${far()}, ${Math.floor(told.share / 10)} % of the range.`;
    }
    const name = save(answer, parts.kept);
    const cut = told.cut ? ` Lines are missing: ${told.cut}. The end of the file says where to go on.` : '';
    said.textContent = `Downloaded ${name}: ${far()}.${cut}`;
    said.classList.toggle('bad', Boolean(told.cut));
  } catch (error) {
    said.classList.toggle('bad', !signal.aborted);
    said.textContent = signal.aborted ? `Canceled after ${far()}. Nothing was saved.` : `The export failed: ${error.message}`;
  }
}

let running;

document.addEventListener('click', async (event) => {
  if (event.target.closest('[data-cancel]')) {
    running?.abort();
    return;
  }
  const link = event.target.closest('[data-export]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (running) return;
  running = new AbortController();
  panel.hidden = false;
  bar.value = 0;
  said.classList.remove('bad');
  said.textContent = 'Searching…';
  const cancel = panel.querySelector('[data-cancel]');
  cancel.focus();
  await download(link.getAttribute('href'), running.signal);
  running = undefined;
  panel.hidden = true;
  link.focus();
});
