//! One row of the list: a router's line as aligned fields, any other line as its text, an event as
//! a divider.

use std::sync::Arc;

use contract::{Event, Level, LogLine, RequestParts, log_filter::find_ignoring_case};
use leptos::prelude::*;

use super::rows::{Content, Row, SkippedLines};
use crate::{
    page::log_line::trace,
    part::{
        event::{event_class, explained},
        number::grouped,
        request,
        time::{clock_seconds, day},
    },
};

/// A row. `base` is the address to which a line's id is added; `highlights` are the texts to
/// highlight.
pub fn row(row: &Row, base: &str, highlights: &Arc<[String]>) -> AnyView {
    match &row.content {
        Content::Line(it) => line(it, base, highlights),
        Content::Event(it) => divider(it),
        Content::Skipped(it) => skipped(*it, base),
    }
}

fn skipped(SkippedLines { lines, from_ms, to_ms }: SkippedLines, base: &str) -> AnyView {
    let (from_s, to_s) = (from_ms.div_euclid(1_000), to_ms.div_euclid(1_000) + 1);
    let path = base.split('?').next().unwrap_or_default();
    let href = format!("{path}?from={from_s}&to={to_s}");
    let text = format!("{} lines skipped (too fast to display)", grouped(lines as i64));
    view! { <li class="divider warn"><time>{clock_seconds(from_s)}</time><span><b>{text}</b>" "<a href=href>"Show them"</a></span></li> }
        .into_any()
}

/// A line. Its time is a link that opens it.
pub fn line(line: &LogLine, base: &str, highlights: &Arc<[String]>) -> AnyView {
    let id = line.id.to_string();
    let class = match line.level {
        Level::Error => "bad",
        Level::Warning => "warn",
        Level::Other => "",
    };
    let at_s = line.at_ms.div_euclid(1_000);
    let more = line.bytes.saturating_sub(line.text.len() as u64);
    view! {
        <li class=class data-line=id.clone()>
            <a class="at" href=format!("{base}{id}") title=day(at_s)><time>{time(line.at_ms)}</time></a>
            <span class="who">{line.source.clone()}</span>
            {body(line, highlights)}
            {trace(line)}
            {(more > 1_000).then(|| view! { <small>{format!("+{}", size(more))}</small> })}
        </li>
    }
    .into_any()
}

/// A time of day such as `14:11:06.179`.
#[must_use]
pub fn time(at_ms: i64) -> String {
    format!("{}.{:03}", clock_seconds(at_ms.div_euclid(1_000)), at_ms.rem_euclid(1_000))
}

/// A size such as `1.2 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// The request of a router's line as aligned fields, or the text of any other line.
pub fn body(line: &LogLine, highlights: &Arc<[String]>) -> AnyView {
    match &line.request {
        Some(request) => fields(request, highlights),
        None => view! { <code>{highlighted(&line.text, highlights)}</code> }.into_any(),
    }
}

fn fields(parts: &RequestParts, highlights: &Arc<[String]>) -> AnyView {
    let field = |name: &'static str, value: String| {
        view! { <span class=name><i>{name}</i>" "{value}</span> }
    };
    view! {
        <code class="req">
            <b title=parts.description.clone().unwrap_or_default()>{parts.code.clone().unwrap_or_default()}</b>
            <span class="method">{parts.method.clone()}</span>
            <span class="path">{highlighted(&parts.path, highlights)}</span>
            {field("status", parts.status.to_string())}
            {field("service", request::duration(parts.service_ms))}
            {field("connect", request::duration(parts.connect_ms))}
            {field("dyno", request::text(parts.dyno.as_ref()))}
        </code>
    }
    .into_any()
}

/// A text with the highlights in it.
fn highlighted(text: &str, highlights: &[String]) -> AnyView {
    if highlights.is_empty() {
        return view! { {text.to_owned()} }.into_any();
    }
    let piece = |piece: Piece<'_>| match piece {
        Piece::Plain(text) => view! { {text.to_owned()} }.into_any(),
        Piece::Highlight(text) => view! { <mark>{text.to_owned()}</mark> }.into_any(),
    };
    split(text, highlights).into_iter().map(piece).collect_view().into_any()
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Highlight(&'a str),
}

/// A text in pieces. Of two highlights that overlap the first counts, of two that begin together
/// the longer.
fn split<'a>(text: &'a str, highlights: &[String]) -> Vec<Piece<'a>> {
    let mut pieces = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let found = highlights.iter().filter(|it| !it.is_empty());
        let found = found.filter_map(|it| Some((find_ignoring_case(rest, it)?, it.len())));
        let Some((at, bytes)) = found.min_by_key(|(at, bytes)| (*at, std::cmp::Reverse(*bytes))) else { break };
        if at > 0 {
            pieces.push(Piece::Plain(&rest[..at]));
        }
        pieces.push(Piece::Highlight(&rest[at..at + bytes]));
        rest = &rest[at + bytes..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

fn divider(event: &Event) -> AnyView {
    let source = if event.source.is_empty() { String::new() } else { format!("{} ", event.source) };
    view! {
        <li class=format!("divider {}", event_class(event.kind))>
            <time>{clock_seconds(event.at_s)}</time><span><i></i><b>{event.kind.word()}</b>" "{source}{explained(&event.text)}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_highlights() {
        use Piece::{Highlight, Plain};
        let texts = |of: &[&str]| of.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(split("a BC b", &texts(&["b"])), [Plain("a "), Highlight("B"), Plain("C "), Highlight("b")]);
        assert_eq!(split("a bc b", &texts(&["b"])), [Plain("a "), Highlight("b"), Plain("c "), Highlight("b")]);
        assert_eq!(split("abc", &texts(&["b", "bc"])), [Plain("a"), Highlight("bc")]);
        assert_eq!(split("é", &texts(&["x"])), [Plain("é")]);
        assert_eq!(split("", &texts(&["x"])), []);
    }

    #[test]
    fn ok_sizes() {
        assert_eq!([size(7), size(4_096), size(1_048_576)], ["7 B", "4 kB", "1.0 MB"]);
    }
}
