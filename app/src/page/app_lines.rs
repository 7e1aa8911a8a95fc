//! The raw lines of the second, or step, that the crosshair is pinned to; in the order of time, with a way to all of them.
//!
//! Of many lines those that tell of trouble are shown first: that is what a crosshair is pinned for.

use contract::{LinesAsked, LinesFound, LogLine};
use leptos::prelude::*;

use crate::{
    chart::tick::moment,
    part::{number::grouped, request::request, time::clock_seconds},
};

/// Most lines shown.
const SHOWN_MAX: usize = 12;

/// A step of the charts, and its lines once they have come; `None` when they could not be asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Pinned {
    /// Start of the step, unix seconds.
    pub at_s: i64,
    /// Its width, seconds.
    pub step_s: i64,
    /// Its lines.
    pub found: Option<LinesFound>,
}

/// What to ask for the lines of a step.
#[must_use]
pub fn question(at_s: i64, step_s: i64) -> LinesAsked {
    LinesAsked { span_s: Some((at_s, at_s + step_s)), ..LinesAsked::default() }
}

/// The lines that are shown of those that were found, in the order of time, and how many are not.
#[must_use]
pub fn shown(found: &[LogLine], at_s: i64) -> (Vec<LogLine>, usize) {
    let mut lines: Vec<&LogLine> = found.iter().filter(|it| it.at_ms >= at_s * 1_000).collect();
    let all = lines.len();
    lines.sort_by_key(|it| (!is_trouble(it), it.at_ms, it.id));
    lines.truncate(SHOWN_MAX);
    lines.sort_by_key(|it| (it.at_ms, it.id));
    (lines.into_iter().cloned().collect(), all.saturating_sub(SHOWN_MAX))
}

fn is_trouble(line: &LogLine) -> bool {
    line.level == "error"
}

/// The card; nothing while the crosshair is not pinned.
pub fn pinned_lines(app: String, pinned: RwSignal<Option<Pinned>>) -> AnyView {
    let card = move || {
        let Pinned { at_s, step_s, found } = pinned.get()?;
        let to_s = at_s + step_s;
        let href = format!("/apps/{app}/logs?from={at_s}&to={to_s}");
        let time = moment(at_s, step_s, 0);
        let about = if step_s == 1 {
            "where the crosshair is".to_owned()
        } else {
            format!("to {}, where the crosshair is", moment(to_s, step_s, 0))
        };
        let (lines, more) = found.as_ref().map(|it| shown(&it.lines, at_s)).unwrap_or_default();
        let is_cut = found.as_ref().is_some_and(|it| it.before_ms.is_some_and(|it| it > at_s * 1_000));
        let note = match (&found, lines.is_empty()) {
            (None, _) => Some("The lines of this time could not be read".to_owned()),
            (_, true) => Some("No line was kept of this time".to_owned()),
            _ if is_cut => Some("There are more".to_owned()),
            _ => (more > 0).then(|| format!("{} more", grouped(more as i64))),
        };
        Some(view! {
            <section class="card pinned-lines" aria-live="polite">
                <div class="card-head">
                    <h2>{format!("Lines at {time}")}<small>{about}</small></h2><a class="more" href=href>"Open in Logs"</a>
                </div>
                <ol class="lines">{lines.into_iter().map(line).collect_view()}</ol>
                {note.map(|it| view! { <p class="none">{it}</p> })}
            </section>
        })
    };
    view! { {card} }.into_any()
}

fn line(line: LogLine) -> impl IntoView {
    let time = format!("{}.{:03}", clock_seconds(line.at_ms.div_euclid(1_000)), line.at_ms.rem_euclid(1_000));
    let is_bad = is_trouble(&line);
    let text = match request(&line.text).filter(|_| line.source == "router") {
        Some(request) => {
            let code = if request.code.is_empty() { String::new() } else { format!("{} ", request.code) };
            view! { <code title=line.text.clone()><b>{code}</b>{request.told()}</code> }
        }
        None => view! { <code title=String::new()><b>{String::new()}</b>{line.text.clone()}</code> },
    };
    view! { <li class:bad=is_bad><time>{time}</time><span class="who">{line.source}</span>{text}</li> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(at_ms: i64, text: &str) -> LogLine {
        let level = if text == "calm" { String::new() } else { "error".to_owned() };
        LogLine { at_ms, source: "web.1".into(), level, text: text.to_owned(), ..LogLine::default() }
    }

    #[test]
    fn ok_trouble_comes_first_and_time_orders() {
        let mut found: Vec<LogLine> = (0..20).map(|it| line_of(10_900 - it * 10, "calm")).collect();
        found.push(line_of(10_000, "at=error code=H12"));
        found.push(line_of(9_999, "before"));
        let (lines, more) = shown(&found, 10);
        assert_eq!((lines.len(), more), (SHOWN_MAX, 9));
        assert_eq!((lines[0].at_ms, lines[1].at_ms), (10_000, 10_710));
    }

    #[test]
    fn ok_a_question_is_of_its_step() {
        assert_eq!(question(1_000, 10).span_s, Some((1_000, 1_010)));
    }
}
