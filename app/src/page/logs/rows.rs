//! What stands in the list of lines, in the order of time: lines, what happened between them, and lines that had to be left out. Pure.

use std::{collections::VecDeque, sync::Arc};

use contract::{Event, LineId, LogLine};

/// Most rows that a tail keeps; older ones can be searched for.
pub const ROWS_MAX: usize = 20_000;
/// Most rows that wait while the list stands still; what is more is left out, counted, and can be loaded.
pub const WAITING_MAX: usize = 20_000;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A line.
    Line(LogLine),
    /// Something happened.
    Event(Event),
    /// Lines that were left out: how many, and between which unix milliseconds.
    Skipped(u64, i64, i64),
}

/// A row with its number, which stays the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub number: i64,
    /// What it is.
    pub what: What,
}

impl Row {
    /// The line's place, of a line.
    #[must_use]
    pub const fn id(&self) -> Option<LineId> {
        match &self.what {
            What::Line(line) => Some(line.id),
            _ => None,
        }
    }
}

/// The rows of a list, oldest first, and those that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// What is shown.
    pub shown: VecDeque<Arc<Row>>,
    waiting: VecDeque<What>,
    /// Lines that came while too many waited: how many, and between which unix milliseconds.
    unkept: (u64, i64, i64),
    /// What happened and has its row, or is older than the list, unix seconds.
    marked_s: i64,
}

impl Rows {
    /// The rows of an answer: lines newest first, marks oldest first.
    #[must_use]
    pub fn new(lines: Vec<LogLine>, marks: Vec<Event>) -> Self {
        let mut rows = Self { marked_s: marks.last().map_or(i64::MIN, |it| it.at_s), ..Self::default() };
        // Alone, what happened would look like something that was found.
        rows.shown = if lines.is_empty() { VecDeque::new() } else { number(merged(lines, marks), 0) };
        rows
    }

    /// Puts older rows before all others.
    pub fn put_before(&mut self, lines: Vec<LogLine>, marks: Vec<Event>) {
        let older = merged(lines, marks);
        let first = self.shown.front().map_or(0, |it| it.number) - i64::try_from(older.len()).unwrap_or(0);
        let mut older = number(older, first);
        older.append(&mut self.shown);
        self.shown = older;
    }

    /// Takes rows in that came; shows them at once, or keeps them waiting.
    pub fn take(&mut self, came: Vec<What>, is_still: bool) {
        for what in came {
            if !is_still {
                self.push(what);
            } else if self.waiting.len() < WAITING_MAX {
                self.waiting.push_back(what);
            } else if let What::Line(LogLine { at_ms, .. }) = what {
                let (n, from_ms, to_ms) = self.unkept;
                self.unkept = (n + 1, if n == 0 { at_ms } else { from_ms.min(at_ms) }, to_ms.max(at_ms));
            }
        }
    }

    /// Marks that have no row yet.
    pub fn mark(&mut self, marks: Vec<Event>, is_still: bool) {
        let last_s = self.marked_s;
        self.marked_s = marks.iter().map(|it| it.at_s).max().unwrap_or(last_s).max(last_s);
        self.take(marks.into_iter().filter(|it| it.at_s > last_s).map(What::Event).collect(), is_still);
    }

    /// How many lines wait.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting.iter().filter(|it| matches!(it, What::Line(_))).count() as u64 + self.unkept.0
    }

    /// Shows what waits.
    pub fn go_on(&mut self) {
        for what in std::mem::take(&mut self.waiting) {
            self.push(what);
        }
        let (n, from_ms, to_ms) = std::mem::take(&mut self.unkept);
        if n > 0 {
            self.push(What::Skipped(n, from_ms, to_ms));
        }
    }

    fn push(&mut self, what: What) {
        let number = self.shown.back().map_or(0, |it| it.number + 1);
        self.shown.push_back(Arc::new(Row { number, what }));
        if self.shown.len() > ROWS_MAX {
            self.shown.pop_front();
        }
    }
}

fn number(rows: Vec<What>, first: i64) -> VecDeque<Arc<Row>> {
    rows.into_iter().zip(first..).map(|(what, number)| Arc::new(Row { number, what })).collect()
}

/// Lines newest first and marks oldest first as one list, oldest first.
fn merged(lines: Vec<LogLine>, marks: Vec<Event>) -> Vec<What> {
    let mut rows = Vec::with_capacity(lines.len() + marks.len());
    let mut marks = marks.into_iter().peekable();
    for line in lines.into_iter().rev() {
        while let Some(mark) = marks.next_if(|it| it.at_s * 1_000 <= line.at_ms) {
            rows.push(What::Event(mark));
        }
        rows.push(What::Line(line));
    }
    rows.extend(marks.map(What::Event));
    rows
}

/// The rows that are seen, first and one after the last, of `n` rows in a list whose end is `below_px` under the lower edge; with some more on
/// both sides.
#[must_use]
pub fn window(n: usize, below_px: f64, height_px: f64, row_px: f64) -> (usize, usize) {
    const MORE: usize = 12;
    if row_px <= 0.0 {
        return (0, n);
    }
    let below = (below_px.max(0.0) / row_px) as usize;
    let seen = (height_px / row_px).ceil() as usize;
    let last = n.saturating_sub(below.saturating_sub(MORE));
    (n.saturating_sub(below + seen + MORE), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(index: u32, at_ms: i64) -> LogLine {
        LogLine { id: LineId { block: 1, index }, at_ms, ..LogLine::default() }
    }

    fn mark(at_s: i64) -> Event {
        Event { at_s, kind: contract::EventKind::Release, source: String::new(), text: String::new() }
    }

    fn told(rows: &Rows) -> String {
        let one = |it: &Arc<Row>| match &it.what {
            What::Line(line) => format!("{}", line.id.index),
            What::Event(_) => "m".to_owned(),
            What::Skipped(n, ..) => format!("({n})"),
        };
        rows.shown.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ok_marks_stand_between_lines() {
        let mut rows = Rows::new(vec![line(2, 3_000), line(1, 1_000)], vec![mark(0), mark(2), mark(9)]);
        assert_eq!(told(&rows), "m 1 m 2 m");
        rows.put_before(vec![line(0, 500)], vec![]);
        assert_eq!(told(&rows), "0 m 1 m 2 m");
        let numbers: Vec<i64> = rows.shown.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [-1, 0, 1, 2, 3, 4]);
        rows.mark(vec![mark(9), mark(10)], false);
        assert_eq!(told(&rows), "0 m 1 m 2 m m");
    }

    #[test]
    fn ok_what_waits_is_kept_or_counted() {
        let mut rows = Rows::new(vec![line(0, 0)], vec![]);
        let came = (1..=WAITING_MAX as u32 + 5).map(|it| What::Line(line(it, i64::from(it)))).collect();
        rows.take(came, true);
        assert_eq!((rows.shown.len(), rows.waiting()), (1, WAITING_MAX as u64 + 5));
        rows.go_on();
        assert_eq!((rows.shown.len(), rows.waiting()), (ROWS_MAX, 0));
        let last = &rows.shown.back().map(|it| it.what.clone());
        assert_eq!(last, &Some(What::Skipped(5, WAITING_MAX as i64 + 1, WAITING_MAX as i64 + 5)));
    }

    #[test]
    fn ok_windows() {
        for (n, below_px, expected) in [
            (1_000, 0.0, (968, 1_000)),
            (1_000, 20_000.0 - 400.0, (0, 32)),
            (10, 0.0, (0, 10)),
            (1_000, 2_000.0, (868, 912)),
        ] {
            assert_eq!(window(n, below_px, 400.0, 20.0), expected, "{below_px}");
        }
        assert_eq!(window(7, 0.0, 400.0, 0.0), (0, 7));
    }
}
