//! The title of a document that follows the state of its page. Pages whose title never changes use
//! `Title` itself.

use leptos::prelude::*;
use leptos_meta::Title;

/// The title, kept up to date in the browser. On the server it is worked out at once: the head of a
/// document is written when the signals of its page are gone.
pub fn page_title(text: impl Fn() -> String + Send + Sync + 'static) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let text = {
        let now = untrack(text);
        move || now.clone()
    };
    view! { <Title text=text /> }
}
