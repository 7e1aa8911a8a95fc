// The pages of drains: copies commands, and asks for the first line until it has come. Without this script the commands can be
// selected, and the page that waits loads again by itself.
import './copy.js';

const ASK_EVERY_MS = 1_000;

/** Puts the present state in the place of the one before; returns whether the first line has come. */
async function ask(place) {
  const answer = await fetch(place.dataset.wait, { headers: { accept: 'text/html' } });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const now = page.querySelector('.drain-wait');
  if (!now || now.innerHTML === place.innerHTML) return false;
  place.innerHTML = now.innerHTML;
  place.className = now.className;
  return 'came' in now.dataset;
}

const place = document.querySelector('[data-wait]');
if (place) {
  const next = async () => {
    // A page in the background waits; it asks again when it is seen.
    const has = !document.hidden && (await ask(place).catch(() => false));
    if (!has) setTimeout(next, ASK_EVERY_MS);
  };
  setTimeout(next, ASK_EVERY_MS);
}
