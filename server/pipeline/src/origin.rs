//! Where a body comes from, and when it came: all that its reading depends on besides its bytes.
//!
//! Says nothing of who may send; that is settled before a body gets here.

/// The circumstances of one body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin<'a> {
    /// When the body came, unix milliseconds: the time of lines that have none of their own.
    pub received_ms: i64,
    /// Whether the request had a `Logplex-Drain-Token` header. Logplex sends no STRUCTURED-DATA, so a message that
    /// begins like it is left whole.
    pub from_logplex: bool,
    /// Put before the name of every extracted metric, with a dot; empty for none.
    pub prefix: &'a str,
    /// Put before the source of l2met metrics, with a dot, or in its place where a line has none; empty for none.
    pub source_prefix: &'a str,
}
