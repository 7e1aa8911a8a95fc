//! Keys of the Logs page: `j` and `k` (in the list also the arrows) select a line, Enter opens it,
//! Escape closes it, and the space bar pauses and resumes the list. The key that focuses the filter
//! is declared there, as `aria-keyshortcuts`.

use leptos::prelude::*;

use super::list::List;

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

/// Listens to keys until the page is left. Does nothing on the server.
pub fn listen(list: List, actions: KeyActions) {
    #[cfg(feature = "hydrate")]
    {
        let handle = window_event_listener_untyped("keydown", move |event| handle_key(event, list, actions));
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (list, actions.open, actions.close, actions.is_live);
}

#[cfg(feature = "hydrate")]
fn handle_key(event: web_sys::Event, list: List, actions: KeyActions) {
    use wasm_bindgen::JsCast;
    let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
    let tag = target.as_ref().map(web_sys::Element::tag_name).unwrap_or_default();
    let is_in = |class: &str| target.as_ref().is_some_and(|it| it.class_list().contains(class));
    let is_for_another = event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || matches!(&*tag, "INPUT" | "TEXTAREA" | "SELECT")
        || is_in("bars-plot");
    let is_control = matches!(&*tag, "A" | "BUTTON" | "SUMMARY");
    match &*event.key() {
        _ if is_for_another => return,
        "j" => list.step(1),
        "k" => list.step(-1),
        "ArrowDown" if is_in("log") => list.step(1),
        "ArrowUp" if is_in("log") => list.step(-1),
        "Enter" if !is_control => actions.open.run(()),
        "Escape" if !crate::browser::document::is_help_open() => actions.close.run(()),
        " " if !is_control && actions.is_live => {
            if list.is_held() {
                list.resume();
            } else {
                list.is_paused.set(true);
            }
        }
        _ => return,
    }
    event.prevent_default();
}
