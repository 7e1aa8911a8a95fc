//! What happened, on a lane over the charts and in a list. Pure but for the components.

use contract::{AppPage, Event, EventKind};
use leptos::prelude::*;

use crate::part::{
    event::words,
    time::{clock, clock_seconds, day},
    top_k::first,
    type_erasure::{live, maybe},
};

/// Most marks on the lane, most rows of the list.
const MARKS_MAX: usize = 40;
const ROWS_MAX: usize = 6;
/// Marks nearer to each other than this share of the lane do not both have words.
const WORDS_APART: f64 = 0.16;
/// Longest words on the lane, characters.
const WORDS_MAX: usize = 26;
/// What happened to several dynos within this time is told as one, seconds; of so many kinds at once.
const GATHERED_S: i64 = 30;
const DYNOS_GATHERED: usize = 6;
/// A range longer than this shows days, seconds.
const DAY_S: i64 = 86_400;

/// A mark where it stands on the lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// From 0 at the left end to 1 at the right.
    pub share: f64,
    /// What it looks like.
    pub look: &'static str,
    /// Its words, where there is room for them.
    pub words: Option<String>,
    /// All of it, for those who point at it or have it read.
    pub whole: String,
}

/// Places the marks of a span; the more important of two neighbours has the words.
#[must_use]
pub fn placed(marks: &[Event], (from_s, to_s): (i64, i64)) -> Vec<Placed> {
    let length_s = (to_s - from_s).max(1) as f64;
    let inside: Vec<&Event> = marks.iter().filter(|it| (from_s..to_s).contains(&it.at_s)).collect();
    let inside = first(inside, MARKS_MAX, |a, b| (weight(a.kind), a.at_s) < (weight(b.kind), b.at_s));
    let mut taken: Vec<f64> = vec![];
    let placed: Vec<Placed> = inside
        .into_iter()
        .map(|mark| {
            let share = (mark.at_s - from_s) as f64 / length_s;
            let is_free = taken.iter().all(|it| (it - share).abs() >= WORDS_APART);
            if is_free {
                taken.push(share);
            }
            let whole = format!("{} {}", clock_seconds(mark.at_s), words(mark));
            Placed { share, look: look(mark.kind), words: is_free.then(|| cut(&words(mark))), whole }
        })
        .collect();
    first(placed, MARKS_MAX, |a, b| a.share < b.share)
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WORDS_MAX {
        return text.to_owned();
    }
    let head: String = text.chars().take(WORDS_MAX - 1).collect();
    format!("{}…", head.trim_end())
}

/// What a person wants to know first.
const fn weight(kind: EventKind) -> u8 {
    match kind {
        EventKind::Crash => 0,
        EventKind::Release => 1,
        EventKind::Note | EventKind::Deploy => 2,
        EventKind::Scale | EventKind::Config => 3,
        EventKind::Exit | EventKind::Restart => 4,
        EventKind::Start | EventKind::Up | EventKind::Stop | EventKind::Idle => 5,
    }
}

/// The class that gives a kind of event its shape and colour.
#[must_use]
pub const fn look(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Crash => "bad",
        EventKind::Release | EventKind::Deploy => "made",
        EventKind::Exit | EventKind::Restart | EventKind::Stop => "moved",
        _ => "plain",
    }
}

/// The lane over the charts; nothing where nothing happened.
#[component]
pub fn Lane(
    /// The page.
    state: RwSignal<AppPage>,
    /// The span of the charts, unix seconds.
    span: Signal<(i64, i64)>,
) -> impl IntoView {
    maybe(move || {
        let placed = state.with(|it| placed(&it.events, span.get()));
        if placed.is_empty() {
            return None;
        }
        let mark = |it: Placed| {
            let at = format!("left:{:.2}%", it.share * 100.0);
            let side = if it.share > 0.8 { "left" } else { "right" };
            let (is_mute, whole) = (it.words.is_none(), it.whole.clone());
            let words = it.words.unwrap_or(it.whole);
            view! {
                <li class=it.look style=at title=whole>
                    <i aria-hidden="true"></i>
                    <span class=side class:vh=is_mute>{words}</span>
                </li>
            }
        };
        Some(
            view! { <ol class="lane" aria-label="Events">{placed.into_iter().map(mark).collect_view()}</ol> }
                .into_any(),
        )
    })
}

/// The newest events.
#[component]
pub fn Events(
    /// The page.
    state: RwSignal<AppPage>,
) -> impl IntoView {
    let marks = Memo::new(move |_| state.with(|it| (it.events.clone(), it.span.length_s())));
    let events = live(move || {
        let (marks, length_s) = marks.get();
        gathered(&marks).into_iter().take(ROWS_MAX).map(|it| event(&it, length_s)).collect_view().into_any()
    });
    view! {
        <section class="card story wide">
            <h2>"Events"<small>"newest first"</small></h2>
            <ul class="events">{events}</ul>
            {maybe(move || marks.with(|it| it.0.is_empty()).then(|| view! { <p class="none">"No events in this range"</p> }.into_any()))}
        </section>
    }
}

/// The same that happened to several dynos at nearly one time, as one; the newest first.
#[must_use]
pub fn gathered(marks: &[Event]) -> Vec<Event> {
    let mut all: Vec<Event> = vec![];
    for mark in marks.iter().rev() {
        let same = |it: &&mut Event| {
            it.at_s - mark.at_s <= GATHERED_S
                && (&it.kind, &it.text) == (&mark.kind, &mark.text)
                && !mark.source.is_empty()
        };
        match all.iter_mut().rev().take(DYNOS_GATHERED).find(same) {
            Some(known) if known.source.split(", ").any(|it| it == mark.source) => {}
            Some(known) => known.source = format!("{}, {}", mark.source, known.source),
            None => all.push(mark.clone()),
        }
    }
    all
}

fn event(mark: &Event, length_s: i64) -> impl IntoView + use<> {
    let time =
        if length_s > DAY_S { format!("{} {}", day(mark.at_s), clock(mark.at_s)) } else { clock_seconds(mark.at_s) };
    view! {
        <li class=look(mark.kind)>
            <time>{time}</time><i aria-hidden="true"></i><span>{words(mark)}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at_s: i64, kind: EventKind, text: &str) -> Event {
        Event { at_s, kind, source: String::new(), text: text.to_owned() }
    }

    #[test]
    fn ok_the_more_important_neighbour_has_the_words() {
        let marks = [
            mark(50, EventKind::Restart, "Cycling"),
            mark(52, EventKind::Crash, "State changed from up to crashed"),
            mark(90, EventKind::Up, "up"),
        ];
        let placed = placed(&marks, (0, 100));
        assert_eq!(
            placed.iter().map(|it| (it.look, it.words.is_some())).collect::<Vec<_>>(),
            [("moved", false), ("bad", true), ("plain", true)]
        );
        assert_eq!((placed[1].share, placed[1].words.as_deref()), (0.52, Some("State changed from up to…")));
    }

    #[test]
    fn ok_dynos_that_did_the_same_are_told_as_one() {
        let of =
            |at_s, source: &str, text: &str| Event { source: source.to_owned(), ..mark(at_s, EventKind::Up, text) };
        let marks = [
            of(10, "web.1", "up"),
            mark(40, EventKind::Release, "v2"),
            of(50, "web.1", "starting"),
            of(51, "web.2", "starting"),
            of(55, "web.1", "up"),
            of(56, "web.1", "up"),
            of(57, "web.2", "up"),
        ];
        let told: Vec<_> = gathered(&marks).into_iter().map(|it| (it.at_s, it.source, it.text)).collect();
        let expected =
            [(57, "web.1, web.2", "up"), (51, "web.1, web.2", "starting"), (40, "", "v2"), (10, "web.1", "up")];
        assert_eq!(told, expected.map(|(at_s, source, text)| (at_s, source.to_owned(), text.to_owned())));
    }

    #[test]
    fn ok_marks_outside_are_left_out() {
        assert_eq!(placed(&[mark(-1, EventKind::Note, "before"), mark(100, EventKind::Note, "after")], (0, 100)), []);
    }
}
