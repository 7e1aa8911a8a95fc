//! Copies text to the clipboard.

/// Copies a text. Returns whether the browser accepted it: a page that is neither local nor HTTPS
/// has no clipboard, and its text has to be selected by hand.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn put(text: &str) -> bool {
    use wasm_bindgen::{JsCast, JsValue};
    let navigator = js_sys::Reflect::get(&leptos::prelude::window(), &"navigator".into()).unwrap_or(JsValue::NULL);
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).unwrap_or(JsValue::NULL);
    let write = js_sys::Reflect::get(&clipboard, &"writeText".into())
        .ok()
        .and_then(|it| it.dyn_into::<js_sys::Function>().ok());
    write.is_some_and(|it| it.call1(&clipboard, &text.into()).is_ok())
}

/// The server has no clipboard.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub const fn put(_: &str) -> bool {
    false
}
