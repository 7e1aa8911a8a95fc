//! A decompressed block: its lines with their positions and times, and copies of lines to keep.

use contract::{Level, LineId};
use pipeline::{Frames, Line, level, mask, syslog};
use sqlx::{Row, sqlite::SqliteRow};

use crate::block::decompress;

/// A line, copied out of its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredLine {
    /// Where it is stored.
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
    /// Its text, or the beginning of a long text. Masked, but not yet as it is shown.
    pub text: Vec<u8>,
    /// Size of the whole text as it is shown, bytes.
    pub bytes: u64,
}

impl StoredLine {
    /// Bytes of memory that its texts take.
    pub(super) const fn held_bytes(&self) -> usize {
        self.text.len() + self.app.len() + self.source.len()
    }
}

/// A line in its block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BlockLine<'a> {
    /// Position in the block, from 0.
    pub index: u32,
    /// Its own time, or that of the block's receipt, unix milliseconds.
    pub at_ms: i64,
    /// The line itself.
    pub line: Line<'a>,
}

/// A decompressed block.
#[derive(Clone, Debug)]
pub(crate) struct BlockLines {
    /// Number of the block.
    pub number: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Whether logplex itself sent it.
    pub from_logplex: bool,
    /// Its frames, masked.
    pub bytes: Vec<u8>,
}

impl BlockLines {
    /// Reads `id`, `received_ms`, `from_logplex`, `mask_version` and `body` of a row; `None` if the
    /// body is damaged.
    ///
    /// # Errors
    /// If the row has other columns.
    pub(crate) fn read(row: &SqliteRow) -> Result<Option<Self>, sqlx::Error> {
        let Some(mut bytes) = decompress(row.try_get("body")?) else { return Ok(None) };
        mask::remask(row.try_get("mask_version")?, &mut bytes);
        let (number, received_ms) = (row.try_get("id")?, row.try_get("received_ms")?);
        Ok(Some(Self { number, received_ms, from_logplex: row.try_get("from_logplex")?, bytes }))
    }

    /// Every line that can be read.
    pub(crate) fn lines(&self) -> impl Iterator<Item = BlockLine<'_>> {
        self.lines_from(0)
    }

    /// Every line that can be read, from a position on.
    pub(crate) fn lines_from(&self, index: u32) -> impl Iterator<Item = BlockLine<'_>> {
        let frames = Frames::new(&self.bytes).enumerate().skip(usize::try_from(index).unwrap_or(usize::MAX));
        frames.filter_map(|(index, frame)| {
            let line = syslog::parse(frame.ok()?, self.from_logplex).ok()?;
            let at_ms = line.time_ms.unwrap_or(self.received_ms);
            Some(BlockLine { index: u32::try_from(index).ok()?, at_ms, line })
        })
    }

    /// The id of a line of this block.
    #[must_use]
    pub(crate) const fn id(&self, index: u32) -> LineId {
        LineId { block: self.number, index }
    }

    /// A copy of a line with at most `text_bytes_max` bytes of its text.
    #[must_use]
    pub(crate) fn copy(&self, BlockLine { index, at_ms, line }: &BlockLine<'_>, text_bytes_max: usize) -> StoredLine {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        StoredLine {
            id: self.id(*index),
            at_ms: *at_ms,
            app: text(line.app),
            source: text(line.proc_id),
            severity: line.severity,
            level: level::of(line),
            text: line.msg[..line.msg.len().min(text_bytes_max)].to_vec(),
            bytes: mask::plain(line.msg).len() as u64,
        }
    }
}
