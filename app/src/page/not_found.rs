//! What a page shows instead of data: that its app does not exist, or why there is no answer. Sets
//! the HTTP status too, for scripts.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::{Error, live::status::show_still};

/// Pause before a page without an answer is loaded again, seconds.
const RETRY_S: u64 = 4;

/// Says that something does not exist.
#[component]
pub fn NotFound(
    /// The app that was asked for; `None` for an address without a page.
    #[prop(optional)]
    app: Option<String>,
    /// A title and a sentence for anything else.
    #[prop(optional)]
    what: Option<(&'static str, String)>,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(leptos::server_fn::axum_export::http::StatusCode::NOT_FOUND);
    }
    show_still();
    let (title, text) = match (app, what) {
        (Some(app), _) => ("App not found", format!("There is no app named {app}.")),
        (None, Some((title, text))) => (title, format!("{text}.")),
        (None, None) => ("Page not found", "There is no page at this address.".to_owned()),
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
pub fn Failed(error: Error) -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Error::Answer(error) = &error {
        crate::status::set(error);
    }
    show_still();
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

/// Loads the page again every [`RETRY_S`] seconds while the server is unreachable.
fn retry(is_away: bool) {
    #[cfg(feature = "hydrate")]
    if is_away {
        let pause = std::time::Duration::from_secs(RETRY_S);
        crate::live::clock::every(pause, crate::browser::location::reload);
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (is_away, RETRY_S);
}
