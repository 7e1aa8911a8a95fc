//! The one stream of the tab: opens it, folds what it carries into a page's state, opens it again when it is lost.
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

/// The first pause before opening again, and the longest, milliseconds.
#[cfg(feature = "hydrate")]
const PAUSE_MS: u64 = 500;
#[cfg(feature = "hydrate")]
const PAUSE_MS_MAX: u64 = 15_000;
/// Failed tries after which the server counts as gone.
#[cfg(feature = "hydrate")]
pub(super) const GONE_TRIES: u32 = 4;

/// How long to wait before the next try, milliseconds: longer each time, and not all tabs at once.
#[cfg(feature = "hydrate")]
pub(super) fn pause_ms(tries: u32) -> u64 {
    let longest_ms = (PAUSE_MS << tries.min(6)).min(PAUSE_MS_MAX);
    longest_ms / 2 + (js_sys::Math::random() * (longest_ms / 2) as f64) as u64
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    use super::*;

    /// Events kept for the next frame; more than this means that the tab slept, and the stream is opened anew.
    const PENDING_MAX: usize = 1_000;

    type Handler = Closure<dyn FnMut(MessageEvent)>;

    struct Stream<T: Feed> {
        state: RwSignal<T>,
        clock: Clock,
        status: RwSignal<Status>,
        path: String,
        source: Option<EventSource>,
        handlers: Vec<Handler>,
        pending: Vec<(bool, String)>,
        tries: u32,
        closed: bool,
    }

    type Shared<T> = Rc<RefCell<Stream<T>>>;

    pub fn follow<T>(state: RwSignal<T>, clock: Clock, path: String)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let status = use_context::<RwSignal<Status>>().unwrap_or_default();
        let shared = StoredValue::new_local(None::<Shared<T>>);
        Effect::new(move |_| {
            let stream = Stream {
                state,
                clock,
                status,
                path: path.clone(),
                source: None,
                handlers: vec![],
                pending: vec![],
                tries: 0,
                closed: false,
            };
            let stream = Rc::new(RefCell::new(stream));
            open(&stream);
            shared.set_value(Some(stream));
        });
        on_cleanup(move || {
            shared.try_with_value(|it| {
                if let Some(stream) = it {
                    let mut stream = stream.borrow_mut();
                    stream.closed = true;
                    // They hold the stream, which holds them.
                    stream.handlers.clear();
                    if let Some(source) = stream.source.take() {
                        source.close();
                    }
                }
            });
        });
    }

    fn open<T>(stream: &Shared<T>)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let mut this = stream.borrow_mut();
        let Some(since) = this.state.try_with_untracked(Feed::id).filter(|_| !this.closed) else { return };
        let Ok(source) = EventSource::new(&format!("{}?since={since}", this.path)) else {
            drop(this);
            return lose(stream);
        };
        this.handlers.clear();
        for (name, snapshot) in [("snapshot", true), ("delta", false)] {
            let stream = Rc::clone(stream);
            let handler = Handler::new(move |event: MessageEvent| {
                if let Some(data) = event.data().as_string() {
                    receive(&stream, snapshot, data);
                }
            });
            let _heard = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
            this.handlers.push(handler);
        }
        let opened = Rc::clone(stream);
        let opened = Handler::new(move |_| {
            let mut this = opened.borrow_mut();
            this.tries = 0;
            this.status.try_set(Status::Live);
        });
        let lost = Rc::clone(stream);
        let lost = Handler::new(move |_| lose(&lost));
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(lost.as_ref().unchecked_ref()));
        this.handlers.extend([opened, lost]);
        this.source = Some(source);
    }

    /// Closes what is left and opens anew after a pause: the browser's own retry gives up on some errors.
    fn lose<T>(stream: &Shared<T>)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let mut this = stream.borrow_mut();
        if let Some(source) = this.source.take() {
            source.close();
        }
        if this.closed {
            return;
        }
        this.tries += 1;
        this.status.try_set(if this.tries > GONE_TRIES { Status::Gone } else { Status::Reconnecting });
        let again = Rc::clone(stream);
        set_timeout(move || open(&again), Duration::from_millis(pause_ms(this.tries)));
    }

    fn receive<T>(stream: &Shared<T>, snapshot: bool, data: String)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let mut this = stream.borrow_mut();
        if this.pending.len() >= PENDING_MAX {
            // What is thrown away is sent again: the stream goes on from the last position that was folded.
            this.pending.clear();
            drop(this);
            return lose(stream);
        }
        if snapshot {
            this.pending.clear();
        }
        this.pending.push((snapshot, data));
        if this.pending.len() > 1 {
            return;
        }
        drop(this);
        let flush_stream = Rc::clone(stream);
        // A hidden tab draws no frames; its events are folded by a timer then.
        if document().hidden() {
            set_timeout(move || flush(&flush_stream), Duration::from_millis(200));
        } else {
            request_animation_frame(move || flush(&flush_stream));
        }
    }

    fn flush<T>(stream: &Shared<T>)
    where
        T: Feed + serde::de::DeserializeOwned + Send + Sync + 'static,
    {
        let (pending, state, clock) = {
            let mut this = stream.borrow_mut();
            (std::mem::take(&mut this.pending), this.state, this.clock)
        };
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
