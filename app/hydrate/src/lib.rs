//! The WASM entry point: takes over any page that the server rendered. Everything that a page does is in `app`.

#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's script, when the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    app::take_over(app::App);
}
