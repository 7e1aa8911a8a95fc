//! Raw lines: what a word was said in, and when.
//!
//! Blocks of an app that may hold lines of the range are read backwards, unpacked, and searched whole for the longest of the words
//! before any line of them is parsed: most blocks hold none. There is no index of words.
//!
//! # Limits
//! [`LINES_MAX`] lines of an answer, [`SCAN_BYTES_MAX`] bytes searched, [`SCAN_MAX`] of time; where one of them ends the
//! search, the answer says where to go on.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use contract::{LineId, LineKind};
use memchr::memmem;
use pipeline::{Frames, Level, Line, mask, syslog};
use sqlx::{Row, sqlite::SqliteRow};

use super::{Store, condition::Condition};
use crate::receiver::batch::unpack;

/// Most lines of one answer.
pub const LINES_MAX: usize = 1_000;
/// Most bytes of raw lines that one search looks at.
pub const SCAN_BYTES_MAX: u64 = 8 << 30;
/// Longest time that one search takes.
pub const SCAN_MAX: Duration = Duration::from_secs(10);
/// Blocks read at once: few enough that a search ends soon after its reader has left.
const BLOCKS_AT_ONCE: i64 = 64;

/// What is looked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What the line says.
    pub says: Condition,
    /// Process that wrote it, such as `web.1`; of a name without a number, any of them.
    pub source: Option<String>,
    /// Who wrote it.
    pub kind: Option<LineKind>,
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
    /// The text.
    pub text: Vec<u8>,
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

fn kind(line: &Line<'_>) -> LineKind {
    match (line.proc_id, line.app) {
        (b"router", _) => LineKind::Router,
        (_, b"heroku") => LineKind::Platform,
        _ => LineKind::App,
    }
}

impl Body {
    /// Reads `id`, `received_ms`, `from_logplex` and `body` of a row; `None` when the body is damaged. Masked, since earlier
    /// versions kept bodies as they came.
    ///
    /// # Errors
    /// When the row has other columns.
    pub fn read(row: &SqliteRow) -> Result<Option<Self>, sqlx::Error> {
        let packed: Vec<u8> = row.try_get("body")?;
        let Some(mut bytes) = unpack(&packed) else { return Ok(None) };
        mask::body(&mut bytes);
        let (block, received_ms) = (row.try_get("id")?, row.try_get("received_ms")?);
        Ok(Some(Self { block, received_ms, from_logplex: row.try_get("from_logplex")?, bytes }))
    }

    /// Every line that can be read, with its place and its time, unix milliseconds.
    pub fn lines(&self) -> impl Iterator<Item = (u32, i64, Line<'_>)> {
        Frames::new(&self.bytes).enumerate().filter_map(|(index, frame)| {
            let line = syslog::parse(frame.ok()?, self.from_logplex).ok()?;
            Some((u32::try_from(index).ok()?, line.time_ms.unwrap_or(self.received_ms), line))
        })
    }

    /// Adds the wanted lines.
    pub fn find(&self, wanted: &Wanted, out: &mut Vec<Found>) {
        if !wanted.may_be_in(self) {
            return;
        }
        for (index, at_ms, line) in self.lines() {
            if (wanted.from_ms..wanted.to_ms).contains(&at_ms) && wanted.admits(&line) {
                out.push(self.found(index, at_ms, &line));
            }
        }
    }

    /// A line, to keep.
    #[must_use]
    pub fn found(&self, index: u32, at_ms: i64, line: &Line<'_>) -> Found {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        Found {
            id: LineId { block: self.block, index },
            at_ms,
            app: text(line.app),
            source: text(line.proc_id),
            severity: line.severity,
            level: Level::of(line),
            text: line.msg.to_vec(),
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

/// An app's blocks that may hold lines of a span, the newest first, some at once.
#[derive(Debug)]
pub(super) struct Backwards {
    at_once: i64,
    /// When the oldest block so far arrived, unix milliseconds.
    pub(super) reached_ms: i64,
    reached_id: i64,
}

impl Backwards {
    pub(super) const fn new(at_once: i64) -> Self {
        Self { at_once, reached_ms: i64::MAX, reached_id: i64::MAX }
    }

    /// The next of them, still packed: unpacked all at once they could be large; `None` behind the last.
    pub(super) async fn next(
        &mut self,
        store: &Store,
        app: &str,
        span_ms: Range<i64>,
    ) -> Result<Option<Vec<SqliteRow>>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT id, received_ms, from_logplex, body FROM block
             WHERE app_id = (SELECT id FROM app WHERE name = ?) AND received_ms >= ? AND (received_ms, id) < (?, ?)
                 AND (first_ms IS NULL OR first_ms < ?) AND body IS NOT NULL ORDER BY received_ms DESC, id DESC LIMIT ?",
        )
        .bind(app)
        .bind(span_ms.start)
        .bind(self.reached_ms)
        .bind(self.reached_id)
        .bind(span_ms.end)
        .bind(self.at_once)
        .fetch_all(&store.readers)
        .await?;
        let Some(last) = rows.last() else { return Ok(None) };
        (self.reached_ms, self.reached_id) = (last.try_get("received_ms")?, last.try_get("id")?);
        Ok(Some(rows))
    }
}

/// Searches the raw lines of an app.
///
/// # Errors
/// When the store can't be read.
pub async fn search(store: &Store, app: &str, wanted: &Wanted) -> Result<Answer, sqlx::Error> {
    let begun = Instant::now();
    let (mut answer, mut is_cut) = (Answer::default(), false);
    let limit = wanted.limit.clamp(1, LINES_MAX);
    // Raised as lines are found: what is older than the oldest of those that fit need not be looked at.
    let mut narrowed = wanted.clone();
    let mut blocks = Backwards::new(BLOCKS_AT_ONCE);
    while let Some(rows) = blocks.next(store, app, narrowed.from_ms..wanted.to_ms).await? {
        for row in &rows {
            let Some(body) = Body::read(row)? else { continue };
            answer.scanned_bytes += body.bytes.len() as u64;
            body.find(&narrowed, &mut answer.lines);
            if answer.lines.len() >= 4 * limit {
                keep_newest(&mut answer.lines, limit);
                narrowed.from_ms = answer.lines.iter().map(|it| it.at_ms).min().unwrap_or(narrowed.from_ms);
                is_cut = true;
            }
        }
        let before_ms = blocks.reached_ms;
        // A line may be later than others of later blocks, but not by more than that.
        let is_full =
            answer.lines.len() >= limit && answer.lines.iter().filter(|it| it.at_ms >= before_ms).count() >= limit;
        if is_full || answer.scanned_bytes >= SCAN_BYTES_MAX || begun.elapsed() >= SCAN_MAX {
            answer.before_ms = Some(before_ms);
            break;
        }
        tokio::task::yield_now().await;
    }
    is_cut |= answer.lines.len() > limit;
    keep_newest(&mut answer.lines, limit);
    if is_cut {
        answer.before_ms = answer.lines.last().map(|it| it.at_ms);
    }
    Ok(answer)
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
