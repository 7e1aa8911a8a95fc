//! What a person does before a page's module listens: a small script in the document's head holds it and repeats it then.
//!
//! - Text in fields, and what was chosen in them, stays in them; each that differs from what the server rendered then tells so by `input`
//!   and `change`. Nothing may overwrite a field meanwhile (`part/field.rs`).
//! - Keys named in the nearest `data-keys`, clicks on buttons, drags over charts, and forms with `data-waits` are held.
//! - A key in an element's `aria-keyshortcuts` presses or focuses that element at once. This stays so: it needs no module.
//! - Links and all other forms are the browser's own, and work at once.
//!
//! Does not know what any of it does.

use crate::{
    Page,
    page::{logs, overview},
};

/// The script, without comments and indents.
#[must_use]
pub fn script() -> String {
    let lines = include_str!("early.js").lines().map(str::trim_start);
    lines.filter(|it| !it.is_empty() && !it.starts_with("//")).flat_map(|it| [it, "\n"]).collect()
}

/// Keys that a page listens to wherever the focus is, as `data-keys` has them.
#[must_use]
pub const fn keys(page: Page) -> &'static str {
    match page {
        Page::Overview => overview::keys::KEYS,
        Page::Logs => logs::keys::KEYS,
        Page::App | Page::Metrics | Page::Unknown => "",
    }
}
