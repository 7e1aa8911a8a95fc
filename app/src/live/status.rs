//! Whether the page is live, as everybody sees it: a mark, a word and the server's time in the top bar, and a note over the page when the server
//! is gone.

use leptos::prelude::*;

use crate::part::{
    time::{clock_seconds, length},
    type_erasure::{maybe, text},
};

/// How the stream does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// No script has run, or no stream is open yet.
    #[default]
    Waiting,
    /// The page has no stream, and shows what it was asked for.
    Still,
    /// The page has no stream, and is loaded again every so many seconds.
    Polling(u64),
    /// Open.
    Live,
    /// Lost, and being opened again.
    Reconnecting,
    /// Lost for longer; tried again now and then.
    Gone,
    /// The server answers, but not to us: its password is another now.
    Refused,
}

impl Status {
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

/// The mark; without JavaScript it says that the page stands still. Which of the two is seen, the styles decide: a browser with
/// scripts reads the content of `<noscript>` as text, in which hydration finds no elements.
#[component]
pub fn LiveStatus() -> impl IntoView {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    let now = use_context::<Now>().unwrap_or_default();
    let time = text(move || now.0.get().map(|it| format!("{} UTC", clock_seconds(it))).unwrap_or_default());
    let loaded = use_context::<Loaded>().unwrap_or_default();
    // `before` and `after` are hidden on narrow screens.
    let before =
        text(move || if matches!(status.get(), Status::Polling(_)) { "Refreshes ".to_owned() } else { String::new() });
    let after = text(move || {
        let at_s = loaded.0.get().filter(|_| status.get() == Status::Still);
        at_s.map(|it| format!(", loaded {}", clock_seconds(it))).unwrap_or_default()
    });
    view! {
        <span class="live still">"Not live"</span>
        <span class=text(move || status.get().class().to_owned()) role="status">
            <span><span class="hide-s">{before}</span>{text(move || status.get().word())}<span class="hide-s">{after}</span></span>
        </span>
        <time class="now hide-s">{time}</time>
    }
}

/// The server's time as the page's clock has it, unix seconds; `None` until it runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Now(pub RwSignal<Option<i64>>);

/// When the shown data was loaded, unix seconds; `None` until the page's clock runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loaded(pub RwSignal<Option<i64>>);

/// Whether the page waits for an answer that it was asked for by a link; what it shows meanwhile is of before.
#[derive(Clone, Copy, Debug, Default)]
pub struct Busy(pub RwSignal<bool>);

/// What `view` makes of a page's answer; `words` until the first is there. In the browser it tells [`Busy`] of those that follow.
///
/// Not on the server: Leptos counts there what is pending in a task of its own. It does not wait for the lock, and panics when another
/// task holds it.
pub fn answered<V>(words: &'static str, view: impl Fn() -> V + Send + 'static) -> AnyView
where
    V: IntoView + 'static,
{
    let fallback = move || view! { <p class="loading" role="status">{words}</p> };
    if cfg!(feature = "ssr") {
        return view! { <Transition fallback>{view}</Transition> }.into_any();
    }
    let set_pending = use_context::<Busy>().unwrap_or_default().0;
    view! { <Transition set_pending fallback>{view}</Transition> }.into_any()
}

/// Says that the server is gone, since when, and what that means; or that it asks for its password. Over the page, so that nothing moves.
#[component]
pub fn AwayNote() -> impl IntoView {
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    let now = use_context::<Now>().unwrap_or_default();
    let lost_s = RwSignal::new(None::<i64>);
    Effect::new(move |_| match status.get() {
        Status::Live | Status::Still | Status::Polling(_) => lost_s.set(None),
        _ => lost_s.update(|it| *it = it.or_else(|| now.0.get_untracked())),
    });
    maybe(move || match status.get() {
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
