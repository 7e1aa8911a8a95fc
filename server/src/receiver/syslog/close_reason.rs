//! Why the server closed a syslog connection. Goes into the server's own log only: syslog has no
//! replies.

/// Why a connection was closed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum CloseReason {
    #[error("the sender closed it")]
    SenderLeft,
    #[error("the connection broke")]
    Broken,
    #[error("it was evicted for a newer connection")]
    Evicted,
    #[error("{0}")]
    NotOpened(String),
    #[error("expected TLS, found none")]
    NoTls,
    #[error("expected a token within 10 s, found none")]
    AuthTimeout,
    #[error("expected a drain's token in the first frame, found none that is valid")]
    NoToken,
    #[error("expected a drain's token in a first frame of at most 64 KiB, found none that is valid")]
    FirstFrameTooLong,
    #[error("expected syslog, found something else")]
    NotSyslog,
    #[error("expected fewer connections: as many as are allowed are open")]
    TooManyConnections,
    #[error("expected fewer long frames at once: as many as are allowed are being received")]
    TooManyLongFrames,
    #[error("a frame took longer than 60 s")]
    FrameTimeout,
    #[error("nothing arrived for 300 s")]
    IdleTimeout,
    #[error("expected an app's name in APP-NAME, since the drain is shared")]
    NoApp,
    #[error("the store could not commit a batch")]
    NotCommitted,
}
