//! The WASM module of the development build: takes over any page. Everything that a page does is in
//! `dashboard`.

#![recursion_limit = "256"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once, when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    dashboard::take_over_any();
}
