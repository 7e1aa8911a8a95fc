//! What happened, on a lane over the charts and in a list, and the slowest endpoints. Pure but for the components.

use contract::{AppPage, Endpoint, Mark};
use leptos::prelude::*;

use crate::part::{
    number::{grouped, latency},
    time::{clock, clock_seconds, day},
};

/// Most marks on the lane, most rows of the list.
const MARKS_MAX: usize = 40;
const ROWS_MAX: usize = 6;
/// Marks nearer to each other than this share of the lane do not both have words.
const WORDS_APART: f64 = 0.16;
/// Longest words on the lane, characters.
const WORDS_MAX: usize = 26;
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
pub fn placed(marks: &[Mark], (from_s, to_s): (i64, i64)) -> Vec<Placed> {
    let length_s = (to_s - from_s).max(1) as f64;
    let mut inside: Vec<&Mark> = marks.iter().filter(|it| (from_s..to_s).contains(&it.at_s)).collect();
    inside.sort_by_key(|it| (weight(&it.kind), it.at_s));
    inside.truncate(MARKS_MAX);
    let mut taken: Vec<f64> = vec![];
    let mut placed: Vec<Placed> = inside
        .into_iter()
        .map(|mark| {
            let share = (mark.at_s - from_s) as f64 / length_s;
            let is_free = taken.iter().all(|it| (it - share).abs() >= WORDS_APART);
            if is_free {
                taken.push(share);
            }
            let whole = format!("{} {}", clock_seconds(mark.at_s), words(mark));
            Placed { share, look: look(&mark.kind), words: is_free.then(|| cut(&words(mark))), whole }
        })
        .collect();
    placed.sort_by(|a, b| a.share.total_cmp(&b.share));
    placed
}

/// Who did it is masked, and then not worth its room.
fn words(mark: &Mark) -> String {
    let text = mark.text.split(" by user ").next().unwrap_or_default();
    if mark.source.is_empty() { text.to_owned() } else { format!("{} {text}", mark.source) }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WORDS_MAX {
        return text.to_owned();
    }
    let head: String = text.chars().take(WORDS_MAX - 1).collect();
    format!("{}…", head.trim_end())
}

/// What a person wants to know first.
fn weight(kind: &str) -> u8 {
    match kind {
        "crash" => 0,
        "release" => 1,
        "note" | "deploy" => 2,
        "scale" | "config" => 3,
        "exit" | "restart" => 4,
        _ => 5,
    }
}

/// The class that gives a kind of event its shape and colour.
#[must_use]
pub fn look(kind: &str) -> &'static str {
    match kind {
        "crash" => "bad",
        "release" | "deploy" => "made",
        "exit" | "restart" | "stop" => "moved",
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
    move || {
        let placed = state.with(|it| placed(&it.marks, span.get()));
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
        Some(view! { <ol class="lane" aria-label="Events">{placed.into_iter().map(mark).collect_view()}</ol> })
    }
}

/// The slowest endpoints.
#[component]
pub fn Endpoints(
    /// The page.
    state: RwSignal<AppPage>,
) -> impl IntoView {
    let endpoints = Memo::new(move |_| state.with(|it| it.endpoints.clone()));
    let rows = move || endpoints.get().into_iter().take(ROWS_MAX).map(row).collect_view();
    view! {
        <section class="card story">
            <h2>"Slowest endpoints"<small>"last 10 min, by p95"</small></h2>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Endpoint"</th><th scope="col" class="num">"Requests"</th>
                            <th scope="col" class="num opt">"p50"</th><th scope="col" class="num">"p95"</th>
                            <th scope="col" class="num opt">"Max"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {move || endpoints.with(Vec::is_empty).then(|| view! { <p class="none">"No requests in the last 10 min"</p> })}
        </section>
    }
}

/// The newest events.
#[component]
pub fn Events(
    /// The page.
    state: RwSignal<AppPage>,
) -> impl IntoView {
    let marks = Memo::new(move |_| state.with(|it| (it.marks.clone(), it.to_s - it.from_s)));
    let events = move || {
        let (marks, length_s) = marks.get();
        marks.into_iter().rev().take(ROWS_MAX).map(|it| event(&it, length_s)).collect_view()
    };
    view! {
        <section class="card story wide">
            <h2>"Events"<small>"newest first"</small></h2>
            <ul class="events">{events}</ul>
            {move || marks.with(|it| it.0.is_empty()).then(|| view! { <p class="none">"Nothing happened in this range"</p> })}
        </section>
    }
}

fn row(endpoint: Endpoint) -> impl IntoView {
    let figure = |ms: Option<f64>| {
        ms.map_or_else(
            || "–".to_owned(),
            |it| {
                let figure = latency(it);
                format!("{} {}", figure.text, figure.unit)
            },
        )
    };
    let service = |place: usize| figure(endpoint.service_ms.map(|it| it[place]));
    let path = endpoint.path.split_inclusive('/').map(|it| {
        let (name, slash) = it.strip_suffix('/').map_or((it, ""), |name| (name, "/"));
        let is_folded = name.starts_with(':') || name == "*";
        view! { <span class:folded=is_folded>{name.to_owned()}</span>{slash} }
    });
    view! {
        <tr>
            <td class="path"><b>{endpoint.method.clone()}</b>" "{path.collect_view()}</td>
            <td class="num">{grouped(endpoint.requests as i64)}</td>
            <td class="num opt">{service(0)}</td>
            <td class="num strong">{service(1)}</td>
            <td class="num opt">{service(2)}</td>
        </tr>
    }
}

fn event(mark: &Mark, length_s: i64) -> impl IntoView + use<> {
    let time =
        if length_s > DAY_S { format!("{} {}", day(mark.at_s), clock(mark.at_s)) } else { clock_seconds(mark.at_s) };
    view! {
        <li class=look(&mark.kind)>
            <time>{time}</time><i aria-hidden="true"></i><span>{words(mark)}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(at_s: i64, kind: &str, text: &str) -> Mark {
        Mark { at_s, kind: kind.to_owned(), source: String::new(), text: text.to_owned() }
    }

    #[test]
    fn ok_the_more_important_neighbour_has_the_words() {
        let marks = [
            mark(50, "restart", "Cycling"),
            mark(52, "crash", "State changed from up to crashed"),
            mark(90, "up", "up"),
        ];
        let placed = placed(&marks, (0, 100));
        assert_eq!(
            placed.iter().map(|it| (it.look, it.words.is_some())).collect::<Vec<_>>(),
            [("moved", false), ("bad", true), ("plain", true)]
        );
        assert_eq!((placed[1].share, placed[1].words.as_deref()), (0.52, Some("State changed from up to…")));
    }

    #[test]
    fn ok_marks_outside_are_left_out() {
        assert_eq!(placed(&[mark(-1, "note", "before"), mark(100, "note", "after")], (0, 100)), []);
    }
}
