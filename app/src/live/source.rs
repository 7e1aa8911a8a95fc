//! The stream of a page's figures: folds what it carries into the page's state.
//!
//! Events that arrive within a frame are folded together, so that a page is drawn once a frame at most. A lost stream goes on from the last
//! position.

use leptos::prelude::*;

use super::{clock::Clock, feed::Feed, status::Status};

/// Keeps a state live until the page is left. `path` is the stream's address. Does nothing on the server.
pub fn follow<T>(state: RwSignal<T>, clock: Clock, path: String)
where
    T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    #[cfg(feature = "hydrate")]
    browser::follow(state, clock, path);
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (state, clock, path, Status::default());
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use super::*;
    use crate::live::connection::Connection;

    /// Events kept for the next frame; more than this means that the tab slept, and the stream is opened anew.
    const PENDING_MAX: usize = 1_000;

    /// Snapshots and deltas that wait for the next frame.
    type Pending = Rc<RefCell<Vec<(bool, String)>>>;

    pub fn follow<T>(state: RwSignal<T>, clock: Clock, path: String)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let status = use_context::<RwSignal<Status>>().unwrap_or_default();
        let pending = Pending::default();
        let address = move || state.try_with_untracked(Feed::id).map(|since| format!("{path}?since={since}"));
        Connection::keep(status, &["snapshot", "delta"], address, move |connection, name, event| {
            if let Some(data) = event.data().as_string() {
                receive(connection, &pending, (state, clock), name == "snapshot", data);
            }
        });
    }

    fn receive<T>(connection: &Connection, pending: &Pending, to: (RwSignal<T>, Clock), snapshot: bool, data: String)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let mut waiting = pending.borrow_mut();
        if waiting.len() >= PENDING_MAX {
            // What is thrown away is sent again: the stream goes on from the last position that was folded.
            waiting.clear();
            return connection.lose();
        }
        if snapshot {
            waiting.clear();
        }
        waiting.push((snapshot, data));
        if waiting.len() > 1 {
            return;
        }
        let pending = Rc::clone(pending);
        let flush = move || flush(&pending, to);
        // A hidden tab draws no frames; its events are folded by a timer then.
        if document().hidden() {
            set_timeout(flush, Duration::from_millis(200));
        } else {
            request_animation_frame(flush);
        }
    }

    fn flush<T>(pending: &Pending, (state, clock): (RwSignal<T>, Clock))
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let pending = pending.take();
        let at_ms = state.try_update(|state| {
            for (snapshot, data) in pending {
                if snapshot {
                    if let Ok(whole) = serde_json::from_slice(data.as_bytes()) {
                        state.replace(whole);
                    }
                } else if let Ok(delta) = serde_json::from_slice(data.as_bytes()) {
                    state.apply(delta);
                }
            }
            state.at_ms()
        });
        if let Some(at_ms) = at_ms {
            clock.hear(at_ms);
        }
    }
}
