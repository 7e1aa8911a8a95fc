//! Taking over in the browser what the server rendered.

use leptos::prelude::*;

use crate::{App, app::framed};

/// Takes over a page that this module has alone.
pub fn take_over<V: IntoView + 'static>(page: fn() -> V) {
    mount(move || framed(move |_| page().into_any()));
}

/// Takes over any page.
pub fn take_over_any() {
    mount(|| App().into_any());
}

/// `view` must make the elements that the server rendered.
fn mount(view: impl FnOnce() -> AnyView + 'static) {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(view);
    // Tells tests, and styles, that clicks are heard from now on.
    if let Some(html) = document().document_element() {
        let _only_a_mark = html.set_attribute("data-hydrated", "");
    }
}
