//! A command to copy: the real one, whole, selectable without JavaScript too.

use leptos::prelude::*;

/// A command with its button.
#[component]
pub fn Command(
    /// The command.
    text: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = text.clone();
    view! {
        <div class="cmd">
            <code tabindex="0">{text}</code>
            <button class="btn" type="button" on:click=move |_| copied.set(put_on_clipboard(&copy))>
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn put_on_clipboard(text: &str) -> bool {
    use wasm_bindgen::{JsCast, JsValue};
    // Missing on pages that are neither local nor HTTPS; the text can still be selected there.
    let navigator = js_sys::Reflect::get(&window(), &"navigator".into()).unwrap_or(JsValue::NULL);
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).unwrap_or(JsValue::NULL);
    let write = js_sys::Reflect::get(&clipboard, &"writeText".into())
        .ok()
        .and_then(|it| it.dyn_into::<js_sys::Function>().ok());
    write.is_some_and(|it| it.call1(&clipboard, &text.into()).is_ok())
}

#[cfg(not(feature = "hydrate"))]
const fn put_on_clipboard(_: &str) -> bool {
    false
}
