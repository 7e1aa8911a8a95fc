//! Raw lines beside charts: those of what was clicked or chosen, in the order of time, with a way to all of them.
//!
//! Of many lines those that tell of trouble are shown first: that is what somebody looks for.

use contract::{LogLine, LogPage, LogQuery};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::logs::query::address;
use crate::{
    chart::{pin::Pin, tick::moment},
    part::{number::grouped, request::request, time::clock_seconds, top_k::top_k, type_erasure::erased_option},
    server_fns,
};

/// Most lines shown.
const SHOWN_MAX: usize = 12;

/// What was clicked or chosen, and its lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pinned {
    /// What it was.
    pub pin: Pin,
    /// What was asked for.
    pub asked: LogQuery,
    /// The lines; `None` when they could not be asked for.
    pub found: Option<LogPage>,
}

impl Pinned {
    /// Asks for the lines.
    pub async fn ask(app: String, pin: Pin, asked: LogQuery) -> Self {
        let found = server_fns::lines(app, asked.clone()).await.ok();
        Self { pin, asked, found }
    }
}

/// Asks for the lines whenever something else is pinned; an answer that comes after that has changed again is left.
pub fn follow(
    app: String,
    pin: RwSignal<Option<Pin>>,
    pinned: RwSignal<Option<Pinned>>,
    question: impl Fn(&Pin) -> LogQuery + 'static,
) {
    Effect::new(move |before: Option<Option<Pin>>| {
        let now = pin.get();
        if before.is_some_and(|it| it != now) {
            match now.clone() {
                None => pinned.set(None),
                Some(it) => {
                    let asking = Pinned::ask(app.clone(), it.clone(), question(&it));
                    leptos::task::spawn_local(async move {
                        let came = asking.await;
                        if pin.try_get_untracked().flatten().as_ref() == Some(&it) {
                            pinned.try_set(Some(came));
                        }
                    });
                }
            }
        }
        now
    });
}

/// The lines that are shown of those that were found, in the order of time, and how many are not.
#[must_use]
pub fn shown(found: &[LogLine], at_s: i64) -> (Vec<LogLine>, usize) {
    let lines: Vec<&LogLine> = found.iter().filter(|it| it.at_ms >= at_s * 1_000).collect();
    let all = lines.len();
    let place = |it: &LogLine| (it.at_ms, it.id);
    let lines = top_k(lines, SHOWN_MAX, |a, b| (!is_trouble(a), place(a)) < (!is_trouble(b), place(b)));
    let lines = top_k(lines, SHOWN_MAX, |a, b| place(a) < place(b));
    (lines.into_iter().cloned().collect(), all.saturating_sub(SHOWN_MAX))
}

fn is_trouble(line: &LogLine) -> bool {
    line.level == "error"
}

/// The card; nothing while nothing is pinned.
pub fn lines_card(app: String, pinned: RwSignal<Option<Pinned>>, close: Callback<()>) -> AnyView {
    let card = erased_option(move || {
        let Pinned { pin, asked, found } = pinned.get()?;
        let (from_s, to_s) = asked.span_s?.ends();
        let then = LogQuery { span_s: asked.span_s, ..LogQuery::default() };
        let all =
            (asked != then).then(|| view! { <a class="more" href=address(&app, &then)>"All lines at this time"</a> });
        let time = match to_s - from_s {
            1 => format!("Logs at {}", moment(from_s, 1, 0)),
            length_s => format!("Logs from {} to {}", moment(from_s, 1, length_s), moment(to_s, 1, length_s)),
        };
        let about = match (pin.series, pin.at_s) {
            (Some(series), _) => Some(series),
            // The title has it.
            (None, Some(_)) if to_s - from_s == 1 => None,
            (None, Some(at_s)) => Some(format!("at {}", moment(at_s, 1, 0))),
            (None, None) => Some("in the selected range".to_owned()),
        };
        let (lines, more) = found.as_ref().map(|it| shown(&it.lines, from_s)).unwrap_or_default();
        let is_cut = found.as_ref().is_some_and(|it| it.before_ms.is_some_and(|it| it > from_s * 1_000));
        let note = match (&found, lines.is_empty()) {
            (None, _) => Some("Couldn't load the logs for this time".to_owned()),
            (_, true) if all.is_some() => Some("No matching log lines at this time".to_owned()),
            (_, true) => Some("No log lines at this time".to_owned()),
            _ => None,
        };
        let rest = if is_cut { "Show more".to_owned() } else { format!("Show {} more", grouped(more as i64)) };
        let rest = (note.is_none() && (is_cut || more > 0)).then(|| {
            view! { <p class="note"><a class="more" href=address(&app, &asked)>{rest}</a></p> }
        });
        Some(view! {
            <section class="card pinned-lines" aria-live="polite">
                <div class="card-head">
                    <h2>{time}{about.map(|it| view! { <small>{it}</small> })}</h2>{all}<a class="more" href=address(&app, &asked)>"Open in Logs"</a>
                    <button class="close" type="button" aria-label="Close" on:click=move |_| close.run(())>"×"</button>
                </div>
                <ol class="lines">{lines.into_iter().map(line).collect_view()}</ol>
                {note.map(|it| view! { <p class="note">{it}</p> })}{rest}
            </section>
        }
        .into_any())
    });
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
}
