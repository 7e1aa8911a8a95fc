//! One event stream of the server (Server-Sent Events): opened, and reopened after the last event
//! when it is lost. Does not know what the events mean.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, MessageEvent, RequestInit, Response};

use super::{clock::every, heard::elapsed_ms, status::Status};

/// The event that says the time while nothing else is sent.
pub(super) const AT: &str = "at";

/// The first pause before reopening, and the longest, milliseconds.
const PAUSE_MS: u64 = 500;
const PAUSE_MS_MAX: u64 = 15_000;
/// A stream that was lost and is not open again after this long means that the server is gone,
/// milliseconds.
const GONE_MS: u64 = 1_500;
/// A live stream sends something every second. One that is silent for longer than this is dead,
/// though nobody has closed it, milliseconds.
const SILENCE_MS_MAX: f64 = 3_000.0;
/// How long a try to open a stream may take, milliseconds.
const OPENING_MS_MAX: f64 = 15_000.0;
/// How often silence is looked for.
const WATCH_EVERY: Duration = Duration::from_millis(500);

/// After this many failed tries a request checks whether the server refuses us. A stream does not
/// tell why it failed.
const REFUSED_TRIES: u32 = 2;
/// The address of that request.
const PROBE: &str = "/api/v1/apps";
const UNAUTHORIZED: u16 = 401;

type Handler = Closure<dyn FnMut(MessageEvent)>;
type OnMessage = dyn Fn(&Connection, Message);

/// An event of the stream.
pub(super) struct Message {
    pub(super) name: &'static str,
    /// Its id; empty where it has none.
    pub(super) id: String,
    pub(super) data: String,
}

struct Inner {
    status: RwSignal<Status>,
    names: &'static [&'static str],
    address: Box<dyn Fn() -> Option<String>>,
    on_message: Rc<OnMessage>,
    source: Option<EventSource>,
    handlers: Vec<Handler>,
    tries: u32,
    /// How often an open stream was lost.
    losses: u32,
    /// When something was last heard, or the present try began, as [`elapsed_ms`] counts.
    heard_ms: f64,
    is_closed: bool,
}

/// The stream. Clones share it.
#[derive(Clone)]
pub(super) struct Connection(Rc<RefCell<Inner>>);

impl Connection {
    /// Opens a stream and keeps it open until the page is left. Before each try `address` gives the
    /// address, or `None` when there is nothing left to follow. `on_message` gets the events called
    /// one of `names`.
    pub(super) fn keep(
        status: RwSignal<Status>,
        names: &'static [&'static str],
        address: impl Fn() -> Option<String> + 'static,
        on_message: impl Fn(&Self, Message) + 'static,
    ) {
        let connection = Self(Rc::new(RefCell::new(Inner {
            status,
            names,
            address: Box::new(address),
            on_message: Rc::new(on_message),
            source: None,
            handlers: vec![],
            tries: 0,
            losses: 0,
            heard_ms: 0.0,
            is_closed: false,
        })));
        let kept = StoredValue::new_local(connection.clone());
        Effect::new(move |_| connection.open());
        if names.contains(&AT) {
            every(WATCH_EVERY, move || {
                kept.try_with_value(Self::watch);
            });
        }
        on_cleanup(move || {
            kept.try_with_value(Self::close);
        });
    }

    /// Whether the page was left.
    pub(super) fn is_closed(&self) -> bool {
        self.0.borrow().is_closed
    }

    fn close(&self) {
        let mut this = self.0.borrow_mut();
        this.is_closed = true;
        // Each handler holds the connection, which holds the handlers.
        this.handlers.clear();
        if let Some(source) = this.source.take() {
            source.close();
        }
    }

    fn open(&self) {
        let mut this = self.0.borrow_mut();
        if this.is_closed || this.source.is_some() {
            return;
        }
        let Some(address) = (this.address)() else { return };
        let Ok(source) = EventSource::new(&address) else {
            drop(this);
            return self.lose();
        };
        this.handlers.clear();
        for name in this.names {
            let (connection, on_message) = (self.clone(), Rc::clone(&this.on_message));
            let handler = Handler::new(move |event: MessageEvent| {
                connection.0.borrow_mut().heard_ms = elapsed_ms();
                if let Some(data) = event.data().as_string() {
                    on_message(&connection, Message { name, id: event.last_event_id(), data });
                }
            });
            let _listening = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
            this.handlers.push(handler);
        }
        let opened = self.clone();
        let opened = Handler::new(move |_| {
            let mut this = opened.0.borrow_mut();
            (this.tries, this.heard_ms) = (0, elapsed_ms());
            this.status.try_set(Status::Live);
        });
        let lost = self.clone();
        let lost = Handler::new(move |_| lost.lose());
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(lost.as_ref().unchecked_ref()));
        this.handlers.extend([opened, lost]);
        (this.source, this.heard_ms) = (Some(source), elapsed_ms());
    }

    /// Gives up a stream that is silent, or a try that takes too long.
    fn watch(&self) {
        let (state, silent_ms) = {
            let this = self.0.borrow();
            let Some(source) = &this.source else { return };
            (source.ready_state(), elapsed_ms() - this.heard_ms)
        };
        let is_open = state == EventSource::OPEN;
        if silent_ms > if is_open { SILENCE_MS_MAX } else { OPENING_MS_MAX } {
            self.lose();
            self.0.borrow().status.try_set(Status::Gone);
        }
    }

    /// Says that the server is gone, unless the stream was opened again since a loss.
    fn give_up(&self, loss: u32) {
        let this = self.0.borrow();
        if !this.is_closed && this.tries > 0 && this.losses == loss && this.is_waiting() {
            this.status.try_set(Status::Gone);
        }
    }

    /// Closes the stream and reopens it after a pause. The pause grows with each try and is random,
    /// so that tabs do not return all at once. The browser's own retry is not used: it gives up
    /// after some errors.
    pub(super) fn lose(&self) {
        let mut this = self.0.borrow_mut();
        if let Some(source) = this.source.take() {
            source.close();
        }
        if this.is_closed {
            return;
        }
        this.tries += 1;
        if this.tries == 1 {
            this.losses += 1;
            let (lost, loss) = (self.clone(), this.losses);
            set_timeout(move || lost.give_up(loss), Duration::from_millis(GONE_MS));
        }
        if this.is_waiting() {
            this.status.try_set(Status::Reconnecting);
        }
        if this.tries >= REFUSED_TRIES {
            leptos::task::spawn_local(check_refused(this.status));
        }
        let longest_ms = (PAUSE_MS << this.tries.min(6)).min(PAUSE_MS_MAX);
        let pause_ms = longest_ms / 2 + (js_sys::Math::random() * (longest_ms / 2) as f64) as u64;
        let again = self.clone();
        set_timeout(move || again.open(), Duration::from_millis(pause_ms));
    }
}

impl Inner {
    /// Whether it is not yet known to be in vain.
    fn is_waiting(&self) -> bool {
        !matches!(self.status.try_get_untracked(), Some(Status::Gone | Status::Refused))
    }
}

/// Sets [`Status::Refused`] when the server answers that we are not signed in.
async fn check_refused(status: RwSignal<Status>) {
    let init = RequestInit::new();
    init.set_method("HEAD");
    let answer = JsFuture::from(window().fetch_with_str_and_init(PROBE, &init)).await;
    let answer = answer.ok().and_then(|it| it.dyn_into::<Response>().ok());
    if answer.is_some_and(|it| it.status() == UNAUTHORIZED) {
        status.try_set(Status::Refused);
    }
}
