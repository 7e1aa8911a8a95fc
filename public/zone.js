// The page of the time zone: offers the zone of the browser, which the server can't know.
const button = document.querySelector('[data-browser-zone]');
const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
if (button && timeZone) {
  button.value = timeZone;
  button.textContent = `This browser's zone, ${timeZone}`;
  button.hidden = false;
}
