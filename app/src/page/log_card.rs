//! A card with the log lines behind a chart: those of the point that was clicked, or of the span
//! that was selected. Its content is HTML that the server makes (`log_card/content.rs`): the
//! modules of pages with charts would be a tenth larger with all that reads and shows log lines.

#[cfg(feature = "ssr")]
mod content;

use contract::LogQuery;
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

use crate::{Error, chart::pin::Pin, part::type_erasure::erased_option};

/// What was clicked or selected on a chart, and the lines behind it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PinnedLogs {
    /// What was clicked or selected.
    pub pin: Pin,
    /// The content of the card.
    pub html: String,
}

impl PinnedLogs {
    /// Loads the lines.
    pub async fn load(app: String, pin: Pin, query: LogQuery) -> Self {
        let html = pinned_lines(app, pin.clone(), query).await;
        Self { pin, html: html.unwrap_or_else(|_| UNKNOWN.to_owned()) }
    }
}

/// The content of a card whose lines can't be loaded because the server does not answer.
const UNKNOWN: &str = "<p class=\"note\">Couldn't load the logs for this time</p>";

/// The content of the card, as HTML.
#[server(AskPinnedLines, endpoint = "page/pinned-lines", input = Json)]
pub async fn pinned_lines(app: String, pin: Pin, query: LogQuery) -> Result<String, Error> {
    let page = crate::server_fns::log_page(app.clone(), query.clone()).await.ok();
    Ok(content::html(&app, pin, &query, page))
}

/// Loads the lines whenever the pin changes. An answer to an earlier pin is dropped.
pub fn follow(
    app: String,
    pin: RwSignal<Option<Pin>>,
    pinned: RwSignal<Option<PinnedLogs>>,
    query: impl Fn(&Pin) -> LogQuery + 'static,
) {
    Effect::new(move |before: Option<Option<Pin>>| {
        let now = pin.get();
        if before.is_some_and(|it| it != now) {
            match now.clone() {
                None => pinned.set(None),
                Some(it) => {
                    let loading = PinnedLogs::load(app.clone(), it.clone(), query(&it));
                    leptos::task::spawn_local(async move {
                        let loaded = loading.await;
                        if pin.try_get_untracked().flatten().as_ref() == Some(&it) {
                            pinned.try_set(Some(loaded));
                            #[cfg(feature = "hydrate")]
                            crate::browser::document::reveal(".pinned-lines");
                        }
                    });
                }
            }
        }
        now
    });
}

/// The card; empty while nothing is pinned.
pub fn lines_card(pinned: Signal<Option<PinnedLogs>>, close: Callback<()>) -> AnyView {
    let card = erased_option(move || {
        let PinnedLogs { html, .. } = pinned.get()?;
        let clicked = move |event: leptos::ev::MouseEvent| {
            if is_on_close(&event) {
                close.run(());
            }
        };
        Some(
            view! { <section class="card pinned-lines" aria-live="polite" on:click=clicked inner_html=html></section> }
                .into_any(),
        )
    });
    view! { {card} }.into_any()
}

/// Whether a click was on the button that closes the card.
fn is_on_close(event: &leptos::ev::MouseEvent) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let element = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        element.is_some_and(|it| it.closest(".close").ok().flatten().is_some())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _in_the_browser = event;
        false
    }
}
