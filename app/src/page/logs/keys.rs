//! The Logs page's keys: `j` and `k` (or the arrows, in the list) choose a line, Enter opens it, Escape closes it, the space bar stops the
//! list and lets it go on. The key that goes to the words stands there, as `aria-keyshortcuts`.

use leptos::prelude::*;

use super::list::List;

/// The keys.
pub const KEYS: &str = "j k Enter Escape Space";
/// Those in the list.
pub const LIST_KEYS: &str = "j k Enter Escape Space ArrowDown ArrowUp";

/// What keys do beside moving through the list.
#[derive(Clone, Copy)]
pub struct Acts {
    /// Opens the chosen line.
    pub open: Callback<()>,
    /// Closes what is open.
    pub close: Callback<()>,
    /// Whether new lines come.
    pub is_live: bool,
}

/// Listens until the page is left. Does nothing on the server.
pub fn listen(list: List, acts: Acts) {
    #[cfg(feature = "hydrate")]
    {
        let handle = window_event_listener_untyped("keydown", move |event| hear(event, list, acts));
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (list, acts.open, acts.close, acts.is_live);
}

#[cfg(feature = "hydrate")]
fn hear(event: web_sys::Event, list: List, acts: Acts) {
    use wasm_bindgen::JsCast;
    let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let tag = target.as_ref().map(web_sys::Element::tag_name).unwrap_or_default();
    let is_in = |class: &str| target.as_ref().is_some_and(|it| it.class_list().contains(class));
    let is_meant_elsewhere = event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || matches!(&*tag, "INPUT" | "TEXTAREA" | "SELECT")
        || is_in("bars-plot");
    let is_control = matches!(&*tag, "A" | "BUTTON" | "SUMMARY");
    match &*event.key() {
        _ if is_meant_elsewhere => return,
        "j" => list.step(1),
        "k" => list.step(-1),
        "ArrowDown" if is_in("log") => list.step(1),
        "ArrowUp" if is_in("log") => list.step(-1),
        "Enter" if !is_control => acts.open.run(()),
        "Escape" if !crate::browser::document::is_help_open() => acts.close.run(()),
        " " if !is_control && acts.is_live => {
            if list.is_still() {
                list.go_on();
            } else {
                list.is_paused.set(true);
            }
        }
        _ => return,
    }
    event.prevent_default();
}
