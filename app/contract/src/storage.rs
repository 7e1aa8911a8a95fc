//! How much is stored of each kind of data, and when its limits are reached.

use serde::{Deserialize, Serialize};

use crate::as_text::word_in_json;

/// The size of the store, as the API gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Storage {
    /// Size of the database file, bytes.
    pub file_bytes: u64,
    /// Size of SQLite's write-ahead log beside it, bytes.
    pub log_bytes: u64,
    /// The part of the file that is free for new data, bytes.
    pub free_bytes: u64,
    /// Each kind of data, the finest first.
    pub tiers: Vec<TierInfo>,
}

/// One kind of data, limited by time and by size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TierInfo {
    /// `10s`, `1m`, `1h` (rows of that width) or `logs` (raw lines).
    pub tier: String,
    /// Rows; for raw lines the blocks.
    pub rows: i64,
    /// Bytes that the rows take, added up from their parts.
    pub bytes: i64,
    /// Most bytes that the rows may take.
    pub limit_bytes: i64,
    /// How long rows are kept, seconds.
    pub limit_s: i64,
    /// Time of the oldest row, unix seconds.
    pub oldest_s: Option<i64>,
    /// When the first limit is reached and the oldest rows begin to be deleted, if data keeps
    /// coming in as it did, unix seconds; in the past when that has happened.
    pub full_s: Option<i64>,
    /// Which limit that is.
    pub full_by: Option<Limit>,
}

/// What the data of one kind is limited by. In JSON `time` or `size`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// How long rows are kept.
    Time,
    /// How many bytes they may take.
    Size,
}

impl Limit {
    /// Every limit.
    pub const ALL: [Self; 2] = [Self::Time, Self::Size];

    /// The limit as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Size => "size",
        }
    }
}

word_in_json!(Limit);
