//! The log queries behind the charts: each function narrows a query for all lines of a pin's time
//! to those behind one kind of series. Pure.

use contract::{Level, LogKind, LogQuery, LogSort, LogTime, Span, heat as rows};

use super::{heatmap::row_name, plots::FEW};
use crate::{chart::pin::Pin, part::log_address::class_filter};

/// Narrows a query to the lines behind a pin.
pub type Query = fn(&Pin, &mut LogQuery);

/// Lines this long before and after a dyno's report are shown, seconds: it reports only now and
/// then.
const DYNO_S: i64 = 30;

pub fn any_line(_: &Pin, _: &mut LogQuery) {}

pub fn router(_: &Pin, query: &mut LogQuery) {
    query.kind = Some(LogKind::Router);
}

/// Requests that took as long as the percentile that was clicked, or longer; the slowest first.
/// Percentiles are within 1 % of a request's time.
pub fn of_latency(pin: &Pin, query: &mut LogQuery) {
    query.kind = Some(LogKind::Router);
    let (Some(series), Some(ms)) = (&pin.series, pin.value) else { return };
    let is_exact = matches!(&**series, "max" | FEW);
    let least_ms = if is_exact { ms } else { ms - (ms + 99) / 100 };
    query.filter = format!("service>={least_ms}ms");
    query.sort = LogSort::Slowest;
}

/// Requests of a status class.
pub fn of_class(pin: &Pin, query: &mut LogQuery) {
    query.kind = Some(LogKind::Router);
    if let Some(class) = &pin.series {
        query.filter = class_filter(class);
    }
}

/// Requests of a row of the heatmap.
pub fn of_row(pin: &Pin, query: &mut LogQuery) {
    query.kind = Some(LogKind::Router);
    let Some(name) = &pin.series else { return };
    let row = (0..rows::ROWS).find(|it| row_name(*it) == *name).unwrap_or_default();
    // Routers log whole milliseconds.
    let edge = |row| rows::edge_ms(row).ceil();
    query.filter = match row {
        0 => format!("service<{:.0}ms", edge(1)),
        _ if row == rows::ROWS - 1 => format!("service>={:.0}ms", edge(row)),
        _ => format!("service>={:.0}ms service<{:.0}ms", edge(row), edge(row + 1)),
    };
}

/// Lines with an error code: of routers by their field, of others by the word. Without a code all
/// lines of the level `error`.
pub fn of_error(pin: &Pin, query: &mut LogQuery) {
    match &pin.series {
        Some(code) if code.starts_with('H') => {
            (query.kind, query.filter) = (Some(LogKind::Router), format!("code={code}"));
        }
        Some(code) => query.filter.clone_from(code),
        None => query.level = Some(Level::Error),
    }
}

/// Lines of a dyno around its report.
pub fn of_dyno(pin: &Pin, query: &mut LogQuery) {
    let Some(dyno) = &pin.series else { return };
    if let Some(at_s) = pin.at_s {
        query.time = LogTime::Span(Span::clamped(at_s - DYNO_S, at_s + DYNO_S));
    }
    query.source.clone_from(dyno);
}
