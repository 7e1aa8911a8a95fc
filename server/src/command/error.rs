//! Why a command failed. Each kind of failure has its exit code.

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The command line or the environment is wrong: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The command could not be carried out: exit code 1.
    #[error("{0}")]
    Failed(String),
    /// A signal ended it after its last output: this exit code.
    #[error("ended by a signal")]
    Ended(u8),
}
