//! A command to copy: the real one, whole, selectable without JavaScript too.

use leptos::prelude::*;

use super::clipboard;

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
            <button class="btn" type="button" on:click=move |_| copied.set(clipboard::put(&copy))>
                {move || if copied.get() { "Copied" } else { "Copy" }}
            </button>
        </div>
    }
}
