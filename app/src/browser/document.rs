//! Single elements of the document, and its state.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

/// Clicks the first element that a selector finds. Returns whether there is one.
pub fn click(selector: &str) -> bool {
    let element = document().query_selector(selector).ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok());
    element.as_ref().map(HtmlElement::click).is_some()
}

/// Scrolls no farther than needed to show the first element that a selector finds, once the page
/// has been updated.
pub fn reveal(selector: &'static str) {
    leptos::prelude::request_animation_frame(move || {
        if let Ok(Some(element)) = document().query_selector(selector) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            element.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}

/// Gives the focus to the first element that a selector finds.
pub fn focus(selector: &str) {
    let element = document().query_selector(selector).ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        let _it_can_be_focused = element.focus();
    }
}

/// The values of an attribute of all elements that a selector finds.
#[must_use]
pub fn values(selector: &str, attribute: &str) -> Vec<String> {
    let Ok(found) = document().query_selector_all(selector) else { return vec![] };
    let value = |at| found.item(at)?.dyn_into::<web_sys::Element>().ok()?.get_attribute(attribute);
    (0..found.length()).filter_map(value).collect()
}

/// Whether a list of keys or the like is shown: Escape then closes it and nothing else.
#[must_use]
pub fn is_help_open() -> bool {
    document().query_selector("[popover]:popover-open").ok().flatten().is_some()
}

/// Whether a log line is open.
#[must_use]
pub fn is_line_open() -> bool {
    document().query_selector(".around").ok().flatten().is_some()
}

/// Sets the value of the field with an id as if it was typed.
pub fn enter(id: &str, value: &str) {
    if let Some(field) = document().get_element_by_id(id).and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
        super::fields::enter(&field, value);
    }
}

/// Whether the `<details>` that an event came from is open.
#[must_use]
pub fn is_details_open(event: &Event) -> bool {
    leptos::prelude::event_target::<web_sys::Element>(event).has_attribute("open")
}

/// Whether the tab is in the background, where the browser draws no frames.
#[must_use]
pub fn is_hidden() -> bool {
    document().hidden()
}

/// The value of one of the document's `data-` attributes; empty where it has none.
#[must_use]
pub fn data(name: &str) -> String {
    let html = document().document_element();
    html.and_then(|it| it.get_attribute(&format!("data-{name}"))).unwrap_or_default()
}

/// Sets the document's icon.
pub fn set_icon(address: &str) {
    if let Ok(Some(link)) = document().query_selector("link[rel=icon]") {
        let _only_an_icon = link.set_attribute("href", address);
    }
}

/// Whether the reader has paused the page (`early.rs`): what is shown then stays as it is.
#[must_use]
pub fn is_paused() -> bool {
    document().document_element().is_some_and(|it| it.has_attribute("data-paused"))
}

/// Marks the document as taken over. Tests and styles read the mark.
pub fn mark_hydrated() {
    if let Some(html) = document().document_element() {
        let _only_a_mark = html.set_attribute("data-hydrated", "");
    }
}
