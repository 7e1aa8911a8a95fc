//! The WASM entry point of the development loop: takes over any page that the server rendered. Everything that a page does is in `app`.

#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Runs once, when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    dashboard::take_over_any();
}
