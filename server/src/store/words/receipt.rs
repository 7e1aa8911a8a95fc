//! The place of a block in the order in which the blocks of an app arrived.

/// A block in the order of receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Receipt {
    /// When it arrived, unix milliseconds.
    pub received_ms: i64,
    /// Its number.
    pub block: i64,
}

impl Receipt {
    /// Before every block.
    pub(crate) const NEVER: Self = Self { received_ms: i64::MIN, block: i64::MIN };
}
