//! One event stream of the server: opened, heard, and opened again behind what was heard when it is lost. Knows nothing of what it carries.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{EventSource, MessageEvent, RequestInit, Response};

use super::status::Status;

/// The first pause before opening again, and the longest, milliseconds.
const PAUSE_MS: u64 = 500;
const PAUSE_MS_MAX: u64 = 15_000;
/// Failed tries after which the server counts as gone.
const GONE_TRIES: u32 = 4;

/// Failed tries after which it is asked whether the server refuses us: a stream does not say why it failed.
const REFUSED_TRIES: u32 = 2;
/// What is asked then.
const PROBE: &str = "/api/v1/apps";
const UNAUTHORIZED: u16 = 401;

type Handler = Closure<dyn FnMut(MessageEvent)>;
type Heard = dyn Fn(&Connection, &'static str, MessageEvent);

struct Inner {
    status: RwSignal<Status>,
    names: &'static [&'static str],
    address: Box<dyn Fn() -> Option<String>>,
    heard: Rc<Heard>,
    source: Option<EventSource>,
    handlers: Vec<Handler>,
    tries: u32,
    closed: bool,
}

/// The stream; copies are the same one.
#[derive(Clone)]
pub(super) struct Connection(Rc<RefCell<Inner>>);

impl Connection {
    /// Opens a stream that is closed when the page is left. `address` is asked before each try, and may say that there is nothing to hear any
    /// more; `heard` takes the events of those `names`.
    pub(super) fn keep(
        status: RwSignal<Status>,
        names: &'static [&'static str],
        address: impl Fn() -> Option<String> + 'static,
        heard: impl Fn(&Self, &'static str, MessageEvent) + 'static,
    ) {
        let connection = Self(Rc::new(RefCell::new(Inner {
            status,
            names,
            address: Box::new(address),
            heard: Rc::new(heard),
            source: None,
            handlers: vec![],
            tries: 0,
            closed: false,
        })));
        let kept = StoredValue::new_local(connection.clone());
        Effect::new(move |_| connection.open());
        on_cleanup(move || {
            kept.try_with_value(Self::close);
        });
    }

    /// Whether the page was left.
    pub(super) fn is_closed(&self) -> bool {
        self.0.borrow().closed
    }

    fn close(&self) {
        let mut this = self.0.borrow_mut();
        this.closed = true;
        // They hold the stream, which holds them.
        this.handlers.clear();
        if let Some(source) = this.source.take() {
            source.close();
        }
    }

    fn open(&self) {
        let mut this = self.0.borrow_mut();
        if this.closed || this.source.is_some() {
            return;
        }
        let Some(address) = (this.address)() else { return };
        let Ok(source) = EventSource::new(&address) else {
            drop(this);
            return self.lose();
        };
        this.handlers.clear();
        for name in this.names {
            let (connection, heard) = (self.clone(), Rc::clone(&this.heard));
            let handler = Handler::new(move |event| heard(&connection, name, event));
            let _heard = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
            this.handlers.push(handler);
        }
        let opened = self.clone();
        let opened = Handler::new(move |_| {
            let mut this = opened.0.borrow_mut();
            this.tries = 0;
            this.status.try_set(Status::Live);
        });
        let lost = self.clone();
        let lost = Handler::new(move |_| lost.lose());
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(lost.as_ref().unchecked_ref()));
        this.handlers.extend([opened, lost]);
        this.source = Some(source);
    }

    /// Closes what is left and opens anew after a pause, longer each time, and not all tabs at once: the browser's own retry gives up on some
    /// errors.
    pub(super) fn lose(&self) {
        let mut this = self.0.borrow_mut();
        if let Some(source) = this.source.take() {
            source.close();
        }
        if this.closed {
            return;
        }
        this.tries += 1;
        if this.status.try_get_untracked() != Some(Status::Refused) {
            this.status.try_set(if this.tries > GONE_TRIES { Status::Gone } else { Status::Reconnecting });
        }
        if this.tries >= REFUSED_TRIES {
            leptos::task::spawn_local(tell_refusal(this.status));
        }
        let longest_ms = (PAUSE_MS << this.tries.min(6)).min(PAUSE_MS_MAX);
        let pause_ms = longest_ms / 2 + (js_sys::Math::random() * (longest_ms / 2) as f64) as u64;
        let again = self.clone();
        set_timeout(move || again.open(), Duration::from_millis(pause_ms));
    }
}

/// Says so when the server answers, but not to us.
async fn tell_refusal(status: RwSignal<Status>) {
    let init = RequestInit::new();
    init.set_method("HEAD");
    let answer = JsFuture::from(window().fetch_with_str_and_init(PROBE, &init)).await;
    let answer = answer.ok().and_then(|it| it.dyn_into::<Response>().ok());
    if answer.is_some_and(|it| it.status() == UNAUTHORIZED) {
        status.try_set(Status::Refused);
    }
}
