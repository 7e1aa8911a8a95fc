//! The last batch of a drain, line by line with what each became. The pipeline's readers are run
//! over every line alone. A batch counts the same, but for limits that only many lines reach.

use contract::{
    Error, Kind,
    drain::{Became, Drain, InspectedBatch, InspectedLine},
};
use pipeline::{Delta, Frames, Loss, Origin, Reducer, SeriesKey, mask, syslog};

use super::state::{Outlet, hidden};
use crate::{block::decompress, store::last_block, watch::code};

/// Most lines that are shown; a batch of 100 kB has about 400.
const LINES_MAX: usize = 200;
/// Longest text of a line, bytes.
const TEXT_BYTES_MAX: usize = 500;
/// Most things that are shown of one line.
const BECAME_MAX: usize = 40;

/// Why there is no batch to be shown.
const NO_BATCH: &str = "No batch has arrived on this drain yet.";
const NOT_KEPT: &str = "The last batch is no longer kept: raw lines stay as long as RETENTION_LOGS says.";

/// The last batch of a drain; the inner error says why there is none.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn last_batch(outlet: &Outlet, drain: &Drain) -> Result<Result<InspectedBatch, &'static str>, Error> {
    let Some(id) = drain.memory.last_block else { return Ok(Err(NO_BATCH)) };
    let found = last_block::find(&outlet.reader.store.readers, id, drain.id).await;
    let Some(block) = found.map_err(hidden("a batch could not be read"))? else { return Ok(Err(NOT_KEPT)) };
    let Some(mut body) = decompress(&block.compressed) else { return Ok(Err(NOT_KEPT)) };
    mask::remask(block.mask_version, &mut body);
    let origin = block.metadata.origin();
    let mut reducer = Reducer::new();
    let (mut lines, mut count) = (vec![], 0);
    let mut frames = Frames::new(&body);
    while let Some(frame) = frames.next() {
        count += 1;
        if lines.len() < LINES_MAX {
            let line = match frame {
                Ok(frame) => line(&mut reducer, frame, &origin),
                Err(loss) => lost(frames.text(), loss, origin.received_ms),
            };
            lines.push(line);
        }
    }
    let (app, received_ms) = (block.metadata.app.to_string(), origin.received_ms);
    Ok(Ok(InspectedBatch { app, received_ms, bytes: body.len() as u64, frames: count, lines }))
}

/// A frame, and what it became.
fn line(reducer: &mut Reducer, frame: &[u8], origin: &Origin<'_>) -> InspectedLine {
    let parsed = match syslog::parse(frame, origin.from_logplex) {
        Ok(parsed) => parsed,
        Err(loss) => return lost(frame, loss, origin.received_ms),
    };
    let alone = [format!("{} ", frame.len()).as_bytes(), frame].concat();
    let delta = reducer.reduce(&alone, origin);
    InspectedLine {
        at_ms: delta.newest_ms.unwrap_or(origin.received_ms),
        source: String::from_utf8_lossy(parsed.proc_id).into_owned(),
        text: mask::masked(parsed.msg, TEXT_BYTES_MAX).into(),
        became: became(&delta, parsed.msg.trim_ascii().is_empty()),
    }
}

/// Bytes that are no line.
fn lost(text: &[u8], loss: Loss, at_ms: i64) -> InspectedLine {
    let text = mask::masked(text, TEXT_BYTES_MAX).into();
    InspectedLine { at_ms, source: String::new(), text, became: vec![loss_of(loss)] }
}

fn loss_of(loss: Loss) -> Became {
    Became::Loss { reason: loss.word().to_owned(), means: loss.meaning().to_owned() }
}

/// What the delta of one line says that it became.
fn became(delta: &Delta, is_blank: bool) -> Vec<Became> {
    let mut all: Vec<Became> = delta.losses.iter().map(|it| loss_of(it.0)).collect();
    for cell in &delta.cells {
        let Some(key) = delta.series.get(cell.series as usize) else { continue };
        let value = match key.kind {
            Kind::Gauge => cell.cell.last,
            Kind::Counter | Kind::Distribution => cell.cell.sum,
        };
        match &*key.metric {
            "drain.lost" => {
                let known = key.code.parse().map_or(code::UNKNOWN, code::lookup);
                all.push(Became::Loss { reason: key.code.to_string(), means: known.meaning.to_owned() });
            }
            metric if metric.starts_with("drain.") => {}
            _ => all.push(Became::Series { series: series(key), value: shown(value, key) }),
        }
    }
    let events = delta.events.iter();
    all.extend(events.map(|it| Became::Event { event: it.kind.word().to_owned(), text: it.text.to_string() }));
    if all.is_empty() {
        let why = if is_blank {
            "The line is blank."
        } else {
            "No reader knows this form. The line is kept and can be searched; it gives no metric."
        };
        all.push(Became::Nothing { why: why.to_owned() });
    }
    all.truncate(BECAME_MAX);
    all
}

/// The metric and the labels of a series.
fn series(key: &SeriesKey) -> String {
    let labels = ["source", "status", "method", "path", "code"];
    let labels = labels.into_iter().filter_map(|name| {
        let value = key.label(name).filter(|it| !it.is_empty())?;
        Some(format!(" {name}={value}"))
    });
    format!("{}{}", key.metric, labels.collect::<String>())
}

fn shown(value: f64, key: &SeriesKey) -> String {
    let sign = if key.kind == Kind::Counter { "+" } else { "" };
    let space = if key.unit.is_empty() { "" } else { " " };
    format!("{sign}{value}{space}{}", key.unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let origin = Origin { received_ms: 1_800_000_000_000, ..Origin::default() };
        let frame = format!("<158>1 2027-01-15T08:00:00.000000+00:00 host {text}");
        let words =
            line(&mut Reducer::new(), frame.as_bytes(), &origin).became.into_iter().map(|became| match became {
                Became::Series { series, value } => format!("{series}: {value}"),
                Became::Event { event, text } => format!("event {event}: {text}"),
                Became::Loss { reason, .. } => format!("loss {reason}"),
                Became::Nothing { why } => why[..why.len().min(9)].to_owned(),
            });
        assert_eq!(words.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn ok_each_line_says_what_it_became() {
        check("app web.1 - measure#db.query=12ms", &["db.query: 12 ms"]);
        check("app web.1 - count#jobs=3 sample#depth=7", &["jobs: +3", "depth: 7"]);
        check("app web.1 - hello", &["No reader"]);
        check("app web.1 - ", &["The line "]);
        check("app web.1 - measure#db.query=x", &["loss value"]);
    }
}
