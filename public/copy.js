// Copies the code beside a button. Without this script it can be selected.
document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const code = button.parentElement.querySelector('code');
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    // Without https a browser has no clipboard for pages: what is selected can be copied by a key.
    getSelection().selectAllChildren(code);
    button.textContent = 'Press Ctrl C';
  }
});
