//! The events of an app in a list, newest first: restarts unfold, and kinds can be shown alone
//! (`?events=changes`). The lane above the charts is in `lane`.

use contract::{AppPage, EventKind};
use leptos::prelude::*;

use super::restart::Happening;
use crate::part::{
    address::Address,
    event::{event_class, event_text},
    markup::{push_all, push_link, push_text},
    time::{clock, clock_seconds, day},
    type_erasure::erased_option,
};

/// Events of a range longer than this show their day, seconds.
const DAY_S: i64 = 86_400;

/// The head of the card. Its button works by a script of its own (`early.rs`).
const HEAD: &str = "<h2>Events<small>newest first</small></h2><button type=\"button\" class=\"more\" data-annotate>Add annotation</button>";

/// Which events are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    All,
    /// Releases and whatever else people did.
    Changes,
    Dynos,
    Crashes,
}

impl Shown {
    const ALL: [Self; 4] = [Self::All, Self::Changes, Self::Dynos, Self::Crashes];

    const fn word(self) -> &'static str {
        match self {
            Self::All => "",
            Self::Changes => "changes",
            Self::Dynos => "dynos",
            Self::Crashes => "crashes",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Changes => "Releases and changes",
            Self::Dynos => "Dynos",
            Self::Crashes => "Crashes",
        }
    }

    fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.word() == word).unwrap_or(Self::All)
    }

    const fn has(self, kind: EventKind) -> bool {
        use EventKind::{Config, Crash, Deploy, Note, Release, Scale};
        match self {
            Self::All => true,
            Self::Changes => matches!(kind, Release | Deploy | Config | Scale | Note),
            Self::Crashes => matches!(kind, Crash),
            Self::Dynos => !Self::Changes.has(kind) && !Self::Crashes.has(kind),
        }
    }
}

/// The list.
#[component]
pub fn Events(
    /// The events of the page, put together.
    events: Memo<Vec<Happening>>,
    state: RwSignal<AppPage>,
) -> impl IntoView {
    let here = Address::of_page();
    let length_s = Memo::new(move |_| state.with(|it| it.span.length_s()));
    let shown = Memo::new(move |_| here.query.with(|it| Shown::from_word(it.word("events"))));
    let rows = Memo::new(move |_| events.with(|it| rows(it, shown.get(), length_s.get())));
    let links = Memo::new(move |_| events.with(|it| links(it, shown.get(), here)));
    let none = erased_option(move || {
        let is_empty = rows.with(String::is_empty);
        is_empty.then(|| view! { <p class="none">"No events in this range"</p> }.into_any())
    });
    view! {
        <section class="card story wide">
            <div class="card-head" inner_html=HEAD></div>
            <nav class="seg small" aria-label="Kinds of events" inner_html=move || links.get()></nav>
            <ul class="events" tabindex="0" aria-label="Events, newest first" inner_html=move || rows.get()></ul>
            {none}
        </section>
    }
    .into_any()
}

/// Links to each kind that there is, with its number; empty without events.
fn links(all: &[Happening], shown: Shown, here: Address) -> String {
    let mut html = String::new();
    for of in Shown::ALL {
        let n = all.iter().filter(|it| of.has(it.kind)).count();
        if n == 0 && (of != shown || of == Shown::All) {
            continue;
        }
        let current = if of == shown { " aria-current=\"true\"" } else { "" };
        let text = format!("{} {n}", of.label());
        push_link(&mut html, current, &here.changed("events", of.word()), &text);
    }
    html
}

/// The rows, newest first.
fn rows(all: &[Happening], shown: Shown, length_s: i64) -> String {
    let unfolded = unfolded();
    let mut html = String::new();
    for it in all.iter().rev().filter(|it| shown.has(it.kind)) {
        if it.parts.is_empty() {
            push_row(&mut html, (it.at_s, length_s), event_class(it.kind), &it.text);
            html.push_str("</li>");
            continue;
        }
        let key = it.at_s.to_string();
        let is_open = unfolded.contains(&key);
        push_all(&mut html, &["<li class=\"", event_class(it.kind), "\"><details data-at=\"", &key, "\""]);
        html.push_str(if is_open { " open><summary>" } else { "><summary>" });
        push_line(&mut html, (it.at_s, length_s), &it.text);
        html.push_str("</summary><ol>");
        for part in &it.parts {
            push_row(&mut html, (part.at_s, length_s), event_class(part.kind), &event_text(part));
            html.push_str("</li>");
        }
        html.push_str("</ol></details></li>");
    }
    html
}

/// A row without its end.
fn push_row(html: &mut String, time: (i64, i64), class: &str, text: &str) {
    push_all(html, &["<li class=\"", class, "\">"]);
    push_line(html, time, text);
}

fn push_line(html: &mut String, (at_s, length_s): (i64, i64), text: &str) {
    push_all(html, &["<time>", &time_of(at_s, length_s), "</time><i aria-hidden=\"true\"></i><span>"]);
    push_text(html, text);
    html.push_str("</span>");
}

/// The times of the restarts that are unfolded now: they stay so when an event comes.
fn unfolded() -> Vec<String> {
    #[cfg(feature = "hydrate")]
    return crate::browser::document::values(".events details[open]", "data-at");
    #[cfg(not(feature = "hydrate"))]
    vec![]
}

fn time_of(at_s: i64, length_s: i64) -> String {
    if length_s > DAY_S { format!("{} {}", day(at_s), clock(at_s)) } else { clock_seconds(at_s) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_every_kind_is_listed_under_one_name() {
        for kind in EventKind::ALL {
            let listed = Shown::ALL.into_iter().filter(|it| *it != Shown::All && it.has(kind)).count();
            assert_eq!((listed, Shown::All.has(kind)), (1, true), "{kind:?}");
        }
        for shown in Shown::ALL {
            assert_eq!(Shown::from_word(shown.word()), shown);
        }
    }
}
