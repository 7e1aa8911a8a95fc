//! SIGTERM and SIGINT end the shuttle as the end of stdin does, but with a time limit.
//!
//! Only the first signal is taken; what comes after it is ignored, since the process ends soon in any case.

use std::{io, thread};

use signal_hook::{
    consts::{SIGINT, SIGTERM},
    iterator::Signals,
};

/// Calls `then` in a thread of its own once a signal arrives.
///
/// # Errors
/// The system lets no handler be set.
pub fn on_signal(then: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        if signals.forever().next().is_some() {
            then();
        }
    })?;
    Ok(())
}
