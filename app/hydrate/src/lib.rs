//! The WASM entry point: takes over the page that the server rendered. Everything that a page does is in `app`.

#![recursion_limit = "256"]

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's script, when the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    // Tells tests, and styles, that clicks are heard from now on.
    if let Some(html) = document().document_element() {
        let _only_a_mark = html.set_attribute("data-hydrated", "");
    }
}
