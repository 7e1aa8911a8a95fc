// Runs before the Logs page is drawn: its rows look as they were chosen to. See public/rows.js, which the button loads.
try {
  const rows = localStorage.getItem('rows');
  if (rows) document.documentElement.dataset.rows = rows;
} catch {}
addEventListener('click', (event) => {
  const button = event.target instanceof Element && event.target.closest('[data-rows-menu]');
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  import('/rows.js').then((it) => it.open(button), () => {});
}, true);
