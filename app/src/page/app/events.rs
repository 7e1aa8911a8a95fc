//! The events of an app: on a lane above the charts, and in a list.

use contract::{AppPage, Event, EventKind};
use leptos::prelude::*;

use crate::part::{
    event::{event_class, event_text},
    time::{clock, clock_seconds, day},
    top_k::top_k,
    type_erasure::{erased_option, erased_view},
};

/// Most events on the lane, and in the list.
const LANE_MAX: usize = 40;
const ROWS_MAX: usize = 6;
/// Of events nearer to each other than this share of the lane only one has its text beside it.
const TEXT_DISTANCE: f64 = 0.16;
/// Longest text on the lane, characters.
const TEXT_MAX: usize = 26;
/// The same event of several dynos within this time is listed once, seconds.
const GROUP_S: i64 = 30;
/// How many listed events before one are compared with it.
const GROUP_LOOKBACK: usize = 6;
/// Events of a range longer than this show their day, seconds.
const DAY_S: i64 = 86_400;

/// An event on the lane.
#[derive(Clone, Debug, PartialEq)]
pub struct LaneEvent {
    /// Where it stands, from 0 at the left end to 1 at the right.
    pub share: f64,
    /// The class that gives it its shape and colour.
    pub look: &'static str,
    /// The text beside it; `None` where there is no room.
    pub text: Option<String>,
    /// The full text with its time, for tooltips and screen readers.
    pub full_text: String,
}

/// The events of a span, unix seconds, on the lane. Of two neighbours the more important one has
/// its text.
#[must_use]
pub fn lane_events(marks: &[Event], (from_s, to_s): (i64, i64)) -> Vec<LaneEvent> {
    let length_s = (to_s - from_s).max(1) as f64;
    let inside: Vec<&Event> = marks.iter().filter(|it| (from_s..to_s).contains(&it.at_s)).collect();
    let inside = top_k(inside, LANE_MAX, |a, b| (weight(a.kind), a.at_s) < (weight(b.kind), b.at_s));
    let mut taken: Vec<f64> = vec![];
    let events: Vec<LaneEvent> = inside
        .into_iter()
        .map(|mark| {
            let share = (mark.at_s - from_s) as f64 / length_s;
            let is_free = taken.iter().all(|it| (it - share).abs() >= TEXT_DISTANCE);
            if is_free {
                taken.push(share);
            }
            let text = event_text(mark);
            let full_text = format!("{} {text}", clock_seconds(mark.at_s));
            LaneEvent { share, look: event_class(mark.kind), text: is_free.then(|| cut(&text)), full_text }
        })
        .collect();
    top_k(events, LANE_MAX, |a, b| a.share < b.share)
}

/// A text cut to [`TEXT_MAX`] characters.
fn cut(text: &str) -> String {
    if text.chars().count() <= TEXT_MAX {
        return text.to_owned();
    }
    let head: String = text.chars().take(TEXT_MAX - 1).collect();
    format!("{}…", head.trim_end())
}

/// The importance of a kind of event, the most important first.
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

/// The lane above the charts; absent without events.
#[component]
pub fn Lane(
    state: RwSignal<AppPage>,
    /// The span of the charts, unix seconds.
    span: Signal<(i64, i64)>,
) -> impl IntoView {
    erased_option(move || {
        let events = state.with(|it| lane_events(&it.events, span.get()));
        if events.is_empty() {
            return None;
        }
        let event = |event: LaneEvent| {
            let at = format!("left:{:.2}%", event.share * 100.0);
            let side = if event.share > 0.8 { "left" } else { "right" };
            let (is_mute, title) = (event.text.is_none(), event.full_text.clone());
            let text = event.text.unwrap_or(event.full_text);
            view! {
                <li class=event.look style=at title=title>
                    <i aria-hidden="true"></i>
                    <span class=side class:vh=is_mute>{text}</span>
                </li>
            }
        };
        Some(
            view! { <ol class="lane" aria-label="Events">{events.into_iter().map(event).collect_view()}</ol> }
                .into_any(),
        )
    })
}

/// The list of the newest events.
#[component]
pub fn Events(state: RwSignal<AppPage>) -> impl IntoView {
    let marks = Memo::new(move |_| state.with(|it| (it.events.clone(), it.span.length_s())));
    let events = erased_view(move || {
        let (marks, length_s) = marks.get();
        grouped(&marks).into_iter().take(ROWS_MAX).map(|it| event(&it, length_s)).collect_view().into_any()
    });
    view! {
        <section class="card story wide">
            <h2>"Events"<small>"newest first"</small></h2>
            <ul class="events">{events}</ul>
            {erased_option(move || marks.with(|it| it.0.is_empty()).then(|| view! { <p class="none">"No events in this range"</p> }.into_any()))}
        </section>
    }
}

/// The events, the newest first. The same event of several dynos within [`GROUP_S`] is one.
#[must_use]
pub fn grouped(marks: &[Event]) -> Vec<Event> {
    let mut all: Vec<Event> = vec![];
    for mark in marks.iter().rev() {
        let same = |known: &&mut Event| {
            known.at_s - mark.at_s <= GROUP_S
                && (&known.kind, &known.text) == (&mark.kind, &mark.text)
                && !mark.source.is_empty()
        };
        match all.iter_mut().rev().take(GROUP_LOOKBACK).find(same) {
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
        <li class=event_class(mark.kind)>
            <time>{time}</time><i aria-hidden="true"></i><span>{event_text(mark)}</span>
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
    fn ok_the_more_important_neighbour_has_the_text() {
        let marks = [
            mark(50, EventKind::Restart, "Cycling"),
            mark(52, EventKind::Crash, "State changed from up to crashed"),
            mark(90, EventKind::Up, "up"),
        ];
        let events = lane_events(&marks, (0, 100));
        assert_eq!(
            events.iter().map(|it| (it.look, it.text.is_some())).collect::<Vec<_>>(),
            [("moved", false), ("bad", true), ("plain", true)]
        );
        assert_eq!((events[1].share, events[1].text.as_deref()), (0.52, Some("State changed from up to…")));
    }

    #[test]
    fn ok_the_same_event_of_several_dynos_is_one() {
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
        let found: Vec<_> = grouped(&marks).into_iter().map(|it| (it.at_s, it.source, it.text)).collect();
        let expected =
            [(57, "web.1, web.2", "up"), (51, "web.1, web.2", "starting"), (40, "", "v2"), (10, "web.1", "up")];
        assert_eq!(found, expected.map(|(at_s, source, text)| (at_s, source.to_owned(), text.to_owned())));
    }

    #[test]
    fn ok_marks_outside_are_left_out() {
        assert_eq!(
            lane_events(&[mark(-1, EventKind::Note, "before"), mark(100, EventKind::Note, "after")], (0, 100)),
            []
        );
    }
}
