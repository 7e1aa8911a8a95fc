//! Drives an HTTP connection to its end, whichever comes first: its own, another's need for its
//! place, or that of the server. Knows nothing of requests.

use std::{future::Future, pin::Pin};

use tokio_util::sync::CancellationToken;

use super::table::{ConnectionSlot, Phase};

/// Drives a connection until it ends, is evicted, or `ended` is ready. A server that stops lets its
/// requests finish; in the phases `done` there is none.
pub(super) async fn drive<C: Future<Output = hyper::Result<()>>>(
    mut connection: Pin<&mut C>,
    finish: impl Fn(Pin<&mut C>),
    done: &[Phase],
    slot: &ConnectionSlot,
    shutdown: &CancellationToken,
    mut ended: impl Future<Output = ()> + Unpin,
) -> hyper::Result<()> {
    let mut is_ending = false;
    loop {
        tokio::select! {
            result = connection.as_mut() => return result,
            () = slot.state.evicted() => return Ok(()),
            () = &mut ended => return Ok(()),
            () = shutdown.cancelled(), if !is_ending => {
                if done.contains(&slot.state.phase()) {
                    return Ok(());
                }
                is_ending = true;
                finish(connection.as_mut());
            }
        }
    }
}
