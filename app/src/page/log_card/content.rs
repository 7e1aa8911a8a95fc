//! What the card with log lines shows, as HTML: the lines in the order of time, with links to all
//! of them. Of many lines, errors are shown first. On the server only.

use contract::{LogLine, LogPage, LogQuery, LogSort, LogTime};
use leptos::prelude::*;

use crate::{
    chart::{pin::Pin, tick::moment},
    page::log_line::{is_error, line},
    part::{log_address::log_address, number::grouped, top_k::top_k},
};

/// Most lines in the card.
const SHOWN_MAX: usize = 12;

/// The lines of the card, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq)]
struct ShownLines {
    /// Lines in the order of time, at most [`SHOWN_MAX`].
    lines: Vec<LogLine>,
    /// Lines that are left out.
    more: usize,
}

/// Selects the lines of the card from results, from the time `from_s` on, unix seconds. The slowest
/// stay in their order.
fn shown(results: &[LogLine], from_s: i64, sort: LogSort) -> ShownLines {
    let lines: Vec<&LogLine> = results.iter().filter(|it| it.at_ms >= from_s * 1_000).collect();
    if sort == LogSort::Slowest {
        let more = lines.len().saturating_sub(SHOWN_MAX);
        return ShownLines { lines: lines.into_iter().take(SHOWN_MAX).cloned().collect(), more };
    }
    let more = lines.len().saturating_sub(SHOWN_MAX);
    let place = |it: &LogLine| (it.at_ms, it.id);
    let lines = top_k(lines, SHOWN_MAX, |a, b| (!is_error(a), place(a)) < (!is_error(b), place(b)));
    let lines = top_k(lines, SHOWN_MAX, |a, b| place(a) < place(b));
    ShownLines { lines: lines.into_iter().cloned().collect(), more }
}

/// The content of the card; `page` is `None` if the lines could not be loaded.
#[must_use]
pub fn html(app: &str, pin: Pin, query: &LogQuery, page: Option<LogPage>) -> String {
    let Some(span) = query.time.span() else { return String::new() };
    let (from_s, to_s) = span.ends();
    let then = LogQuery { time: LogTime::Span(span), ..LogQuery::default() };
    let all =
        (*query != then).then(|| view! { <a class="more" href=log_address(app, &then)>"All lines at this time"</a> });
    let is_slowest = query.sort == LogSort::Slowest;
    let what = if is_slowest { "Requests" } else { "Logs" };
    let time = match to_s - from_s {
        1 => format!("{what} at {}", moment(from_s, 1, 0)),
        length_s => format!("{what} from {} to {}", moment(from_s, 1, length_s), moment(to_s, 1, length_s)),
    };
    let about = match (pin.series, pin.at_s) {
        (Some(series), _) if is_slowest => {
            let ms = grouped(pin.value.unwrap_or_default());
            Some(format!("at and above the {series} of {ms} ms, slowest first"))
        }
        (Some(series), _) => Some(series),
        // The title has it.
        (None, Some(_)) if to_s - from_s == 1 => None,
        (None, Some(at_s)) => Some(format!("at {}", moment(at_s, 1, 0))),
        (None, None) => Some("in the selected range".to_owned()),
    };
    let ShownLines { lines, more } = page.as_ref().map(|it| shown(&it.lines, from_s, query.sort)).unwrap_or_default();
    let before = page.as_ref().and_then(|it| it.before);
    let is_cut = before.is_some_and(|it| it.at_ms() > from_s * 1_000);
    let note = match (&page, lines.is_empty()) {
        (None, _) => Some("Couldn't load the logs for this time".to_owned()),
        (_, true) if all.is_some() => Some("No matching log lines at this time".to_owned()),
        (_, true) => Some("No log lines at this time".to_owned()),
        _ => None,
    };
    let rest = if is_cut { "Show more".to_owned() } else { format!("Show {} more", grouped(more as i64)) };
    let rest = (note.is_none() && (is_cut || more > 0)).then(|| {
        view! { <p class="note"><a class="more" href=log_address(app, query)>{rest}</a></p> }
    });
    let open = log_address(app, query);
    let close = "Close";
    view! {
        <div class="card-head">
            <h2>{time}{about.map(|it| view! { <small>{it}</small> })}</h2>{all}<a class="more" href=open>"Open in Logs"</a>
            <button class="close" type="button" aria-label=close>"×"</button>
        </div>
        <ol class="lines">{lines.into_iter().map(line).collect_view()}</ol>
        {note.map(|it| view! { <p class="note">{it}</p> })}{rest}
    }
    .to_html()
}

#[cfg(test)]
mod tests {
    use contract::Level;

    use super::*;

    fn line_of(at_ms: i64, text: &str) -> LogLine {
        let level = if text == "calm" { Level::Other } else { Level::Error };
        LogLine { at_ms, source: "web.1".into(), level, text: text.to_owned(), ..LogLine::default() }
    }

    #[test]
    fn ok_errors_come_first_in_the_order_of_time() {
        let mut results: Vec<LogLine> = (0..20).map(|it| line_of(10_900 - it * 10, "calm")).collect();
        results.push(line_of(10_000, "at=error code=H12"));
        results.push(line_of(9_999, "before"));
        let ShownLines { lines, more } = shown(&results, 10, LogSort::Newest);
        assert_eq!((lines.len(), more), (SHOWN_MAX, 9));
        assert_eq!((lines[0].at_ms, lines[1].at_ms), (10_000, 10_710));
        let slowest = shown(&results, 10, LogSort::Slowest);
        assert_eq!((slowest.lines[0].at_ms, slowest.lines.len(), slowest.more), (10_900, SHOWN_MAX, 9));
    }
}
