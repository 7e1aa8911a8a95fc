//! The live stream of a page: folds its events into the page's state.
//!
//! Events of one frame are folded together, so that a page is drawn at most once a frame. After a
//! loss the stream resumes at the last position that was folded. While the page is paused, events
//! wait; when there are too many, the stream resumes there too.

use leptos::prelude::*;

use super::{clock::Clock, feed::Feed, status::Status};

/// Keeps a state up to date until the page is left. `path` is the stream's address. Does nothing on
/// the server.
pub fn follow<T>(state: RwSignal<T>, clock: Clock, path: String)
where
    T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
{
    #[cfg(feature = "hydrate")]
    stream::follow(state, clock, path);
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (state, clock, path, Status::default());
}

#[cfg(feature = "hydrate")]
mod stream {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use super::*;
    use crate::{
        browser::document::{is_hidden, is_paused},
        live::connection::{AT, Connection},
    };

    /// Most events that wait for the next frame. More means that the tab slept, and the stream is
    /// reopened.
    const PENDING_MAX: usize = 1_000;
    /// How often a tab without frames looks at its events, milliseconds.
    const UNDRAWN_PAUSE_MS: u64 = 200;

    /// An event that waits for the next frame, as JSON.
    struct Event {
        is_snapshot: bool,
        data: String,
    }

    type Pending = Rc<RefCell<Vec<Event>>>;

    pub fn follow<T>(state: RwSignal<T>, clock: Clock, path: String)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let status = use_context::<RwSignal<Status>>().unwrap_or_default();
        let pending = Pending::default();
        let address = move || state.try_with_untracked(Feed::id).map(|since| format!("{path}?since={since}"));
        Connection::keep(status, &["snapshot", "delta", AT], address, move |connection, message| {
            if message.name == AT {
                return message.data.parse().map_or((), |at_ms| clock.set(at_ms));
            }
            let event = Event { is_snapshot: message.name == "snapshot", data: message.data };
            receive(connection, &pending, (state, clock), event);
        });
    }

    fn receive<T>(connection: &Connection, pending: &Pending, target: (RwSignal<T>, Clock), event: Event)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let mut waiting = pending.borrow_mut();
        if waiting.len() >= PENDING_MAX {
            if is_paused() {
                return;
            }
            // Nothing is lost: the stream resumes at the last position that was folded.
            waiting.clear();
            return connection.lose();
        }
        if event.is_snapshot {
            waiting.clear();
        }
        waiting.push(event);
        if waiting.len() > 1 {
            return;
        }
        plan_flush(Rc::clone(pending), target);
    }

    fn plan_flush<T>(pending: Pending, target: (RwSignal<T>, Clock))
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let flush = move || if is_paused() { plan_flush(pending, target) } else { flush(&pending, target) };
        // A hidden tab draws no frames, so a timer takes their place.
        if is_hidden() || is_paused() {
            set_timeout(flush, Duration::from_millis(UNDRAWN_PAUSE_MS));
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
            for Event { is_snapshot, data } in pending {
                if is_snapshot {
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
            clock.set(at_ms);
        }
    }
}
