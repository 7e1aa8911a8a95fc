//! The WASM entry point of the Overview: what `hydrate` is, without the other pages.

#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's script, when the module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    app::take_over(app::Front);
}
