//! What records of all signals share: their encoding, why one can't be read, and their time.

use super::json::Whole;
use crate::receiver::protobuf;

/// Longest sentence about records that were not taken, bytes.
const WHY_BYTES_MAX: usize = 300;

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Protobuf,
    Json,
}

impl Encoding {
    pub(super) fn of(essence: &str) -> Self {
        if essence == "application/json" { Self::Json } else { Self::Protobuf }
    }

    pub(super) const fn essence(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }
}

/// Why a record could not be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error(transparent)]
    Wire(#[from] protobuf::Malformed),
    #[error("expected a record in OTLP's JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("expected at most 1,024 buckets of a data point")]
    Buckets,
}

/// Records of a request that were not taken, and why the first was not.
#[derive(Debug, Default)]
pub(super) struct Rejected {
    pub(super) count: u64,
    pub(super) why: String,
}

impl Rejected {
    pub(super) fn add(&mut self, error: &ReadError) {
        self.count += 1;
        if self.why.is_empty() {
            self.why = error.to_string();
            self.why.truncate(self.why.floor_char_boundary(WHY_BYTES_MAX));
        }
    }
}

/// A time in milliseconds; `None` for 0, which means unknown.
pub(super) fn at_ms(nanoseconds: Whole) -> Option<i64> {
    i64::try_from(nanoseconds.0 / 1_000_000).ok().filter(|it| *it > 0)
}
