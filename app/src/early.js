// Runs before anything is drawn; the page's module is loaded later. See early.rs.
{
  // Most held events: more than a person causes before a module runs.
  const HELD_MAX = 200;
  const FIELDS = 'input,textarea,select';
  // Buttons that do nothing without a script, and rows of raw lines.
  const SCRIPTED = 'button[type=button]:not([popovertarget]),[data-line]';
  // Elements that are dragged over.
  const DRAGGED = 'canvas,.bars-plot';
  const search = location.search;
  const held = [];
  let isTaken = false, isRepeating = false, isOver = false;

  const isIn = (event, selector) => event.target instanceof Element && event.target.closest(selector);
  const isHeld = () => !isOver && !isRepeating;
  const hear = (type, act) => addEventListener(type, act, true);
  const hold = (event, repeat) => {
    event.stopImmediatePropagation();
    if (held.length < HELD_MAX) held.push(repeat ?? (() => {
      const target = event.target.isConnected ? event.target : document.body;
      target.dispatchEvent(new event.constructor(event.type, event));
    }));
  };

  // Scripts that a page needs rarely are loaded when they are first asked for.
  const load = (event, script, act) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    import(`/${script}.js`).then(act, () => {});
  };
  const go = (event) => load(event, 'go', (it) => it.open());
  hear('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key === 'k') go(event);
  });
  hear('click', (event) => {
    const saved = isIn(event, '[data-save]');
    if (isIn(event, '[data-go]')) go(event);
    else if (saved) load(event, 'chart', (it) => it.save(saved));
    else if (isIn(event, '[data-annotate]')) load(event, 'annotate', (it) => it.open());
    else if (isIn(event, '[data-pause]')) {
      event.stopImmediatePropagation();
      document.documentElement.toggleAttribute('data-paused');
    }
  });
  hear('keydown', (event) => {
    if (!event.isTrusted || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isIn(event, FIELDS)) return;
    const key = event.key === ' ' ? 'Space' : event.key;
    const named = document.querySelector(`[aria-keyshortcuts~="${CSS.escape(key)}"]`);
    if (named) {
      event.preventDefault();
      event.stopImmediatePropagation();
      named.matches(FIELDS) ? named.focus() : named.click();
      return;
    }
    const isNative = (key === 'Enter' || key === 'Space') && isIn(event, 'a,button,summary')
      || key === 'Escape' && document.querySelector(':popover-open');
    if (!isHeld()) return;
    if (isNative) {
      // Keys that wait may move the focus first.
      if (key === 'Enter' && held.length) {
        event.preventDefault();
        hold(event, () => document.activeElement?.click());
      }
      return;
    }
    if (isIn(event, '[data-keys]')?.dataset.keys.split(' ').includes(key)) {
      event.preventDefault();
      hold(event);
    }
  });
  hear('click', (event) => {
    if (isHeld() && event.isTrusted && !isIn(event, 'a[href]') && isIn(event, SCRIPTED)) hold(event);
  });
  hear('submit', (event) => {
    if (!isHeld() || !isIn(event, '[data-waits]')) return;
    event.preventDefault();
    hold(event, () => event.target.requestSubmit());
  });
  for (const type of ['pointerdown', 'pointermove', 'pointerup']) {
    hear(type, (event) => {
      if (isHeld() && event.isTrusted && (event.buttons || type === 'pointerup') && isIn(event, DRAGGED)) hold(event);
    });
  }
  // Back to another query of this page needs a reload: no module follows the address yet.
  hear('popstate', () => {
    if (!isTaken && location.search !== search) location.reload();
  });

  const chosen = (select) => [...select.options].findLast((it) => it.defaultSelected) ?? select.options[0];
  const isChanged = (it) => {
    if (it.options) return it.value !== chosen(it)?.value;
    return it.type === 'checkbox' || it.type === 'radio' ? it.checked !== it.defaultChecked : it.value !== it.defaultValue;
  };
  // Also covers values that the browser restored after a reload.
  const tellFields = () => {
    for (const field of document.querySelectorAll(FIELDS)) {
      if (field.type === 'hidden' || !isChanged(field)) continue;
      for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
    }
    for (const it of document.querySelectorAll('details[open]')) it.dispatchEvent(new Event('toggle'));
  };
  // Replays one event a task, in order, so that its effect is there before the next. Events that arrive meanwhile wait behind them.
  const repeat = () => {
    const act = held.shift();
    isOver = !act;
    if (!act) return;
    isRepeating = true;
    try {
      act();
    } finally {
      isRepeating = false;
      setTimeout(repeat);
    }
  };
  // The module runs, or failed to load; in that case the browser handles forms itself.
  addEventListener('hydrated', () => {
    isTaken = true;
    tellFields();
    setTimeout(repeat);
  }, { once: true });
}
