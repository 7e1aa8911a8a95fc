//! How much is stored, and until when there is room.

use serde::{Deserialize, Serialize};

/// The store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Storage {
    /// The file, bytes.
    pub file_bytes: u64,
    /// SQLite's log beside it, bytes.
    pub log_bytes: u64,
    /// Of the file, what is free for new data, bytes.
    pub free_bytes: u64,
    /// Each kind of data.
    pub tiers: Vec<TierInfo>,
}

/// One kind of data, limited by time and by size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TierInfo {
    /// `10s`, `1m`, `1h` (rows of that width) or `logs` (raw lines).
    pub tier: String,
    /// Rows; of raw lines batches.
    pub rows: i64,
    /// What they take, bytes, estimated from their parts.
    pub bytes: i64,
    /// How much they may take, bytes.
    pub limit_bytes: i64,
    /// How long they may stay, seconds.
    pub limit_s: i64,
    /// Time of the oldest, unix seconds.
    pub oldest_s: Option<i64>,
    /// When the oldest data begins to go, if all goes on as it did, unix seconds; in the past when it does already.
    pub full_s: Option<i64>,
    /// Which limit that is: `time` or `size`.
    pub full_by: Option<String>,
}
