//! The rows of the list, in the order of time: lines, events between them, and gaps of lines that
//! were skipped. Pure.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use contract::{Event, LineId, LogLine};

/// Most rows that a live list keeps; older lines can be searched for.
pub const ROWS_MAX: usize = 20_000;
/// Most rows that wait while the list is paused. Further lines are counted, and can be loaded.
pub const WAITING_MAX: usize = 20_000;

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A line.
    Line(LogLine),
    /// An event between lines.
    Event(Event),
    /// Lines that are not shown.
    Skipped(SkippedLines),
}

/// Lines that are not shown, because they came too fast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SkippedLines {
    /// How many.
    pub lines: u64,
    /// Time of the first of them, unix milliseconds.
    pub from_ms: i64,
    /// Time of the last of them, unix milliseconds.
    pub to_ms: i64,
}

impl SkippedLines {
    /// Adds a line of this time, unix milliseconds.
    fn add(&mut self, at_ms: i64) {
        self.from_ms = if self.lines == 0 { at_ms } else { self.from_ms.min(at_ms) };
        self.to_ms = if self.lines == 0 { at_ms } else { self.to_ms.max(at_ms) };
        self.lines += 1;
    }
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Identifies the row, and never changes.
    pub number: i64,
    /// What it shows.
    pub content: Content,
}

impl Row {
    /// The id of a line; `None` for other rows.
    #[must_use]
    pub const fn id(&self) -> Option<LineId> {
        match &self.content {
            Content::Line(line) => Some(line.id),
            _ => None,
        }
    }
}

/// The rows of a list, oldest first, and those that wait until the list is resumed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The rows of the list.
    pub shown: VecDeque<Arc<Row>>,
    waiting: VecDeque<Content>,
    /// Lines that came while too many rows waited.
    skipped: SkippedLines,
    /// Events up to this time have a row, or are older than the list; unix seconds.
    events_until_s: i64,
}

impl Rows {
    /// The rows of a page of results: lines newest first, events oldest first.
    #[must_use]
    pub fn new(lines: Vec<LogLine>, events: Vec<Event>) -> Self {
        let mut rows = Self { events_until_s: events.last().map_or(i64::MIN, |it| it.at_s), ..Self::default() };
        // Without lines, events would look like results.
        rows.shown = if lines.is_empty() { VecDeque::new() } else { number(merge(lines, events), 0) };
        rows
    }

    /// Adds an older page of results before all rows.
    pub fn put_before(&mut self, lines: Vec<LogLine>, events: Vec<Event>) {
        let older = merge(lines, events);
        let first = self.shown.front().map_or(0, |it| it.number) - i64::try_from(older.len()).unwrap_or(0);
        let mut older = number(older, first);
        older.append(&mut self.shown);
        self.shown = older;
    }

    /// Appends new rows; while the list is paused, they wait.
    pub fn append(&mut self, contents: Vec<Content>, is_paused: bool) {
        for content in contents {
            if !is_paused {
                self.push(content);
            } else if self.waiting.len() < WAITING_MAX {
                self.waiting.push_back(content);
            } else if let Content::Line(line) = content {
                self.skipped.add(line.at_ms);
            }
        }
    }

    /// Appends the events that have no row yet.
    pub fn append_events(&mut self, events: Vec<Event>, is_paused: bool) {
        let last_s = self.events_until_s;
        self.events_until_s = events.iter().map(|it| it.at_s).max().unwrap_or(last_s).max(last_s);
        let new = events.into_iter().filter(|it| it.at_s > last_s).map(Content::Event);
        self.append(new.collect(), is_paused);
    }

    /// How many lines wait.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.waiting.iter().filter(|it| matches!(it, Content::Line(_))).count() as u64 + self.skipped.lines
    }

    /// Shows the rows that wait.
    pub fn resume(&mut self) {
        for content in std::mem::take(&mut self.waiting) {
            self.push(content);
        }
        let skipped = std::mem::take(&mut self.skipped);
        if skipped.lines > 0 {
            self.push(Content::Skipped(skipped));
        }
    }

    fn push(&mut self, content: Content) {
        let number = self.shown.back().map_or(0, |it| it.number + 1);
        self.shown.push_back(Arc::new(Row { number, content }));
        if self.shown.len() > ROWS_MAX {
            self.shown.pop_front();
        }
    }
}

/// Rows with numbers from `first` on.
fn number(contents: Vec<Content>, first: i64) -> VecDeque<Arc<Row>> {
    contents.into_iter().zip(first..).map(|(content, number)| Arc::new(Row { number, content })).collect()
}

/// Lines (newest first) and events (oldest first) as one list, oldest first.
fn merge(lines: Vec<LogLine>, events: Vec<Event>) -> Vec<Content> {
    let mut rows = Vec::with_capacity(lines.len() + events.len());
    let mut events = events.into_iter().peekable();
    for line in lines.into_iter().rev() {
        while let Some(event) = events.next_if(|it| it.at_s * 1_000 <= line.at_ms) {
            rows.push(Content::Event(event));
        }
        rows.push(Content::Line(line));
    }
    rows.extend(events.map(Content::Event));
    rows
}

/// The part of a list that is visible, pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Viewport {
    /// How far the end of the list is below its lower edge.
    pub below_px: f64,
    /// Its height.
    pub height_px: f64,
}

/// Which of `n` rows of this height (pixels) are visible, with some more on both sides. All of them
/// if the height is 0, because it has not been measured yet.
#[must_use]
pub fn visible_rows(n: usize, viewport: Viewport, row_px: f64) -> Range<usize> {
    const MARGIN: usize = 12;
    if row_px <= 0.0 {
        return 0..n;
    }
    let below = (viewport.below_px.max(0.0) / row_px) as usize;
    let visible = (viewport.height_px / row_px).ceil() as usize;
    let end = n.saturating_sub(below.saturating_sub(MARGIN));
    n.saturating_sub(below + visible + MARGIN)..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(index: u32, at_ms: i64) -> LogLine {
        LogLine { id: LineId { block: 1, index }, at_ms, ..LogLine::default() }
    }

    fn event(at_s: i64) -> Event {
        Event { at_s, kind: contract::EventKind::Release, source: String::new(), text: String::new() }
    }

    fn text(rows: &Rows) -> String {
        let one = |row: &Arc<Row>| match &row.content {
            Content::Line(line) => line.id.index.to_string(),
            Content::Event(_) => "m".to_owned(),
            Content::Skipped(skipped) => format!("({})", skipped.lines),
        };
        rows.shown.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ok_events_stand_between_lines() {
        let mut rows = Rows::new(vec![line(2, 3_000), line(1, 1_000)], vec![event(0), event(2), event(9)]);
        assert_eq!(text(&rows), "m 1 m 2 m");
        rows.put_before(vec![line(0, 500)], vec![]);
        assert_eq!(text(&rows), "0 m 1 m 2 m");
        let numbers: Vec<i64> = rows.shown.iter().map(|it| it.number).collect();
        assert_eq!(numbers, [-1, 0, 1, 2, 3, 4]);
        rows.append_events(vec![event(9), event(10)], false);
        assert_eq!(text(&rows), "0 m 1 m 2 m m");
    }

    #[test]
    fn ok_rows_that_wait_are_kept_or_counted() {
        let mut rows = Rows::new(vec![line(0, 0)], vec![]);
        let new = (1..=WAITING_MAX as u32 + 5).map(|it| Content::Line(line(it, i64::from(it)))).collect();
        rows.append(new, true);
        assert_eq!((rows.shown.len(), rows.waiting()), (1, WAITING_MAX as u64 + 5));
        rows.resume();
        assert_eq!((rows.shown.len(), rows.waiting()), (ROWS_MAX, 0));
        let last = rows.shown.back().map(|it| it.content.clone());
        let skipped = SkippedLines { lines: 5, from_ms: WAITING_MAX as i64 + 1, to_ms: WAITING_MAX as i64 + 5 };
        assert_eq!(last, Some(Content::Skipped(skipped)));
    }

    #[test]
    fn ok_visible_rows() {
        for (n, below_px, expected) in
            [(1_000, 0.0, 968..1_000), (1_000, 20_000.0 - 400.0, 0..32), (10, 0.0, 0..10), (1_000, 2_000.0, 868..912)]
        {
            let viewport = Viewport { below_px, height_px: 400.0 };
            assert_eq!(visible_rows(n, viewport, 20.0), expected, "{below_px}");
        }
        assert_eq!(visible_rows(7, Viewport { below_px: 0.0, height_px: 400.0 }, 0.0), 0..7);
    }
}
