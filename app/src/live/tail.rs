//! The stream of one app's lines: opens it, gives what it carries on a few times a second, opens it again behind the last line when it is lost.
//!
//! What the tab can't keep up with is thrown away and asked for again; how much the server then leaves out, it says.

use contract::TailLines;
use leptos::prelude::*;

use super::status::Status;

/// Follows an app's lines until the page is left: `path` is the stream's address with its question, `through` the block that the page has
/// already. Does nothing on the server.
pub fn follow(path: String, through: i64, status: RwSignal<Status>, take: impl Fn(TailLines) + 'static) {
    #[cfg(feature = "hydrate")]
    browser::follow(path, through, status, Box::new(take));
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (path, through, status, take, TailLines::default());
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use contract::LineId;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{EventSource, MessageEvent};

    use super::*;
    use crate::live::source::{GONE_TRIES, pause_ms};

    /// How often what came is given on, milliseconds: more often nobody can read it.
    const FLUSH_MS: u64 = 100;
    /// Most text that waits to be given on, bytes; a hidden tab gives on once a second or less.
    const PENDING_BYTES_MAX: usize = 16 << 20;

    type Handler = Closure<dyn FnMut(MessageEvent)>;

    struct Tail {
        path: String,
        status: RwSignal<Status>,
        take: Box<dyn Fn(TailLines)>,
        /// The last line that was given on, and the last block of which all were.
        reached: LineId,
        through: i64,
        source: Option<EventSource>,
        handlers: Vec<Handler>,
        pending: Vec<(Option<i64>, String)>,
        pending_bytes: usize,
        is_flushing: bool,
        tries: u32,
        closed: bool,
    }

    type Shared = Rc<RefCell<Tail>>;

    pub fn follow(path: String, through: i64, status: RwSignal<Status>, take: Box<dyn Fn(TailLines)>) {
        let shared = Rc::new(RefCell::new(Tail {
            path,
            status,
            take,
            reached: LineId { block: through, index: u32::MAX },
            through,
            source: None,
            handlers: vec![],
            pending: vec![],
            pending_bytes: 0,
            is_flushing: false,
            tries: 0,
            closed: false,
        }));
        let kept = StoredValue::new_local(Rc::clone(&shared));
        Effect::new(move |_| open(&shared));
        on_cleanup(move || {
            kept.try_with_value(|it| {
                let mut tail = it.borrow_mut();
                tail.closed = true;
                // They hold the tail, which holds them.
                tail.handlers.clear();
                if let Some(source) = tail.source.take() {
                    source.close();
                }
            });
        });
    }

    fn open(tail: &Shared) {
        let mut this = tail.borrow_mut();
        if this.closed || this.source.is_some() {
            return;
        }
        let join = if this.path.contains('?') { '&' } else { '?' };
        let Ok(source) = EventSource::new(&format!("{}{join}since={}", this.path, this.through)) else {
            drop(this);
            return lose(tail);
        };
        this.handlers.clear();
        for name in ["lines", "at"] {
            let tail = Rc::clone(tail);
            let handler = Handler::new(move |event: MessageEvent| {
                let Some(data) = event.data().as_string() else { return };
                receive(&tail, event.last_event_id().parse().ok(), data);
            });
            let _heard = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
            this.handlers.push(handler);
        }
        let opened = Rc::clone(tail);
        let opened = Handler::new(move |_| {
            let mut this = opened.borrow_mut();
            this.tries = 0;
            this.status.try_set(Status::Live);
        });
        let lost = Rc::clone(tail);
        let lost = Handler::new(move |_| lose(&lost));
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onerror(Some(lost.as_ref().unchecked_ref()));
        this.handlers.extend([opened, lost]);
        this.source = Some(source);
    }

    fn lose(tail: &Shared) {
        let mut this = tail.borrow_mut();
        if let Some(source) = this.source.take() {
            source.close();
        }
        if this.closed {
            return;
        }
        this.tries += 1;
        this.status.try_set(if this.tries > GONE_TRIES { Status::Gone } else { Status::Reconnecting });
        let again = Rc::clone(tail);
        set_timeout(move || open(&again), Duration::from_millis(pause_ms(this.tries)));
    }

    fn receive(tail: &Shared, id: Option<i64>, data: String) {
        let mut this = tail.borrow_mut();
        this.pending_bytes += data.len();
        if this.pending_bytes > PENDING_BYTES_MAX {
            // What is thrown away is sent again, or counted: the stream goes on behind what was given on.
            this.pending.clear();
            this.pending_bytes = 0;
            drop(this);
            return lose(tail);
        }
        this.pending.push((id, data));
        if !std::mem::replace(&mut this.is_flushing, true) {
            let tail = Rc::clone(tail);
            set_timeout(move || flush(&tail), Duration::from_millis(FLUSH_MS));
        }
    }

    fn flush(tail: &Shared) {
        let mut this = tail.borrow_mut();
        this.is_flushing = false;
        this.pending_bytes = 0;
        if this.closed {
            return;
        }
        let mut whole = TailLines::default();
        for (id, data) in std::mem::take(&mut this.pending) {
            let Ok(mut part) = serde_json::from_slice::<TailLines>(data.as_bytes()) else { continue };
            // Lines of a block that was cut off come again.
            part.lines.retain(|it| it.id > this.reached);
            this.reached = part.lines.last().map_or(this.reached, |it| it.id);
            this.through = id.unwrap_or(this.through).max(this.through);
            whole.lines.append(&mut part.lines);
            if part.skipped > 0 {
                whole.from_ms = if whole.skipped == 0 { part.from_ms } else { whole.from_ms };
                (whole.skipped, whole.to_ms) = (whole.skipped + part.skipped, part.to_ms);
            }
        }
        let shared = Rc::clone(tail);
        drop(this);
        if !whole.lines.is_empty() || whole.skipped > 0 {
            (shared.borrow().take)(whole);
        }
    }
}
