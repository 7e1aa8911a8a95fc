//! The lines of a request with the gaps in time between them. Pure.

use contract::{Level, RequestLine};

/// Shortest time between two lines that is drawn as a gap, milliseconds.
const GAP_MS: i64 = 10;
/// Heights of the smallest and of the largest gap, pixels.
const GAP_PX: (i64, i64) = (16, 64);

/// A row of the list.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A line.
    Line(RequestLine),
    /// Nothing was written for a time.
    Gap {
        /// How long, milliseconds.
        ms: i64,
        /// How high it is drawn, pixels: in proportion to the longest gap.
        height_px: i64,
    },
}

/// Lines, oldest first, and the gaps between them.
#[must_use]
pub fn rows(lines: Vec<RequestLine>) -> Vec<Row> {
    let gaps = lines.windows(2).map(|it| it[1].line.at_ms - it[0].line.at_ms);
    let longest_ms = gaps.max().unwrap_or(0).max(1);
    let mut rows = Vec::with_capacity(2 * lines.len());
    let mut before_ms = None;
    for line in lines {
        let at_ms = line.line.at_ms;
        if let Some(ms) = before_ms.map(|it| at_ms - it).filter(|it| *it >= GAP_MS) {
            rows.push(Row::Gap { ms, height_px: GAP_PX.0 + (GAP_PX.1 - GAP_PX.0) * ms / longest_ms });
        }
        before_ms = Some(at_ms);
        rows.push(Row::Line(line));
    }
    rows
}

/// The times of the first and of the last line, unix milliseconds.
#[must_use]
pub fn span_ms(lines: &[RequestLine]) -> (i64, i64) {
    let at_ms = |line: Option<&RequestLine>| line.map_or(0, |it| it.line.at_ms);
    (at_ms(lines.first()), at_ms(lines.last()))
}

/// The class of a line of this level.
#[must_use]
pub const fn class(level: Level) -> &'static str {
    match level {
        Level::Error => "bad",
        Level::Warning => "warn",
        Level::Other => "",
    }
}

#[cfg(test)]
mod tests {
    use contract::LogLine;

    use super::*;

    #[test]
    fn ok_gaps_between_lines() {
        let line = |at_ms| RequestLine { of: "api".to_owned(), line: LogLine { at_ms, ..LogLine::default() } };
        let rows = rows(vec![line(100), line(105), line(205), line(1_205)]);
        let drawn: Vec<(i64, i64)> = rows
            .iter()
            .filter_map(|it| if let Row::Gap { ms, height_px } = it { Some((*ms, *height_px)) } else { None })
            .collect();
        assert_eq!((rows.len(), drawn), (6, vec![(100, 20), (1_000, 64)]));
        assert_eq!(span_ms(&[line(5), line(9)]), (5, 9));
        assert_eq!((super::rows(vec![]), span_ms(&[])), (vec![], (0, 0)));
    }
}
