//! The table of open connections, with a limit for all and one per address. When there is no room,
//! the connection that has kept the server waiting longest is closed for the new one, so that
//! silent connections can't lock others out.
//!
//! The address is that of the TCP peer. IPv6 addresses are grouped by /64, since one host owns a
//! whole /64. Clients behind one proxy share its address.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};

use rustc_hash::FxHashMap;
use tokio::sync::Notify;

use crate::telemetry::Counters;

/// One address may hold at most this fraction (1/n) of all connections.
const PEER_SHARE_DIVISOR: usize = 4;
/// Most live streams of one address: a quarter of all that are allowed.
pub(crate) const PEER_STREAMS_MAX: usize = 250;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// A head, or a syslog sender's token, is arriving.
    Head,
    /// A body is arriving.
    Body,
    /// No request is in progress.
    Idle,
    /// The server owes a reply.
    Busy,
}

/// What one connection is doing, and since when.
#[derive(Debug)]
pub(crate) struct ConnectionState {
    /// Microseconds since the process's first connection, with the phase in the lowest two bits.
    /// Microseconds, because hundreds of connections may arrive within a millisecond and the oldest
    /// must be known.
    since_and_phase: AtomicU64,
    evicted: Notify,
}

static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

impl ConnectionState {
    fn new() -> Arc<Self> {
        let state = Self { since_and_phase: AtomicU64::new(0), evicted: Notify::new() };
        state.set(Phase::Head);
        Arc::new(state)
    }

    /// Sets the phase, starting now.
    pub(crate) fn set(&self, phase: Phase) {
        self.set_since(phase, Instant::now());
    }

    /// Sets the phase and when it started.
    pub(crate) fn set_since(&self, phase: Phase, since: Instant) {
        let us = u64::try_from(since.saturating_duration_since(*BEGAN).as_micros()).unwrap_or(u64::MAX >> 2);
        self.since_and_phase.store(us << 2 | phase as u64, Relaxed);
    }

    #[must_use]
    pub(crate) fn phase(&self) -> Phase {
        match self.since_and_phase.load(Relaxed) & 3 {
            0 => Phase::Head,
            1 => Phase::Body,
            2 => Phase::Idle,
            _ => Phase::Busy,
        }
    }

    /// Waits until the connection must be closed for another.
    pub(crate) async fn evicted(&self) {
        self.evicted.notified().await;
    }

    /// The order of eviction: connections inside a head or body first, then idle ones; each oldest
    /// first.
    fn rank(&self) -> (bool, u64) {
        (self.phase() == Phase::Idle, self.since_and_phase.load(Relaxed) >> 2)
    }
}

/// All connections of one kind, such as HTTP.
#[derive(Debug)]
pub(crate) struct ConnectionTable {
    open: Mutex<Open>,
    connections_max: usize,
    peer_max: usize,
    counters: Arc<Counters>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_peer: FxHashMap<IpAddr, Peer>,
}

#[derive(Debug, Default)]
struct Peer {
    connections: Vec<Arc<ConnectionState>>,
    streams: usize,
}

impl ConnectionTable {
    /// A table for at most `connections_max` connections.
    #[must_use]
    pub(crate) fn new(connections_max: usize, counters: Arc<Counters>) -> Arc<Self> {
        let peer_max = (connections_max / PEER_SHARE_DIVISOR).max(1);
        Arc::new(Self { open: Mutex::default(), connections_max, peer_max, counters })
    }

    /// Admits a connection, closing another if necessary. `None` when all others are busy.
    #[must_use]
    pub(crate) fn admit(self: &Arc<Self>, peer: IpAddr) -> Option<ConnectionSlot> {
        let peer = address_group(peer);
        let mut open = self.lock();
        let peer_connections = open.by_peer.get(&peer).map_or(0, |it| it.connections.len());
        if peer_connections >= self.peer_max {
            self.evict(&mut open, Some(peer))?;
        } else if open.total >= self.connections_max {
            self.evict(&mut open, None)?;
        }
        let state = ConnectionState::new();
        open.by_peer.entry(peer).or_default().connections.push(Arc::clone(&state));
        open.total += 1;
        Some(ConnectionSlot { table: Arc::clone(self), peer, state })
    }

    /// Admits a live stream. `None` when the address has [`PEER_STREAMS_MAX`].
    #[must_use]
    pub(crate) fn stream(self: &Arc<Self>, peer: IpAddr) -> Option<StreamSlot> {
        let peer = address_group(peer);
        let mut open = self.lock();
        let entry = open.by_peer.entry(peer).or_default();
        if entry.streams >= PEER_STREAMS_MAX {
            self.counters.subscribers_refused.add(1);
            return None;
        }
        entry.streams += 1;
        Some(StreamSlot { table: Arc::clone(self), peer })
    }

    /// Closes the connection, of one address or of all, that has kept the server waiting longest.
    fn evict(&self, open: &mut Open, peer: Option<IpAddr>) -> Option<()> {
        let peers = open.by_peer.iter().filter(|(address, _)| peer.is_none_or(|it| **address == it));
        let waiting = peers.flat_map(|(peer, entry)| entry.connections.iter().map(move |state| (*peer, state)));
        let (peer, state) =
            waiting.filter(|(_, state)| state.phase() != Phase::Busy).min_by_key(|(_, state)| state.rank())?;
        let state = Arc::clone(state);
        open.remove(peer, &state);
        state.evicted.notify_one();
        self.counters.connections_evicted.add(1);
        Some(())
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Removes a connection; does nothing when it was evicted before.
    fn remove(&mut self, peer: IpAddr, state: &Arc<ConnectionState>) {
        let Some(entry) = self.by_peer.get_mut(&peer) else { return };
        if let Some(at) = entry.connections.iter().position(|it| Arc::ptr_eq(it, state)) {
            entry.connections.swap_remove(at);
            self.total -= 1;
        }
        self.remove_if_empty(peer);
    }

    fn remove_if_empty(&mut self, peer: IpAddr) {
        if self.by_peer.get(&peer).is_some_and(|it| it.connections.is_empty() && it.streams == 0) {
            self.by_peer.remove(&peer);
        }
    }
}

/// A connection's place in the table. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct ConnectionSlot {
    table: Arc<ConnectionTable>,
    peer: IpAddr,
    /// What the connection is doing.
    pub state: Arc<ConnectionState>,
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        self.table.lock().remove(self.peer, &self.state);
    }
}

/// A live stream's place. Dropping it frees the place.
#[derive(Debug)]
pub(crate) struct StreamSlot {
    table: Arc<ConnectionTable>,
    peer: IpAddr,
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut open = self.table.lock();
        if let Some(entry) = open.by_peer.get_mut(&self.peer) {
            entry.streams -= 1;
        }
        open.remove_if_empty(self.peer);
    }
}

/// The address that a peer is counted under: an IPv4 address, or the /64 of an IPv6 address.
fn address_group(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        v4 => v4,
    }
}
