//! Helpers: building bodies, and deltas as text. They assert nothing.

use std::{collections::BTreeMap, fmt::Write};

use pipeline::{Cell, Delta, DeltaCell, Kind, Origin, Reducer, SeriesKey};

/// The time of receipt of every body: 2022-06-13T14:52:23.622Z.
pub const RECEIVED_MS: i64 = 1_655_131_943_622;
pub const RECEIVED_S: i64 = RECEIVED_MS / 1_000;
pub const TIME: &str = "2022-06-13T14:52:23.622+00:00";

pub const LOGPLEX: Origin<'_> = Origin { received_ms: RECEIVED_MS, from_logplex: true, prefix: "", source_prefix: "" };

/// A syslog message as logplex writes it.
pub fn message(time: &str, app: &str, proc_id: &str, msg: &str) -> Vec<u8> {
    format!("<158>1 {time} host {app} {proc_id} - {msg}").into_bytes()
}

/// The messages as octet-counted frames in one body.
pub fn framed<M: AsRef<[u8]>>(messages: &[M]) -> Vec<u8> {
    let mut body = Vec::new();
    for message in messages {
        body.extend_from_slice(format!("{} ", message.as_ref().len()).as_bytes());
        body.extend_from_slice(message.as_ref());
    }
    body
}

pub fn reduce(body: &[u8], origin: &Origin<'_>) -> Delta {
    Reducer::new().reduce(body, origin)
}

/// The delta of one message of `app` and `proc_id`, received from logplex at its own time.
pub fn delta_of(app: &str, proc_id: &str, msg: &str) -> Delta {
    reduce(&framed(&[message(TIME, app, proc_id, msg)]), &LOGPLEX)
}

/// The cells as text, one a line and sorted: `metric{labels} sum unit`, with `/count` unless the
/// count is 1. `drain.lines`, `drain.unmatched`, `router.endpoints` and `router.endpoint_errors` are
/// left out, since most lines add to them.
pub fn shown(delta: &Delta) -> String {
    let mut lines: Vec<_> = delta
        .cells
        .iter()
        .map(|it| (&delta.series[it.series as usize], &it.cell))
        .filter(|(series, _)| !matches!(&*series.metric, "drain.lines" | "drain.unmatched"))
        .filter(|(series, _)| !series.metric.starts_with("router.endpoint"))
        .map(|(series, cell)| one(series, cell))
        .collect();
    lines.sort();
    lines.join("\n")
}

fn one(series: &SeriesKey, cell: &Cell) -> String {
    let kind = match series.kind {
        Kind::Counter => "",
        Kind::Gauge => "=",
        Kind::Distribution => "~",
    };
    let labels: Vec<_> = ["source", "status", "method", "path", "code"]
        .into_iter()
        .filter_map(|name| Some((name, series.label(name)?)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let mut line = series.metric.to_string();
    if !labels.is_empty() {
        write!(line, "{{{}}}", labels.join(",")).unwrap();
    }
    write!(line, " {kind}{}{}", cell.sum, series.unit).unwrap();
    if cell.count != 1 {
        write!(line, "/{}", cell.count).unwrap();
    }
    line
}

/// All cells of the deltas, merged by series and second.
pub fn merged(deltas: &[&Delta]) -> BTreeMap<(SeriesKey, i64), Cell> {
    let mut all = BTreeMap::<_, Cell>::new();
    for delta in deltas {
        for DeltaCell { series, second, cell } in &delta.cells {
            all.entry(((*delta.series[*series as usize]).clone(), *second)).or_default().merge(cell);
        }
    }
    all
}

/// The sum of a counter over all its cells.
pub fn total(delta: &Delta, metric: &str, code: &str) -> f64 {
    let wanted = |series: &SeriesKey| &*series.metric == metric && &*series.code == code;
    delta.cells.iter().filter(|it| wanted(&delta.series[it.series as usize])).map(|it| it.cell.sum).sum()
}
