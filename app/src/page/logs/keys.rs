//! Keys of the Logs page: `j` and `k` (in the list also the arrows) select a line, Enter opens it,
//! Escape closes it, and the space bar pauses and resumes the list. The key that focuses the filter
//! is declared there, as `aria-keyshortcuts`.

use leptos::prelude::*;

use super::list::List;
use crate::browser::keys::{KeyPress, listen_for_keys};

/// What the keys do, apart from moving through the list.
#[derive(Clone, Copy)]
pub struct KeyActions {
    /// Opens the selected line.
    pub open: Callback<()>,
    /// Closes the open line.
    pub close: Callback<()>,
    /// Whether the page is live.
    pub is_live: bool,
}

/// Handles the keys until the page is left.
pub fn listen(list: List, actions: KeyActions) {
    listen_for_keys(move |press| handle(press, list, actions));
}

fn handle(press: &KeyPress, list: List, actions: KeyActions) -> bool {
    match &*press.key {
        // The histogram has keys of its own.
        _ if press.has_class("bars-plot") => return false,
        "j" => list.step(1),
        "k" => list.step(-1),
        "ArrowDown" if press.has_class("log") => list.step(1),
        "ArrowUp" if press.has_class("log") => list.step(-1),
        "Enter" if !press.is_on_control() => actions.open.run(()),
        #[cfg(feature = "hydrate")]
        "Escape" if !crate::browser::document::is_help_open() => actions.close.run(()),
        " " if !press.is_on_control() && actions.is_live => {
            if list.is_held() {
                list.resume();
            } else {
                list.is_paused.set(true);
            }
        }
        _ => return false,
    }
    true
}
