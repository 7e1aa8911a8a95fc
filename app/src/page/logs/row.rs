//! One row of the list of lines: a router's line as aligned fields, any other as its text, what happened as a divider.

use std::sync::Arc;

use contract::{LogLine, Mark};
use leptos::prelude::*;

use super::rows::{Row, What};
use crate::{
    page::app::events::look,
    part::{
        event::explained,
        number::{grouped, latency},
        request::{Request, request},
        time::{clock_seconds, day},
    },
};

/// A row. `base` is the address that a line's id is put behind; `marked` are the texts to mark.
pub fn row(row: &Row, base: &str, marked: &Arc<[String]>) -> AnyView {
    match &row.what {
        What::Line(it) => line(it, base, marked),
        What::Mark(it) => divider(it),
        What::Skipped(n, from_ms, to_ms) => {
            let (from_s, to_s) = (from_ms.div_euclid(1_000), to_ms.div_euclid(1_000) + 1);
            let path = base.split('?').next().unwrap_or_default();
            let href = format!("{path}?from={from_s}&to={to_s}");
            let told = format!("{} lines skipped (too fast to display)", grouped(*n as i64));
            view! { <li class="divider warn"><time>{clock_seconds(from_s)}</time><span><b>{told}</b>" "<a href=href>"Show them"</a></span></li> }
                .into_any()
        }
    }
}

/// A line; the address of its time opens it.
pub fn line(line: &LogLine, base: &str, marked: &Arc<[String]>) -> AnyView {
    let id = line.id.to_string();
    let class = match line.level.as_str() {
        "error" => "bad",
        "warning" => "warn",
        _ => "",
    };
    let at_s = line.at_ms.div_euclid(1_000);
    let more = line.bytes.saturating_sub(line.text.len() as u64);
    view! {
        <li class=class data-line=id.clone()>
            <a class="at" href=format!("{base}{id}") title=day(at_s)><time>{time(line.at_ms)}</time></a>
            <span class="who">{line.source.clone()}</span>
            {said(line, marked)}
            {(more > 1_000).then(|| view! { <small>{format!("+{}", size(more))}</small> })}
        </li>
    }
    .into_any()
}

/// `14:11:06.179`.
#[must_use]
pub fn time(at_ms: i64) -> String {
    format!("{}.{:03}", clock_seconds(at_ms.div_euclid(1_000)), at_ms.rem_euclid(1_000))
}

/// `1.2 MB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn said(line: &LogLine, marked: &Arc<[String]>) -> AnyView {
    match request(&line.text).filter(|_| line.source == "router") {
        Some(request) => fields(&request, marked),
        None => view! { <code>{parts(&line.text, marked)}</code> }.into_any(),
    }
}

fn fields(request: &Request<'_>, marked: &Arc<[String]>) -> AnyView {
    let field = |name: &'static str, value: &str| {
        view! { <span class=name><i>{name}</i>" "{value_of(name, value)}</span> }
    };
    let [status, service, connect, _, dyno] = request.fields().map(|(name, value)| field(name, value));
    view! {
        <code class="req">
            <b title=request.desc.to_owned()>{request.code.to_owned()}</b>
            <span class="method">{request.method.to_owned()}</span>
            <span class="path">{parts(request.path, marked)}</span>
            {status}{service}{connect}{dyno}
        </code>
    }
    .into_any()
}

/// A time in the unit that a person reads; anything else as it stands, a dash for nothing.
fn value_of(name: &str, value: &str) -> String {
    let ms = value.strip_suffix("ms").and_then(|it| it.parse::<f64>().ok());
    match ms.filter(|_| matches!(name, "service" | "connect" | "queue")) {
        Some(ms) => {
            let figure = latency(ms);
            format!("{} {}", figure.text, figure.unit)
        }
        None if value.is_empty() => "–".to_owned(),
        None => value.to_owned(),
    }
}

/// A text with what was looked for marked in it.
fn parts(text: &str, marked: &[String]) -> AnyView {
    if marked.is_empty() {
        return view! { {text.to_owned()} }.into_any();
    }
    let part = |(is_marked, part): (bool, &str)| {
        let part = part.to_owned();
        if is_marked { view! { <mark>{part}</mark> }.into_any() } else { view! { {part} }.into_any() }
    };
    split(text, marked).into_iter().map(part).collect_view().into_any()
}

/// A text in pieces, of which some are those that were looked for; of two that overlap the first, of two that begin together the longer.
fn split<'a>(text: &'a str, marked: &[String]) -> Vec<(bool, &'a str)> {
    let mut pieces = vec![];
    let mut rest = text;
    while !rest.is_empty() {
        let found =
            marked.iter().filter(|it| !it.is_empty()).filter_map(|it| Some((rest.find(it.as_str())?, it.len())));
        let Some((at, bytes)) = found.min_by_key(|it| (it.0, std::cmp::Reverse(it.1))) else { break };
        if at > 0 {
            pieces.push((false, &rest[..at]));
        }
        pieces.push((true, &rest[at..at + bytes]));
        rest = &rest[at + bytes..];
    }
    if !rest.is_empty() {
        pieces.push((false, rest));
    }
    pieces
}

fn divider(mark: &Mark) -> AnyView {
    let source = if mark.source.is_empty() { String::new() } else { format!("{} ", mark.source) };
    view! {
        <li class=format!("divider {}", look(&mark.kind))>
            <time>{clock_seconds(mark.at_s)}</time><span><i></i><b>{mark.kind.clone()}</b>" "{source}{explained(&mark.text)}</span>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_what_is_looked_for_is_marked() {
        let marked = |of: &[&str]| of.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(split("a bc b", &marked(&["b"])), [(false, "a "), (true, "b"), (false, "c "), (true, "b")]);
        assert_eq!(split("abc", &marked(&["b", "bc"])), [(false, "a"), (true, "bc")]);
        assert_eq!(split("é", &marked(&["x"])), [(false, "é")]);
        assert_eq!(split("", &marked(&["x"])), []);
    }

    #[test]
    fn ok_sizes_and_values() {
        assert_eq!([size(7), size(4_096), size(1_048_576)], ["7 B", "4 kB", "1.0 MB"]);
        assert_eq!(value_of("service", "30000ms"), "30.0 s");
        assert_eq!(value_of("connect", ""), "–");
        assert_eq!(value_of("dyno", "web.1"), "web.1");
    }
}
