//! Whether the page is live: the word and the server's time in the top bar, and the note over the
//! page when the server is gone.

use leptos::prelude::*;

use crate::part::{
    time::{clock_seconds, length},
    type_erasure::{erased_option, erased_text},
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
    /// Several tries failed. Tries go on, less often.
    Gone,
    /// The server answers, but its password has changed.
    Refused,
}

impl Status {
    /// The status of a page that asks again every so many seconds, after failed tries in a row.
    #[must_use]
    pub const fn of_polling(every_s: u64, failed: u32) -> Self {
        // With fewer the server may only be restarting.
        const GONE_TRIES: u32 = 4;
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
    let time = erased_text(move || now.0.get().map(|it| format!("{} UTC", clock_seconds(it))).unwrap_or_default());
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
        <time class="now hide-s">{time}</time>
    }
}

/// Context: the server's time, unix seconds, set by the page's clock. `None` until that runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerTime(pub RwSignal<Option<i64>>);

/// Context: when the shown data was loaded, unix seconds. `None` until the page's clock runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loaded(pub RwSignal<Option<i64>>);

/// Context: how many incidents of all apps fire, for the top bar. 0 on pages that don't know it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Firing(pub RwSignal<usize>);

/// Shows in the top bar that nothing here is live.
pub fn show_still() {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    Effect::new(move |_| status.set(Status::Still));
}

/// Keeps the top bar's number of firing incidents.
pub fn tell_firing(n: impl Fn() -> usize + Send + Sync + 'static) {
    let firing = use_context::<Firing>().unwrap_or_default();
    let n = Memo::new(move |_| n());
    Effect::new(move |_| firing.0.set(n.get()));
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

/// Says since when the server is gone, or that it asks for its password again. The note lies over
/// the page, so that nothing moves.
#[component]
pub fn AwayNote() -> impl IntoView {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    let now = use_context::<ServerTime>().unwrap_or_default();
    let lost_s = RwSignal::new(None::<i64>);
    Effect::new(move |_| match status.get() {
        Status::Live | Status::Still | Status::Polling(_) => lost_s.set(None),
        _ => lost_s.update(|it| *it = it.or_else(|| now.0.get_untracked())),
    });
    erased_option(move || match status.get() {
        Status::Gone => {
            let shown = lost_s.get().map(|it| format!("Showing values from {} UTC; ", clock_seconds(it)));
            let retrying = if shown.is_some() { "reconnecting automatically." } else { "Reconnecting automatically." };
            let text = format!("Disconnected from the server. {}{retrying}", shown.unwrap_or_default());
            Some(view! { <p class="away" role="alert">{text}</p> }.into_any())
        }
        Status::Refused => {
            let again = view! { <a class="btn" href="" rel="external">"Sign in"</a> };
            Some(
                view! { <p class="away" role="alert">"The server requires you to sign in again. "{again}</p> }
                    .into_any(),
            )
        }
        _ => None,
    })
}
