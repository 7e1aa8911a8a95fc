//! The events of an app as marks on a lane above the charts. Marks that would overlap are one, with
//! a count.

use contract::EventKind;
use leptos::prelude::*;

use super::restart::Happening;
use crate::part::{
    event::event_class,
    markup::{push_all, push_text},
    time::clock_seconds,
    top_k::top_k,
    type_erasure::erased_option,
};

/// Most marks on the lane.
const MARKS_MAX: usize = 40;
/// Marks nearer to each other than this share of the lane are one.
const OVERLAP: f64 = 0.0075;
/// Of marks nearer to each other than this share of the lane only one has its text beside it: on
/// wide screens, and on phones.
const TEXT_DISTANCE: f64 = 0.16;
const TEXT_DISTANCE_NARROW: f64 = 0.5;
/// Longest text on the lane, characters.
const TEXT_MAX: usize = 26;

/// A mark on the lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where it stands, from 0 at the left end to 1 at the right.
    pub share: f64,
    /// The class that gives it its shape and colour: that of the most important event.
    pub look: &'static str,
    /// How many it stands for.
    pub count: usize,
    /// The text beside it; `None` where there is no room.
    pub text: Option<String>,
    /// Whether the text has room on a phone too.
    pub is_narrow: bool,
    /// The texts of all with their times, for tooltips and screen readers.
    pub full_text: String,
}

/// The marks of a span, unix seconds, from left to right. Of two neighbours the more important one
/// has its text.
#[must_use]
pub fn marks(events: &[Happening], (from_s, to_s): (i64, i64)) -> Vec<Mark> {
    let length_s = (to_s - from_s).max(1) as f64;
    let share = |it: &Happening| (it.at_s - from_s) as f64 / length_s;
    let mut clusters: Vec<Vec<&Happening>> = vec![];
    for event in events.iter().filter(|it| (from_s..to_s).contains(&it.at_s)) {
        match clusters.last_mut().filter(|it| share(event) - share(it[0]) < OVERLAP) {
            Some(cluster) => cluster.push(event),
            None => clusters.push(vec![event]),
        }
    }
    let main = |cluster: &[&Happening]| cluster.iter().map(|it| (weight(it.kind), it.at_s)).min().unwrap_or_default();
    let (mut taken, mut taken_narrow): (Vec<f64>, Vec<f64>) = (vec![], vec![]);
    let marks = top_k(clusters, MARKS_MAX, |a, b| main(a) < main(b)).into_iter().filter_map(|cluster| {
        let best = cluster.iter().min_by_key(|it| (weight(it.kind), it.at_s))?;
        let at = share(cluster[0]);
        let has_room = |taken: &mut Vec<f64>, distance| {
            let has_room = taken.iter().all(|it| (it - at).abs() >= distance);
            taken.extend(has_room.then_some(at));
            has_room
        };
        let has_text = has_room(&mut taken, TEXT_DISTANCE);
        let is_narrow = has_text && has_room(&mut taken_narrow, TEXT_DISTANCE_NARROW);
        let more = if cluster.len() > 1 { format!(" +{}", cluster.len() - 1) } else { String::new() };
        let full = cluster.iter().map(|it| format!("{} {}", clock_seconds(it.at_s), it.text)).collect::<Vec<_>>();
        Some(Mark {
            share: at,
            look: event_class(best.kind),
            count: cluster.len(),
            text: has_text.then(|| cut(&best.text) + &more),
            is_narrow,
            full_text: full.join("; "),
        })
    });
    top_k(marks.collect(), MARKS_MAX, |a, b| a.share < b.share)
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
        EventKind::Release => 0,
        EventKind::Crash => 1,
        EventKind::Note | EventKind::Deploy => 2,
        EventKind::Scale | EventKind::Config => 3,
        EventKind::Exit | EventKind::Restart => 4,
        EventKind::Start | EventKind::Up | EventKind::Stop | EventKind::Idle => 5,
    }
}

/// The lane above the charts; absent without events.
#[component]
pub fn Lane(
    /// The events of the page, put together.
    events: Memo<Vec<Happening>>,
    /// The span of the charts, unix seconds.
    span: Signal<(i64, i64)>,
) -> impl IntoView {
    let html = Memo::new(move |_| events.with(|it| items(marks(it, span.get()))));
    erased_option(move || {
        (!html.with(String::is_empty))
            .then(|| view! { <ol class="lane" aria-label="Events" inner_html=move || html.get()></ol> }.into_any())
    })
}

/// The marks as HTML.
fn items(marks: Vec<Mark>) -> String {
    let mut html = String::new();
    for mark in marks {
        let side = match mark.share {
            0.8.. => "left",
            0.45.. => "right middle",
            _ => "right",
        };
        let class = match (&mark.text, mark.is_narrow) {
            (None, _) => "vh",
            (Some(_), true) => "",
            (Some(_), false) => " hide-s",
        };
        let side = if mark.text.is_some() { side } else { "" };
        let at = format!("{:.2}", mark.share * 100.0);
        push_all(&mut html, &["<li class=\"", mark.look, "\" style=\"left:", &at, "%\" title=\""]);
        push_text(&mut html, &mark.full_text);
        html.push_str("\"><i aria-hidden=\"true\">");
        if mark.count > 1 {
            html.push_str(&mark.count.to_string());
        }
        push_all(&mut html, &["</i><span class=\"", side, class, "\">"]);
        push_text(&mut html, mark.text.as_ref().unwrap_or(&mark.full_text));
        html.push_str("</span></li>");
    }
    html
}

#[cfg(test)]
mod tests {
    use contract::Event;

    use super::*;
    use crate::page::app::restart::put_together;

    fn event(at_s: i64, kind: EventKind, text: &str) -> Event {
        Event { at_s, kind, source: String::new(), text: text.to_owned() }
    }

    fn of(events: &[Event], span_s: (i64, i64)) -> Vec<Mark> {
        marks(&put_together(events), span_s)
    }

    #[test]
    fn ok_the_more_important_neighbour_has_the_text() {
        let events = [
            event(50, EventKind::Restart, "Cycling"),
            event(52, EventKind::Crash, "State changed from up to crashed"),
            event(90, EventKind::Up, "up"),
        ];
        let marks = of(&events, (0, 100));
        let texts: Vec<_> = marks.iter().map(|it| (it.look, it.text.is_some(), it.is_narrow)).collect();
        assert_eq!(texts, [("moved", false, false), ("bad", true, true), ("plain", true, false)]);
        assert_eq!((marks[1].share, marks[1].text.as_deref()), (0.52, Some("State changed from up to…")));
    }

    #[test]
    fn ok_marks_that_overlap_are_one_with_a_count() {
        let events = [
            event(500, EventKind::Restart, "Cycling"),
            event(503, EventKind::Release, "v42"),
            event(506, EventKind::Note, "note"),
            event(515, EventKind::Crash, "crashed"),
        ];
        let marks = of(&events, (0, 1_000));
        assert_eq!(marks.iter().map(|it| it.count).collect::<Vec<_>>(), [3, 1]);
        assert_eq!((marks[0].look, marks[0].text.as_deref()), ("made", Some("v42 +2")));
        assert!(marks[0].full_text.contains("Cycling") && marks[0].full_text.contains("note"));
    }

    #[test]
    fn ok_marks_outside_are_left_out() {
        let events = [event(-1, EventKind::Note, "before"), event(100, EventKind::Note, "after")];
        assert_eq!(of(&events, (0, 100)), []);
    }
}
