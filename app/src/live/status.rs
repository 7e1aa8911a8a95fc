//! Whether the page is live: the word and the server's time in the top bar.

use contract::OpenIncidents;
use leptos::prelude::*;

use crate::part::{
    time::{clock_seconds, length},
    type_erasure::erased_text,
    zone::short,
};

/// The state of the page's stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// No script has run, or the stream is not open yet.
    #[default]
    Waiting,
    /// The page has no stream and shows the data of the time it was loaded.
    Still,
    /// The page has no stream and asks again every so many seconds.
    Polling(u64),
    /// The stream is open.
    Live,
    /// The stream was lost and is being reopened.
    Reconnecting,
    /// It could not be opened again, or was silent. Tries go on, less often.
    Gone,
    /// The server answers, but its password has changed.
    Refused,
}

impl Status {
    /// The status of a page that asks again every so many seconds, after failed tries in a row.
    #[must_use]
    pub const fn of_polling(every_s: u64, failed: u32) -> Self {
        // With one the server may only be restarting.
        const GONE_TRIES: u32 = 2;
        match failed {
            0 => Self::Polling(every_s),
            1..GONE_TRIES => Self::Reconnecting,
            _ => Self::Gone,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Waiting | Self::Still => "live waiting",
            Self::Live | Self::Polling(_) => "live",
            Self::Reconnecting => "live reconnecting",
            Self::Gone | Self::Refused => "live gone",
        }
    }

    fn word(self) -> String {
        let word = match self {
            Self::Waiting => "Connecting…",
            Self::Still => "Not live",
            Self::Polling(every_s) => return format!("every {}", length(every_s as i64)),
            Self::Live => "Live",
            Self::Reconnecting => "Reconnecting…",
            Self::Gone => "Disconnected",
            Self::Refused => "Signed out",
        };
        word.to_owned()
    }
}

/// The status in the top bar. Without JavaScript it says that the page is as of loading. The styles
/// show one of the two: with `<noscript>` a browser that runs scripts would read its content as
/// text, and hydration would find no elements there.
#[component]
pub fn LiveStatus() -> impl IntoView {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    let now = use_context::<ServerTime>().unwrap_or_default();
    let time =
        erased_text(move || now.0.get().map(|it| format!("{} {}", clock_seconds(it), short(it))).unwrap_or_default());
    let loaded = use_context::<Loaded>().unwrap_or_default();
    // `before` and `after` are hidden on narrow screens.
    let before =
        erased_text(
            move || if matches!(status.get(), Status::Polling(_)) { "Refreshes ".to_owned() } else { String::new() },
        );
    let after = erased_text(move || {
        let at_s = loaded.0.get().filter(|_| status.get() == Status::Still);
        at_s.map(|it| format!(", loaded {}", clock_seconds(it))).unwrap_or_default()
    });
    view! {
        <span class="live still">"Not live"</span>
        <span class=erased_text(move || status.get().class().to_owned()) role="status">
            <span><span class="hide-s">{before}</span>{erased_text(move || status.get().word())}<span class="hide-s">{after}</span></span>
        </span>
        <time class="now hide-xs">{time}</time>
    }
}

/// Context: the server's time, unix seconds, set by the page's clock. `None` until that runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerTime(pub RwSignal<Option<i64>>);

/// Context: when the shown data was loaded, unix seconds. `None` until the page's clock runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loaded(pub RwSignal<Option<i64>>);

/// Context: the open incidents of all apps, for the top bar, the title and the icon.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open(pub RwSignal<OpenIncidents>);

impl Open {
    /// Those that the document was rendered with. The server writes them into the document, where
    /// the browser reads them.
    #[must_use]
    pub fn start() -> Self {
        #[cfg(feature = "hydrate")]
        let open = OpenIncidents::from_text(&crate::browser::document::data("open"));
        #[cfg(not(feature = "hydrate"))]
        let open = open_incidents();
        Self(RwSignal::new(open))
    }
}

/// The open incidents while the server renders a page; none where there is no server.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn open_incidents() -> OpenIncidents {
    use_context::<std::sync::Arc<dyn contract::Backend>>().map(|it| it.open_incidents()).unwrap_or_default()
}

/// Shows in the top bar that nothing here is live.
pub fn show_still() {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    Effect::new(move |_| status.set(Status::Still));
}

/// Keeps the document's number of open incidents.
pub fn tell_open(now: impl Fn() -> OpenIncidents + Send + Sync + 'static) {
    let open = use_context::<Open>().unwrap_or_default();
    let now = Memo::new(move |_| now());
    Effect::new(move |_| open.0.set(now.get()));
}

/// Context: whether the page waits for the answer to a link that was followed. Meanwhile it shows
/// the previous answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct PendingAnswer(pub RwSignal<bool>);

/// The view of a page's answer, and `text` until the first answer is there. In the browser it sets
/// [`PendingAnswer`] while it waits for a later one.
///
/// It does not do so on the server. There Leptos sets the signal from a task of its own; it does
/// not wait for the signal's lock and panics when another task holds it.
pub fn answered<V>(text: &'static str, view: impl Fn() -> V + Send + 'static) -> AnyView
where
    V: IntoView + 'static,
{
    let fallback = move || view! { <p class="loading" role="status">{text}</p> };
    if cfg!(feature = "ssr") {
        return view! { <Transition fallback>{view}</Transition> }.into_any();
    }
    let set_pending = use_context::<PendingAnswer>().unwrap_or_default().0;
    view! { <Transition set_pending fallback>{view}</Transition> }.into_any()
}
