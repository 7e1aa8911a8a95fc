//! No such page, or no such app; and answers that did not come. The status follows, so that scripts notice too.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{Error, live::status::Status};

/// Seconds after which a page that could not be filled is loaded anew.
const RETRY_S: u64 = 4;

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
    stand_still();
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
    #[cfg(feature = "ssr")]
    if let Error::Answer(error) = &error {
        crate::status::of(error);
    }
    stand_still();
    let is_away = matches!(error, Error::Transport(_));
    retry(is_away);
    let rest = if is_away { " It is asked for again by itself." } else { "" };
    view! {
        <section class="notice" role="alert">
            <h1>"No data"</h1>
            <p>"This page could not be filled: "{error.to_string()}"."{rest}</p>
            <p><a class="btn" href="" rel="external">"Try again"</a></p>
        </section>
    }
}

/// Nothing is live here.
fn stand_still() {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    Effect::new(move |_| status.set(Status::Still));
}

/// Loads the page anew after a while, where the server could not be reached.
fn retry(is_away: bool) {
    #[cfg(feature = "hydrate")]
    if is_away {
        let again = || {
            let _reloading = window().location().reload();
        };
        crate::live::clock::every(std::time::Duration::from_secs(RETRY_S), again);
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (is_away, RETRY_S);
}
