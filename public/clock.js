// The clock of a page: the zone in which it shows times, as its document names it (`data-zone`; `part/zone.rs` says how). UTC where
// it names none.
const [name, ...list] = (document.documentElement.dataset.zone ?? '').split(';');
const changes = list.map((it) => it.split(' '));

/** The name of the zone, such as `Europe/Berlin`. */
export const zone = name || 'UTC';

const at = (unix) => changes.findLast(([from]) => Number(from) <= unix) ?? changes[0];
const offset = (unix) => Number(at(unix)?.[1] ?? 0);

/** A time in unix seconds as a field for times has it: `2026-11-23T14:31:07`. */
export const stamp = (unix) => new Date((unix + offset(unix)) * 1_000).toISOString().slice(0, 19);

/** The short name of the time that clocks show, such as `CET`. */
export const short = (unix) => at(unix)?.[2] ?? 'UTC';

/** The unix seconds of what a field for times has. Of a time that comes twice it is the first. */
export function fromStamp(text) {
  const wall = Math.floor(Date.parse(`${text}Z`) / 1_000);
  const [before, after] = [offset(wall - 86_400), offset(wall + 86_400)];
  const found = [Math.max(before, after), Math.min(before, after)].map((it) => wall - it);
  return found.find((it) => it + offset(it) === wall) ?? wall - before;
}
