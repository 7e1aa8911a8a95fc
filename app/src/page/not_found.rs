//! No such page, or no such app; and answers that did not come. The status follows, so that scripts notice too.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::Error;

/// Says that something is not there.
#[component]
pub fn NotFound(
    /// What was looked for.
    what: String,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(leptos::server_fn::axum_export::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <section class="notice">
            <h1>"Not here"</h1>
            <p>{what}" does not exist, or not any more."</p>
            <p><a class="btn" href="/">"Back to all apps"</a></p>
        </section>
    }
}

/// Says why there is no data, and offers to try again.
#[component]
pub fn Failed(
    /// What went wrong.
    error: Error,
) -> impl IntoView {
    view! {
        <section class="notice" role="alert">
            <h1>"No data"</h1>
            <p>"This page could not be filled: "{error.to_string()}"."</p>
            <p><a class="btn" href="" rel="external">"Try again"</a></p>
        </section>
    }
}
