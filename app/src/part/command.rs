//! A shell command with a button that copies it. Without JavaScript it can be selected.

use leptos::prelude::*;

use crate::browser::clipboard;

/// A command with its button.
#[component]
pub fn Command(
    /// The command, ready to run.
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
