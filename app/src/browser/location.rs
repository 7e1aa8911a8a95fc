//! The browser's address bar and history, and clicks on links.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, Event, HtmlAnchorElement, MouseEvent};

/// The path of the address.
#[must_use]
pub fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

/// The query of the address with its `?`; empty where there is none.
#[must_use]
pub fn query() -> String {
    window().location().search().unwrap_or_default()
}

/// Shows an address without loading it, as a new entry of the history.
pub fn push(address: &str) {
    if let Ok(history) = window().history() {
        let _shown = history.push_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Shows an address without loading it, in the place of the current entry of the history.
pub fn replace(address: &str) {
    if let Ok(history) = window().history() {
        let _shown = history.replace_state_with_url(&JsValue::NULL, "", Some(address));
    }
}

/// Loads another page.
pub fn visit(address: &str) {
    let _leaving = window().location().assign(address);
}

/// Loads the page again.
pub fn reload() {
    let _reloading = window().location().reload();
}

/// Calls `then` after each Back and Forward, as long as the document is open.
pub fn on_back(then: impl Fn() + 'static) {
    let _as_long_as_the_document = window_event_listener_untyped("popstate", move |_| then());
}

/// Calls `follow` with the path and the query of each link to this site that is clicked, as long as
/// the document is open. The browser follows the link itself unless `follow` returns true. Links
/// that open a tab, a file or another page's section are left alone.
pub fn on_link(follow: impl Fn(&str, &str) -> bool + 'static) {
    let _as_long_as_the_document = window_event_listener_untyped("click", move |event| {
        if let Some(link) = clicked_link(&event)
            && follow(&link.pathname(), &link.search())
        {
            event.prevent_default();
        }
    });
}

/// The link that a plain click meant.
fn clicked_link(event: &Event) -> Option<HtmlAnchorElement> {
    let click = event.dyn_ref::<MouseEvent>()?;
    let has_modifier = click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key();
    if click.button() != 0 || has_modifier || click.default_prevented() {
        return None;
    }
    let target = click.target()?.dyn_into::<Element>().ok()?;
    let link = target.closest("a[href]:not([rel=external],[download],[target])").ok().flatten()?;
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    let is_here = link.origin() == window().location().origin().unwrap_or_default() && link.hash().is_empty();
    is_here.then_some(link)
}
