//! Whether the page is live, as everybody sees it: a mark and a word in the top bar.

use leptos::prelude::*;

/// How the stream does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// No script has run, or no stream is open yet.
    #[default]
    Waiting,
    /// The page has no stream: it shows what it was asked for.
    Still,
    /// Open.
    Live,
    /// Lost, and being opened again.
    Reconnecting,
    /// Lost for longer; tried again now and then.
    Gone,
}

impl Status {
    const fn class(self) -> &'static str {
        match self {
            Self::Waiting | Self::Still => "live waiting",
            Self::Live => "live",
            Self::Reconnecting => "live reconnecting",
            Self::Gone => "live gone",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "connecting",
            Self::Still => "as of loading",
            Self::Live => "live",
            Self::Reconnecting => "reconnecting",
            Self::Gone => "server gone, still trying",
        }
    }
}

/// The mark; without JavaScript it says that the page stands still. Which of the two is seen, the styles decide: a browser with
/// scripts reads the content of `<noscript>` as text, in which hydration finds no elements.
#[component]
pub fn LiveStatus() -> impl IntoView {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    view! {
        <span class="live still">"as of loading"</span>
        <span class=move || status.get().class() role="status">{move || status.get().word()}</span>
    }
}
