//! The Overview's keys: `j` and `k` move through the rows, Enter opens one. Those that press a link or go to the filter stand there, as
//! `aria-keyshortcuts`.

use leptos::prelude::*;

/// The keys.
pub const KEYS: &str = "j k Enter";

/// Listens until the page is left. Does nothing on the server.
pub fn listen(shown: Memo<Vec<String>>, selected: RwSignal<Option<String>>) {
    #[cfg(feature = "hydrate")]
    {
        let handle = window_event_listener_untyped("keydown", move |event| hear(&event, shown, selected));
        on_cleanup(move || handle.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (shown, selected);
}

#[cfg(feature = "hydrate")]
fn hear(event: &web_sys::Event, shown: Memo<Vec<String>>, selected: RwSignal<Option<String>>) {
    use wasm_bindgen::JsCast;
    let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
    let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()).map(|it| it.tag_name());
    let key = event.key();
    let is_meant_elsewhere = event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || matches!(target.as_deref(), Some("INPUT" | "TEXTAREA" | "SELECT"))
        || (key == "Enter" && matches!(target.as_deref(), Some("A" | "BUTTON" | "SUMMARY")));
    let heard = match &*key {
        _ if is_meant_elsewhere => false,
        "j" => step(shown, selected, 1),
        "k" => step(shown, selected, -1),
        "Enter" => on(".selected .name", web_sys::HtmlElement::click),
        _ => false,
    };
    if heard {
        event.prevent_default();
    }
}

/// By name: rows change their places while somebody looks for one.
#[cfg(feature = "hydrate")]
fn step(shown: Memo<Vec<String>>, selected: RwSignal<Option<String>>, by: isize) -> bool {
    shown.with_untracked(|shown| {
        let at = selected.with_untracked(|it| shown.iter().position(|name| Some(name) == it.as_ref()));
        let to = at.map_or(0, |at| at.saturating_add_signed(by)).min(shown.len().saturating_sub(1));
        selected.set(shown.get(to).cloned());
    });
    true
}

/// Does something with the element that a selector finds, if there is one.
#[cfg(feature = "hydrate")]
fn on(selector: &str, act: impl Fn(&web_sys::HtmlElement)) -> bool {
    use wasm_bindgen::JsCast;
    let element = document().query_selector(selector).ok().flatten().and_then(|it| it.dyn_into().ok());
    element.as_ref().map(act).is_some()
}
