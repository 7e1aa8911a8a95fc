//! What a request's body becomes: the delta to count, the packed body to keep, and the receipt its sender waits on.
//!
//! Everything that influences the counting is in [`Source`], which is stored beside the body: run through the pipeline again,
//! it gives the same delta.

use std::sync::Arc;

use pipeline::{Delta, Origin};
use tokio::sync::oneshot;

use super::reducers::Reducers;

/// Where a batch came from, and all that the pipeline wants to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The drain that it was posted to.
    pub drain_id: i64,
    /// The name of the app that it feeds.
    pub app: Arc<str>,
    /// `Logplex-Frame-Id`, or else `X-Request-Id`: the same over all retries of one batch.
    pub batch_id: Option<String>,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Whether logplex itself sent it.
    pub from_logplex: bool,
    /// The drain URL's `prefix=`.
    pub prefix: String,
    /// The drain URL's `source-prefix=`.
    pub source_prefix: String,
}

impl Source {
    /// The part that the pipeline reads.
    #[must_use]
    pub fn origin(&self) -> Origin<'_> {
        Origin {
            received_ms: self.received_ms,
            from_logplex: self.from_logplex,
            prefix: &self.prefix,
            source_prefix: &self.source_prefix,
        }
    }
}

/// A batch on its way to the commit.
#[derive(Debug)]
pub struct Batch {
    /// Where it came from.
    pub source: Source,
    /// What it counts.
    pub delta: Delta,
    /// Where the delta's room goes back to.
    pub home: Arc<Reducers>,
    /// The body, packed.
    pub packed: Vec<u8>,
    /// Length of the body before packing, bytes.
    pub body_bytes: usize,
    /// Where the verdict goes.
    pub receipt: oneshot::Sender<Verdict>,
}

/// Most packed bytes that a fresh batch carries along: many may wait for one who is slow. Larger ones are read from the store.
pub const FRESH_BYTES_MAX: usize = 256 << 10;

/// A batch that was just committed, for those who watch lines come.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// Its app.
    pub app: Arc<str>,
    /// Its block.
    pub block_id: i64,
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Whether logplex itself sent it.
    pub from_logplex: bool,
    /// How many lines it has.
    pub lines: u64,
    /// Its body, packed; `None` of one that is larger than [`FRESH_BYTES_MAX`].
    pub packed: Option<Arc<[u8]>>,
}

/// The promise that a sender waits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// Committed and counted.
    Counted,
    /// Committed before, under the same batch id; not counted again.
    Duplicate,
}

/// What became of a batch.
pub type Verdict = Result<Receipt, Unkept>;

/// Why a batch was not kept; none of it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unkept {
    /// The store could not commit; the same batch may be sent again.
    #[error("the store failed to commit")]
    StoreFailed,
    /// A shared drain named a new app, and there is no room for one.
    #[error("the limit of apps is reached: make room with streamgauge app remove")]
    TooManyApps,
    /// A shared drain named one app too many.
    #[error("this drain has reached its limit of apps: create a separate drain with streamgauge drain add")]
    TooManyAppsOfDrain,
    /// The drain was removed a moment ago.
    #[error("the drain was removed")]
    NoDrain,
}

/// How a body begins that [`repack`] packed: as a length it would be 4 GB, which no body has.
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// Levels above it take longer and gain nothing on such lines.
const ZSTD_LEVEL: i32 = 1;

/// Packs a body for keeping, in a fraction of the time that it takes to read it.
#[must_use]
pub fn pack(body: &[u8]) -> Vec<u8> {
    lz4_flex::compress_prepend_size(body)
}

/// Packs a kept body tighter, at leisure; `None` when it is that already, or is damaged.
#[must_use]
pub fn repack(packed: &[u8]) -> Option<Vec<u8>> {
    if packed.starts_with(&ZSTD) {
        return None;
    }
    zstd::bulk::compress(&unpack(packed)?, ZSTD_LEVEL).ok().filter(|it| it.len() < packed.len())
}

/// Unpacks a kept body; `None` when it is damaged or would be larger than any body can be.
#[must_use]
pub fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    if packed.starts_with(&ZSTD) {
        let size = zstd::zstd_safe::get_frame_content_size(packed).ok()??;
        let size = usize::try_from(size).ok().filter(|it| *it <= super::body::BODY_BYTES_MAX)?;
        return zstd::bulk::decompress(packed, size).ok();
    }
    let (size, _) = lz4_flex::block::uncompressed_size(packed).ok()?;
    if size > super::body::BODY_BYTES_MAX {
        return None;
    }
    // A body that is cut off at a good place would otherwise pass for a shorter one.
    lz4_flex::decompress_size_prepended(packed).ok().filter(|it| it.len() == size)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_both_ways_of_packing_come_back() {
        let body: Vec<u8> =
            (0..2_000_u32).flat_map(|it| format!("<158>1 line {it} status=200\n").into_bytes()).collect();
        let packed = pack(&body);
        let tight = repack(&packed).unwrap_or_default();
        assert!(tight.len() < packed.len() && packed.len() < body.len());
        assert_eq!((unpack(&packed), unpack(&tight)), (Some(body.clone()), Some(body)));
        assert_eq!(repack(&tight), None);
    }

    #[test]
    fn err_damaged_bodies() {
        let packed = pack(&b"abc".repeat(500));
        let tight = repack(&packed).unwrap_or_default();
        for packed in [packed, tight] {
            for end in 0..packed.len() {
                assert_eq!(unpack(&packed[..end]), None, "{end}");
            }
        }
        // A frame that says it is 4 GB.
        let lie = [&ZSTD[..], &[0xA0, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x00]].concat();
        assert_eq!((unpack(&lie), unpack(&[0xFF, 0xFF, 0xFF, 0x7F, 0])), (None, None));
    }
}
