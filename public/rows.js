// How the rows of the Logs page look: their height, and whether long lines are wrapped. The choice is kept in this browser; the document
// applies it before it is drawn. Loaded when the menu is first opened.
const KEY = 'rows';
const CHOICES = [
  ['comfortable', 'More space between rows'],
  ['wrap', 'Wrap long lines, up to three rows each'],
];
const root = document.documentElement;

const chosen = () => (root.dataset.rows ?? '').split(' ').filter(Boolean);

function choose(words) {
  const list = document.querySelector('.log');
  const height = () => list?.querySelector('li')?.getBoundingClientRect().height || 1;
  const newer = list ? -list.scrollTop / height() : 0;
  if (words.length) root.dataset.rows = words.join(' ');
  else delete root.dataset.rows;
  try {
    localStorage.setItem(KEY, words.join(' '));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  if (!list) return;
  // The list measures its rows whenever its size changes, and its positions follow from them.
  list.style.width = 'calc(100% - 1px)';
  requestAnimationFrame(() => requestAnimationFrame(() => {
    list.style.width = '';
    list.scrollTop = -newer * height();
  }));
}

function choice([word, text]) {
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: chosen().includes(word) });
  box.addEventListener('change', () => {
    const others = chosen().filter((it) => it !== word);
    choose(box.checked ? [...others, word].sort() : others);
  });
  const label = document.createElement('label');
  label.append(box, ` ${text}`);
  return label;
}

export function open(button) {
  const title = Object.assign(document.createElement('h2'), { textContent: 'Rows' });
  const dialog = Object.assign(document.createElement('dialog'), { className: 'keys rows-menu' });
  dialog.setAttribute('aria-label', 'Rows');
  dialog.append(title, ...CHOICES.map(choice));
  dialog.addEventListener('close', () => dialog.remove());
  // Keys of the page, such as Escape, have to wait until it is closed.
  dialog.addEventListener('keydown', (event) => event.stopPropagation());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.body.append(dialog);
  const { bottom, right } = button.getBoundingClientRect();
  dialog.style.inset = `${Math.round(bottom) + 4}px auto auto ${Math.max(12, Math.round(right) - 320)}px`;
  dialog.showModal();
}
