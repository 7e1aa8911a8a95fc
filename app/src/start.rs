//! Taking over in the browser what the server rendered.

use leptos::prelude::*;

/// Takes over the page. `app` must have the elements that the server rendered.
pub fn take_over<V: IntoView + 'static>(app: fn() -> V) {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app);
    // Tells tests, and styles, that clicks are heard from now on.
    if let Some(html) = document().document_element() {
        let _only_a_mark = html.set_attribute("data-hydrated", "");
    }
}
