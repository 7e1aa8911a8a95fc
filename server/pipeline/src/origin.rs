//! Facts about a body besides its bytes: time of receipt, kind of sender, prefixes. Reading a body
//! depends on nothing else.
//!
//! Who may send is not decided here, but before a body gets here.

/// Where a body comes from, and when it was received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin<'a> {
    /// When the body was received, unix milliseconds: the time of lines that have none of their
    /// own.
    pub received_ms: i64,
    /// Whether the request had a `Logplex-Drain-Token` header. Logplex sends no STRUCTURED-DATA, so
    /// a message that begins like it is text.
    pub from_logplex: bool,
    /// Put before the name of every extracted metric, with a dot; empty for none.
    pub prefix: &'a str,
    /// Put before the source of l2met metrics, with a dot; the whole source if a line has none.
    /// Empty for none.
    pub source_prefix: &'a str,
}
