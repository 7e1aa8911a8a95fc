//! The stream of one app's lines: gives what it carries on a few times a second, and goes on behind the last line when it was lost.
//!
//! What the tab can't keep up with is thrown away and asked for again; how much the server then leaves out, it says.

use contract::TailBatch;
use leptos::prelude::*;

use super::status::Status;

/// Follows an app's lines until the page is left: `path` is the stream's address with its question, `through` the block that the page has
/// already. Does nothing on the server.
pub fn follow(path: String, through: i64, status: RwSignal<Status>, take: impl Fn(TailBatch) + 'static) {
    #[cfg(feature = "hydrate")]
    browser::follow(path, through, status, std::rc::Rc::new(take));
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (path, through, status, take, TailBatch::default());
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use contract::LineId;
    use web_sys::MessageEvent;

    use super::*;
    use crate::live::connection::Connection;

    /// How often what came is given on, milliseconds: more often nobody can read it.
    const FLUSH_MS: u64 = 100;
    /// Most text that waits to be given on, bytes; a hidden tab gives on once a second or less.
    const PENDING_BYTES_MAX: usize = 16 << 20;

    struct Tail {
        /// The last line that was given on, and the last block of which all were.
        reached: LineId,
        through: i64,
        pending: Vec<(Option<i64>, String)>,
        pending_bytes: usize,
        is_flushing: bool,
    }

    pub fn follow(path: String, through: i64, status: RwSignal<Status>, take: Rc<dyn Fn(TailBatch)>) {
        let reached = LineId { block: through, index: u32::MAX };
        let tail = Tail { reached, through, pending: vec![], pending_bytes: 0, is_flushing: false };
        let tail = Rc::new(RefCell::new(tail));
        let address = {
            let (tail, join) = (Rc::clone(&tail), if path.contains('?') { '&' } else { '?' });
            move || Some(format!("{path}{join}since={}", tail.borrow().through))
        };
        Connection::keep(status, &["lines", "at"], address, move |connection, _, event| {
            receive(connection, &tail, &take, &event);
        });
    }

    fn receive(connection: &Connection, tail: &Rc<RefCell<Tail>>, take: &Rc<dyn Fn(TailBatch)>, event: &MessageEvent) {
        let Some(data) = event.data().as_string() else { return };
        let mut this = tail.borrow_mut();
        this.pending_bytes += data.len();
        if this.pending_bytes > PENDING_BYTES_MAX {
            // What is thrown away is sent again, or counted: the stream goes on behind what was given on.
            this.pending.clear();
            this.pending_bytes = 0;
            return connection.lose();
        }
        this.pending.push((event.last_event_id().parse().ok(), data));
        if !std::mem::replace(&mut this.is_flushing, true) {
            let (connection, tail, take) = (connection.clone(), Rc::clone(tail), Rc::clone(take));
            let flush = move || {
                let came = tail.borrow_mut().flush();
                if !connection.is_closed() && (!came.lines.is_empty() || came.skipped > 0) {
                    take(came);
                }
            };
            set_timeout(flush, Duration::from_millis(FLUSH_MS));
        }
    }

    impl Tail {
        /// All that waits, as one.
        fn flush(&mut self) -> TailBatch {
            self.is_flushing = false;
            self.pending_bytes = 0;
            let mut whole = TailBatch::default();
            for (id, data) in std::mem::take(&mut self.pending) {
                let Ok(mut part) = serde_json::from_slice::<TailBatch>(data.as_bytes()) else { continue };
                // Lines of a block that was cut off come again.
                part.lines.retain(|it| it.id > self.reached);
                self.reached = part.lines.last().map_or(self.reached, |it| it.id);
                self.through = id.unwrap_or(self.through).max(self.through);
                whole.lines.append(&mut part.lines);
                if part.skipped > 0 {
                    whole.from_ms = if whole.skipped == 0 { part.from_ms } else { whole.from_ms };
                    (whole.skipped, whole.to_ms) = (whole.skipped + part.skipped, part.to_ms);
                }
            }
            whole
        }
    }
}
