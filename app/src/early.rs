//! Input before a page's module runs: a small script in the document's head holds it, and replays
//! it once the module has taken over.
//!
//! - Text and choices in fields stay there. The script sends `input` and `change` for each field
//!   that differs from what the server rendered. Nothing may overwrite a field meanwhile (see
//!   `part/field.rs`).
//! - Keys named by the nearest `data-keys`, clicks on buttons, drags over charts, and forms with
//!   `data-waits` are held.
//! - A key in an element's `aria-keyshortcuts` presses or focuses that element at once. This needs
//!   no module and stays so.
//! - Ctrl K and the button in the top bar open the bar that goes anywhere (`public/go.js`). Buttons
//!   with `data-save` save a chart (`public/chart.js`), those with `data-annotate` open the
//!   annotations of an app (`public/annotate.js`).
//! - Buttons with `data-pause` set and unset `data-paused` on the document, which the page's module
//!   reads.
//! - Links and all other forms work at once, as the browser handles them.
//!
//! The script does not know what any of this does on a page.

/// The script without comments and indents.
#[must_use]
pub fn script() -> String {
    packed(include_str!("early.js"))
}

/// A script of a document without comments and indents.
#[must_use]
pub fn packed(script: &str) -> String {
    let lines = script.lines().map(str::trim_start);
    lines.filter(|it| !it.is_empty() && !it.starts_with("//")).flat_map(|it| [it, "\n"]).collect()
}
