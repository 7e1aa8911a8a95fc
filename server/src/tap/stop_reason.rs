//! Why `tap` stopped, when no error stopped it.

/// Why `tap` stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopReason {
    Input,
    Signal,
    /// Nobody reads the output.
    Closed,
}
