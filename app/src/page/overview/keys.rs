//! The keys of the Overview: `j` and `k` move the focus through the rows, Enter opens the app. Keys
//! that press a link or focus the filter are in those elements, as `aria-keyshortcuts`.

use leptos::prelude::*;

use crate::browser::keys::{KeyPress, listen_for_keys};

/// Handles the keys until the page is left.
pub fn listen(shown: Memo<Vec<String>>, selected: RwSignal<Option<String>>) {
    listen_for_keys(move |press| handle(press, shown, selected));
}

fn handle(press: &KeyPress, shown: Memo<Vec<String>>, selected: RwSignal<Option<String>>) -> bool {
    match &*press.key {
        "j" => step(shown, selected, 1),
        "k" => step(shown, selected, -1),
        #[cfg(feature = "hydrate")]
        "Enter" if !press.is_on_control() => return crate::browser::document::click(".selected .name"),
        _ => return false,
    }
    true
}

/// Moves the selection. It is kept by name, because rows change their places meanwhile.
fn step(shown: Memo<Vec<String>>, selected: RwSignal<Option<String>>, by: isize) {
    shown.with_untracked(|shown| {
        let at = selected.with_untracked(|selected| shown.iter().position(|name| Some(name) == selected.as_ref()));
        let to = at.map_or(0, |at| at.saturating_add_signed(by)).min(shown.len().saturating_sub(1));
        let Some(name) = shown.get(to) else { return };
        #[cfg(feature = "hydrate")]
        crate::browser::document::focus(&format!("main [href=\"/apps/{name}\"]"));
        selected.set(Some(name.clone()));
    });
}
