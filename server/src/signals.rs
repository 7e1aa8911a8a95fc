//! The signals that stop a command which reads stdin: SIGTERM and SIGINT.
//!
//! Only the first signal is acted upon. Later ones are ignored, since the process is about to end.

use std::{io, thread};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

/// Calls `then` on a thread of its own when the first signal arrives.
///
/// # Errors
/// When the system doesn't let a handler be set.
pub(crate) fn on_signal(then: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        if signals.forever().next().is_some() {
            then();
        }
    })?;
    Ok(())
}
