//! Puts a text on the clipboard.

/// Whether the browser took it: on pages that are neither local nor HTTPS it has no clipboard, and the text can still be selected.
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

/// There is none on the server.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub const fn put(_: &str) -> bool {
    false
}
