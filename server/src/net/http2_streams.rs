//! The requests of one HTTP/2 connection. Each takes a place in the table of connections, as if it
//! had a connection of its own, so that one connection can't do what many could not. How HTTP/2 is
//! spoken is decided in `http2`.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use rustc_hash::FxHashMap;
use tokio::{sync::Notify, time::Instant};

use super::{
    io::WRITE_MAX,
    table::{ConnectionSlot, ConnectionState, ConnectionTable, Phase},
};
use crate::telemetry::Counters;

/// Most requests of a connection that were given up before their replies were complete, less those
/// that were answered. A browser gives up its live streams when it leaves a page.
const RESETS_MAX: u32 = 200;
/// Time between two looks for a reply that is not taken.
const STALLS_EVERY: Duration = Duration::from_secs(5);

/// The open requests of a connection.
pub(super) struct Http2Streams {
    /// The state of the connection.
    state: Arc<ConnectionState>,
    open: Mutex<Open>,
    closed: Notify,
}

#[derive(Default)]
struct Open {
    requests: usize,
    next_id: u64,
    resets: u32,
    /// Since when a reply waits for the peer, by the number of its request. As many at most as
    /// there are open requests.
    waiting: FxHashMap<u64, Instant>,
}

impl Http2Streams {
    /// A connection without requests.
    pub(super) fn new(state: Arc<ConnectionState>) -> Arc<Self> {
        Arc::new(Self { state, open: Mutex::default(), closed: Notify::new() })
    }

    /// A place for a new request. `None` when there is none, neither for the address nor at all.
    pub(super) fn open(self: &Arc<Self>, table: &Arc<ConnectionTable>, client: IpAddr) -> Option<StreamPlace> {
        let id = {
            let mut open = self.lock();
            open.requests += 1;
            open.next_id += 1;
            // The connection itself must not be closed to make the place.
            self.state.set(Phase::Busy);
            open.next_id
        };
        let Some(slot) = table.admit(client) else {
            self.leave();
            return None;
        };
        slot.state.set(Phase::Busy);
        Some(StreamPlace { slot, streams: Arc::clone(self), id, sent: Sent::Part })
    }

    /// Closes the connection.
    pub(super) fn close(&self) {
        self.closed.notify_one();
    }

    /// Waits until the connection must be closed: one of its requests has to make room, too many
    /// were given up, or a reply is not taken.
    pub(super) async fn ended(&self, counters: &Counters) {
        let mut ticks = tokio::time::interval(STALLS_EVERY);
        loop {
            tokio::select! {
                () = self.closed.notified() => return,
                _ = ticks.tick() => {}
            }
            if self.lock().waiting.values().any(|since| since.elapsed() >= WRITE_MAX) {
                counters.answers_slow.add(1);
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self) {
        let mut open = self.lock();
        open.requests -= 1;
        if open.requests == 0 {
            self.state.set(Phase::Idle);
        }
    }
}

/// What the connection has asked for of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// Not all of it yet.
    Part,
    /// All of it.
    All,
}

/// A request's place. Dropping it frees the place.
pub(super) struct StreamPlace {
    slot: ConnectionSlot,
    streams: Arc<Http2Streams>,
    id: u64,
    sent: Sent,
}

impl StreamPlace {
    /// The state of the request.
    pub(super) fn state(&self) -> Arc<ConnectionState> {
        Arc::clone(&self.slot.state)
    }

    /// The requests that it is one of.
    pub(super) fn streams(&self) -> Arc<Http2Streams> {
        Arc::clone(&self.streams)
    }

    /// Whether nothing of the reply is left.
    pub(super) fn has_sent_all(&self) -> bool {
        self.sent == Sent::All
    }

    /// The reply was handed over as far as `sent` says. The connection asks for more when the peer
    /// has taken that.
    pub(super) fn hand_over(&mut self, sent: Sent) {
        self.sent = sent;
        self.streams.lock().waiting.insert(self.id, Instant::now());
    }

    /// The peer has taken what was handed over.
    pub(super) fn taken(&mut self) {
        self.streams.lock().waiting.remove(&self.id);
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        self.streams.leave();
        let mut open = self.streams.lock();
        open.waiting.remove(&self.id);
        open.resets = match self.sent {
            Sent::All => open.resets.saturating_sub(1),
            Sent::Part => open.resets + 1,
        };
        if open.resets > RESETS_MAX {
            self.streams.closed.notify_one();
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::time::timeout;

    use super::*;

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    /// A connection in a table that has `places` for its address.
    fn connection(places: usize) -> (Arc<ConnectionTable>, ConnectionSlot, Arc<Http2Streams>) {
        let table = ConnectionTable::new(places * 4, Arc::default());
        let slot = table.admit(CLIENT).unwrap();
        let streams = Http2Streams::new(Arc::clone(&slot.state));
        (table, slot, streams)
    }

    #[test]
    fn ok_requests_take_places_like_connections() {
        let (table, slot, streams) = connection(3);
        let (first, second) = (streams.open(&table, CLIENT).unwrap(), streams.open(&table, CLIENT).unwrap());
        assert!(streams.open(&table, CLIENT).is_none(), "more than the address may have");
        assert_eq!(slot.state.phase(), Phase::Busy);
        drop(first);
        assert_eq!(slot.state.phase(), Phase::Busy);
        // One whose body is on its way makes room, like a connection.
        second.state().set(Phase::Body);
        let third = streams.open(&table, CLIENT).unwrap();
        assert!(streams.open(&table, CLIENT).is_some(), "the body had to make room");
        drop((second, third));
        assert_eq!(slot.state.phase(), Phase::Idle);
    }

    #[tokio::test]
    async fn err_too_many_are_given_up() {
        let (table, _slot, streams) = connection(3);
        let counters = Counters::default();
        let is_closed = async || timeout(Duration::from_millis(1), streams.ended(&counters)).await.is_ok();
        for _ in 0..2 * RESETS_MAX {
            drop(streams.open(&table, CLIENT).unwrap());
            let mut answered = streams.open(&table, CLIENT).unwrap();
            answered.hand_over(Sent::All);
        }
        assert!(!is_closed().await);
        for _ in 0..=RESETS_MAX {
            drop(streams.open(&table, CLIENT).unwrap());
        }
        assert!(is_closed().await);
    }
}
