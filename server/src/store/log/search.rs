//! Raw lines: what a word was said in, and when.
//!
//! Blocks of an app that may hold lines of the range are read backwards, unpacked, and searched whole for the longest of the words
//! before any line of them is parsed: most blocks hold none. There is no index of words.
//!
//! # Limits
//! [`LINES_MAX`] lines and [`FOUND_BYTES_MAX`] bytes of an answer, [`SCAN_BYTES_MAX`] bytes searched, [`SCAN_MAX`] of time; where one of
//! them ends the search, the answer says where to go on.

use std::time::Duration;

use contract::{LineId, LogKind};
use memchr::memmem;
use pipeline::{Frames, Level, Line, mask, syslog};
use sqlx::{Row, sqlite::SqliteRow};

use super::{
    block_reader::{Chunks, received_ms},
    filter::Condition,
    search_slots::Stop,
};
use crate::{block::decompress, store::Store};

/// Most lines of one answer.
pub const LINES_MAX: usize = 1_000;
/// Most bytes of raw lines that one search looks at.
pub const SCAN_BYTES_MAX: u64 = 8 << 30;
/// Longest time that one search takes.
pub const SCAN_MAX: Duration = Duration::from_secs(10);
/// Most bytes of text that the lines of an answer hold while it is searched for.
pub const FOUND_BYTES_MAX: usize = 4 << 20;
/// The longest beginning of a text that a found line holds, bytes; the whole of one is read by its id.
pub const TEXT_BYTES_MAX: usize = 16 << 10;
/// Lines between two looks at whether anybody still waits.
const LINES_A_LOOK: usize = 256;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the line says.
    pub says: Condition,
    /// Process that wrote it, such as `web.1`; of a name without a number, any of them.
    pub source: Option<String>,
    /// Who wrote it.
    pub kind: Option<LogKind>,
    /// How serious it is.
    pub level: Option<Level>,
    /// Start of the range, unix milliseconds.
    pub from_ms: i64,
    /// Its end, exclusive.
    pub to_ms: i64,
    /// The newest block that counts.
    pub through: i64,
    /// Most lines.
    pub limit: usize,
}

/// A line that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it is kept.
    pub id: LineId,
    /// Its own time, or that of its receipt, unix milliseconds.
    pub at_ms: i64,
    /// `app` or `heroku`.
    pub app: String,
    /// Process that wrote it.
    pub source: String,
    /// Severity of the transport, 0 to 7.
    pub severity: u8,
    /// How serious it says it is.
    pub level: Level,
    /// The text, or its beginning.
    pub text: Vec<u8>,
    /// Bytes of the whole text as it is shown.
    pub bytes: u64,
}

impl Found {
    const fn held_bytes(&self) -> usize {
        self.text.len() + self.app.len() + self.source.len()
    }
}

/// A block, unpacked.
#[derive(Clone, Debug)]
pub struct Body {
    /// Its number.
    pub block: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Whether logplex itself sent it.
    pub from_logplex: bool,
    /// Its frames.
    pub bytes: Vec<u8>,
}

/// What a search came to.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The lines, newest first.
    pub lines: Vec<Found>,
    /// Bytes of raw lines that were looked at.
    pub scanned_bytes: u64,
    /// Where to go on, unix milliseconds: lines before this have not been looked at.
    pub before_ms: Option<i64>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self {
            says: Condition::default(),
            source: None,
            kind: None,
            level: None,
            from_ms: i64::MIN,
            to_ms: i64::MAX,
            through: i64::MAX,
            limit: 0,
        }
    }
}

impl Wanted {
    /// Whether a line is wanted.
    #[must_use]
    pub fn admits(&self, line: &Line<'_>) -> bool {
        self.is_of_source(line.proc_id)
            && self.kind.is_none_or(|it| it == kind(line))
            && self.level.is_none_or(|it| it == Level::of(line))
            && self.says.admits(line)
    }

    fn is_of_source(&self, proc_id: &[u8]) -> bool {
        let Some(source) = &self.source else { return true };
        let rest = proc_id.strip_prefix(source.as_bytes());
        rest.is_some_and(|it| it.is_empty() || (it.first() == Some(&b'.') && !source.contains('.')))
    }

    /// Whether a body may hold what is wanted.
    #[must_use]
    pub fn may_be_in(&self, body: &Body) -> bool {
        let holds = |text: &str| memmem::find(&body.bytes, text.as_bytes()).is_some();
        body.block <= self.through
            && self.says.needle().is_none_or(|it| mask::may_show(&body.bytes, it.as_bytes()))
            && self.source.as_deref().is_none_or(holds)
    }
}

fn kind(line: &Line<'_>) -> LogKind {
    match (line.proc_id, line.app) {
        (b"router", _) => LogKind::Router,
        (_, b"heroku") => LogKind::Platform,
        _ => LogKind::App,
    }
}

impl Body {
    /// Reads `id`, `received_ms`, `from_logplex`, `mask_version` and `body` of a row; `None` when the body is damaged.
    ///
    /// # Errors
    /// When the row has other columns.
    pub fn read(row: &SqliteRow) -> Result<Option<Self>, sqlx::Error> {
        let Some(mut bytes) = decompress(row.try_get("body")?) else { return Ok(None) };
        mask::remask(row.try_get("mask_version")?, &mut bytes);
        let (block, received_ms) = (row.try_get("id")?, row.try_get("received_ms")?);
        Ok(Some(Self { block, received_ms, from_logplex: row.try_get("from_logplex")?, bytes }))
    }

    /// Every line that can be read, with its place and its time, unix milliseconds.
    pub fn lines(&self) -> impl Iterator<Item = (u32, i64, Line<'_>)> {
        self.lines_from(0)
    }

    /// The same, from a place on.
    pub fn lines_from(&self, place: u32) -> impl Iterator<Item = (u32, i64, Line<'_>)> {
        let frames = Frames::new(&self.bytes).enumerate().skip(usize::try_from(place).unwrap_or(usize::MAX));
        frames.filter_map(|(index, frame)| {
            let line = syslog::parse(frame.ok()?, self.from_logplex).ok()?;
            Some((u32::try_from(index).ok()?, line.time_ms.unwrap_or(self.received_ms), line))
        })
    }

    /// A line, to keep with at most so many bytes of its text.
    #[must_use]
    pub fn found(&self, index: u32, at_ms: i64, line: &Line<'_>, text_bytes_max: usize) -> Found {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Found {
            id: LineId { block: self.block, index },
            at_ms,
            app: text(line.app),
            source: text(line.proc_id),
            severity: line.severity,
            level: Level::of(line),
            text: line.msg[..line.msg.len().min(text_bytes_max)].to_vec(),
            bytes: mask::plain(line.msg).len() as u64,
        }
    }
}

/// The newest block that is kept; what comes later has greater numbers.
///
/// # Errors
/// When the store can't be read.
pub async fn newest_block(store: &Store) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM block").fetch_one(&store.readers).await
}

/// Searches the raw lines of an app until it stops; what nobody waits for has no answer of use.
///
/// # Errors
/// When the store can't be read.
pub async fn search(store: &Store, app: &str, wanted: &Wanted, stop: &Stop) -> Result<Answer, sqlx::Error> {
    let mut newest = Newest::new(wanted);
    let (mut scanned_bytes, mut before_ms) = (0, None);
    let mut blocks = Chunks::back(store, app, i64::MAX);
    let mut reached_ms = i64::MAX;
    'all: while let Some(rows) = blocks.next(newest.from_ms..wanted.to_ms).await? {
        for row in rows {
            if stop.is_over() || scanned_bytes >= SCAN_BYTES_MAX {
                before_ms = Some(reached_ms.min(wanted.to_ms));
                break 'all;
            }
            reached_ms = received_ms(&row)?;
            let read = Body::read(&row)?;
            drop(row);
            let Some(body) = read else { continue };
            scanned_bytes += body.bytes.len() as u64;
            newest.add(&body, wanted, stop);
        }
        // A line may be later than others of later blocks, but not by more than that.
        if newest.is_full_from(reached_ms) {
            before_ms = Some(reached_ms);
            break;
        }
    }
    let (lines, cut_ms) = newest.end();
    Ok(Answer { lines, scanned_bytes, before_ms: cut_ms.or(before_ms) })
}

/// The newest lines so far, never many more than are wanted, nor many more bytes than [`FOUND_BYTES_MAX`].
struct Newest {
    lines: Vec<Found>,
    bytes: usize,
    limit: usize,
    /// What is older than the oldest of those that fit need not be looked at, unix milliseconds.
    from_ms: i64,
    is_cut: bool,
    /// How many lines and bytes there may be before the oldest are left out.
    room: (usize, usize),
}

impl Newest {
    fn new(wanted: &Wanted) -> Self {
        let limit = wanted.limit.clamp(1, LINES_MAX);
        let room = (4 * limit, FOUND_BYTES_MAX);
        Self { lines: vec![], bytes: 0, limit, from_ms: wanted.from_ms, is_cut: false, room }
    }

    fn add(&mut self, body: &Body, wanted: &Wanted, stop: &Stop) {
        if !wanted.may_be_in(body) {
            return;
        }
        for (n, (index, at_ms, line)) in body.lines().enumerate() {
            if n % LINES_A_LOOK == 0 && stop.is_left() {
                return;
            }
            if (self.from_ms..wanted.to_ms).contains(&at_ms) && wanted.admits(&line) {
                let found = body.found(index, at_ms, &line, TEXT_BYTES_MAX);
                self.bytes += found.held_bytes();
                self.lines.push(found);
                if self.lines.len() >= self.room.0 || self.bytes >= self.room.1 {
                    self.trim();
                }
            }
        }
    }

    /// Leaves the oldest out. Where those that are wanted are too long together, fewer are.
    fn trim(&mut self) {
        if self.lines.len() <= self.limit && self.bytes >= FOUND_BYTES_MAX {
            self.limit = (self.lines.len() / 2).max(1);
        }
        self.is_cut |= self.lines.len() > self.limit;
        keep_newest(&mut self.lines, self.limit);
        self.bytes = self.lines.iter().map(Found::held_bytes).sum();
        // Lines of one and the same time are not told apart: what can't be left out is not sorted again for each that comes.
        self.room = (2 * self.lines.len().max(2 * self.limit), FOUND_BYTES_MAX.max(2 * self.bytes));
        self.from_ms = self.lines.iter().map(|it| it.at_ms).min().map_or(self.from_ms, |it| it.max(self.from_ms));
    }

    fn is_full_from(&self, before_ms: i64) -> bool {
        self.lines.len() >= self.limit && self.lines.iter().filter(|it| it.at_ms >= before_ms).count() >= self.limit
    }

    /// The lines, and where they were cut off, unix milliseconds.
    fn end(mut self) -> (Vec<Found>, Option<i64>) {
        self.is_cut |= self.lines.len() > self.limit;
        keep_newest(&mut self.lines, self.limit);
        let cut_ms = self.lines.last().filter(|_| self.is_cut).map(|it| it.at_ms);
        (self.lines, cut_ms)
    }
}

/// Keeps the newest lines, with all that have the time of the last of them, so that the next answer can begin before it.
fn keep_newest(lines: &mut Vec<Found>, limit: usize) {
    lines.sort_by_key(|it| std::cmp::Reverse((it.at_ms, it.id)));
    let Some(last_ms) = lines.get(limit - 1).map(|it| it.at_ms) else { return };
    let ties = lines[limit..].iter().take_while(|it| it.at_ms == last_ms).count();
    lines.truncate(limit + ties.min(LINES_MAX));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_sources_with_and_without_a_number() {
        for (source, proc_id, expected) in [
            (None, "web.1", true),
            (Some("web.1"), "web.1", true),
            (Some("web"), "web.1", true),
            (Some("web"), "web", true),
            (Some("web"), "webhook.1", false),
            (Some("web.1"), "web.12", false),
        ] {
            let wanted = Wanted { source: source.map(str::to_owned), ..Wanted::default() };
            assert_eq!(wanted.is_of_source(proc_id.as_bytes()), expected, "{source:?} {proc_id}");
        }
    }
}
