//! The tail of one app's log: hands new lines on a few times a second, and resumes after the last
//! one when the stream is lost.
//!
//! Lines that the tab is too slow for are dropped here and requested again. The server counts what
//! it then skips.

use contract::TailBatch;
use leptos::prelude::*;

use super::status::Status;

/// Follows an app's lines until the page is left. `path` is the stream's address with its query;
/// `through` is the last block that the page already has. Does nothing on the server.
pub fn follow(path: String, through: i64, status: RwSignal<Status>, take: impl Fn(TailBatch) + 'static) {
    #[cfg(feature = "hydrate")]
    stream::follow(path, through, status, std::rc::Rc::new(take));
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (path, through, status, take, TailBatch::default());
}

#[cfg(feature = "hydrate")]
mod stream {
    use std::{cell::RefCell, rc::Rc, time::Duration};

    use contract::LineId;

    use super::*;
    use crate::live::connection::{Connection, Message};

    /// How often lines are handed on, milliseconds. Nobody reads faster.
    const FLUSH_MS: u64 = 100;
    /// Most text that waits to be handed on, bytes. A hidden tab hands on once a second or less
    /// often.
    const PENDING_BYTES_MAX: usize = 16 << 20;

    struct Tail {
        /// The last line that was handed on.
        last: LineId,
        /// The last block that was handed on whole.
        through: i64,
        pending: Vec<Message>,
        pending_bytes: usize,
        is_flushing: bool,
    }

    pub fn follow(path: String, through: i64, status: RwSignal<Status>, take: Rc<dyn Fn(TailBatch)>) {
        let last = LineId { block: through, index: u32::MAX };
        let tail = Tail { last, through, pending: vec![], pending_bytes: 0, is_flushing: false };
        let tail = Rc::new(RefCell::new(tail));
        let address = {
            let (tail, join) = (Rc::clone(&tail), if path.contains('?') { '&' } else { '?' });
            move || Some(format!("{path}{join}since={}", tail.borrow().through))
        };
        Connection::keep(status, &["lines", "at"], address, move |connection, message| {
            receive(connection, &tail, &take, message);
        });
    }

    fn receive(connection: &Connection, tail: &Rc<RefCell<Tail>>, take: &Rc<dyn Fn(TailBatch)>, message: Message) {
        let mut this = tail.borrow_mut();
        this.pending_bytes += message.data.len();
        if this.pending_bytes > PENDING_BYTES_MAX {
            // The server sends these lines again, or counts them as skipped: the stream resumes
            // after the last line that was handed on.
            this.pending.clear();
            this.pending_bytes = 0;
            return connection.lose();
        }
        this.pending.push(message);
        if !std::mem::replace(&mut this.is_flushing, true) {
            let (connection, tail, take) = (connection.clone(), Rc::clone(tail), Rc::clone(take));
            let flush = move || {
                let batch = tail.borrow_mut().flush();
                if !connection.is_closed() && (!batch.lines.is_empty() || batch.skipped > 0) {
                    take(batch);
                }
            };
            set_timeout(flush, Duration::from_millis(FLUSH_MS));
        }
    }

    impl Tail {
        /// All pending messages as one batch.
        fn flush(&mut self) -> TailBatch {
            self.is_flushing = false;
            self.pending_bytes = 0;
            let mut whole = TailBatch::default();
            for message in std::mem::take(&mut self.pending) {
                let Ok(mut part) = serde_json::from_slice::<TailBatch>(message.data.as_bytes()) else { continue };
                // After a reconnect the server repeats a block that was cut off.
                part.lines.retain(|it| it.id > self.last);
                self.last = part.lines.last().map_or(self.last, |it| it.id);
                self.through = message.id.parse().unwrap_or(self.through).max(self.through);
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
