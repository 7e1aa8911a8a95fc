//! No such page, or no such app; and answers that did not come. The status follows, so that scripts notice too.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{Error, live::status::Status};

/// Seconds after which a page that could not be filled is loaded anew.
const RETRY_S: u64 = 4;

/// Says that something is not there.
#[component]
pub fn NotFound(
    /// The app that was asked for; `None` for a page.
    #[prop(optional)]
    app: Option<String>,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(leptos::server_fn::axum_export::http::StatusCode::NOT_FOUND);
    }
    stand_still();
    let (title, text) = match app {
        Some(app) => ("App not found", format!("There is no app named {app}.")),
        None => ("Page not found", "There is no page at this address.".to_owned()),
    };
    view! {
        <Title text=title />
        <section class="notice">
            <h1>{title}</h1>
            <p>{text}</p>
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
    let rest = if is_away { " Retrying automatically." } else { "" };
    view! {
        <section class="notice" role="alert">
            <h1>"Couldn't load this page"</h1>
            <p>"The request failed: "{error.to_string()}"."{rest}</p>
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
