//! Slows down password guessing, per peer and for all peers together; never locks anybody out for
//! good.
//!
//! A peer may send [`BURST`] wrong passwords at once, then one every [`INTERVAL`]. All peers that
//! have sent a wrong password lately share a second limit. A password above the limits waits until
//! its turn, in order of arrival, and is compared only then: any earlier reply would tell a guesser
//! as much as the right one. The right password gives its turn back, so it costs nothing, and a
//! peer without a recent wrong password never waits for others. A password whose turn would be more
//! than [`WAIT_MAX`] away is refused.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rustc_hash::FxHashMap;

/// Wrong passwords of one peer that are answered without delay.
pub(crate) const BURST: u32 = 10;
/// Time between two passwords of one peer after that.
pub(crate) const INTERVAL: Duration = Duration::from_millis(500);
/// Wrong passwords of all peers together that are answered without delay.
const BURST_ALL: u32 = 50;
/// Time between two passwords of all peers after that.
const INTERVAL_ALL: Duration = Duration::from_millis(100);
/// The longest wait for a turn.
pub(crate) const WAIT_MAX: Duration = Duration::from_secs(10);
/// Most peers that are remembered; all further ones share one limit.
const PEERS_MAX: usize = 4_096;
/// How long a peer is remembered after its last turn.
const FORGET_AFTER: Duration = Duration::from_secs(600);
/// Least time between two searches for peers to forget.
const FORGET_EVERY: Duration = Duration::from_secs(1);

/// The turns that all peers have reserved.
#[derive(Debug, Default)]
pub(crate) struct PasswordThrottle(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// The time of the last reserved turn, by peer. `None` stands for all peers beyond
    /// [`PEERS_MAX`].
    peers: FxHashMap<Option<IpAddr>, Instant>,
    all: Option<Instant>,
    /// When peers were last forgotten.
    forgot_at: Option<Instant>,
}

/// A turn that a peer has reserved, to be given back when the password was right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn {
    /// How long to wait before the password is compared.
    pub wait: Duration,
    peer: Option<IpAddr>,
}

/// The turn would be too far away: try again after this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyAttempts(pub Duration);

impl PasswordThrottle {
    /// Reserves a peer's next turn.
    ///
    /// # Errors
    /// [`TooManyAttempts`] when the wait would exceed [`WAIT_MAX`]; nothing is reserved then.
    pub(crate) fn reserve(&self, peer: Option<IpAddr>, now: Instant) -> Result<Turn, TooManyAttempts> {
        let mut inner = self.lock();
        let peer = inner.remembered(peer.map(address_group), now);
        let due = inner.peers.get(&peer).copied();
        // A peer without a recent wrong password does not wait for those that have one.
        let wait_all = due.map_or(Duration::ZERO, |_| wait_until(inner.all, now, INTERVAL_ALL, BURST_ALL));
        let wait = wait_until(due, now, INTERVAL, BURST).max(wait_all);
        if wait > WAIT_MAX {
            return Err(TooManyAttempts(wait - WAIT_MAX));
        }
        inner.peers.insert(peer, due.unwrap_or(now).max(now) + INTERVAL);
        // Bounded, because every new peer adds to it: otherwise known peers would wait for ever.
        inner.all =
            Some((inner.all.unwrap_or(now).max(now) + INTERVAL_ALL).min(now + WAIT_MAX + INTERVAL_ALL * BURST_ALL));
        Ok(Turn { wait, peer })
    }

    /// Gives a turn back, because the password was right.
    pub(crate) fn refund(&self, turn: Turn) {
        let mut inner = self.lock();
        if let Some(due) = inner.peers.get_mut(&turn.peer)
            && let Some(before) = due.checked_sub(INTERVAL)
        {
            *due = before;
        }
        inner.all = inner.all.and_then(|it| it.checked_sub(INTERVAL_ALL));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// The key that a peer is remembered under; `None` when there is no room for it.
    fn remembered(&mut self, peer: Option<IpAddr>, now: Instant) -> Option<IpAddr> {
        if self.peers.len() < PEERS_MAX || self.peers.contains_key(&peer) {
            return peer;
        }
        if self.forgot_at.is_none_or(|it| now.saturating_duration_since(it) >= FORGET_EVERY) {
            self.forgot_at = Some(now);
            self.peers.retain(|_, due| *due + FORGET_AFTER > now);
        }
        peer.filter(|_| self.peers.len() < PEERS_MAX)
    }
}

/// How long to wait when the last reserved turn is at `due`.
fn wait_until(due: Option<Instant>, now: Instant, interval: Duration, burst: u32) -> Duration {
    due.map_or(Duration::ZERO, |it| it.saturating_duration_since(now)).saturating_sub(interval * (burst - 1))
}

/// The address that a peer is counted under: an IPv4 address, or the /64 of an IPv6 address.
fn address_group(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => Ipv6Addr::from_bits(it.to_bits() & (u128::MAX << 64)).into(),
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    fn peer(n: u32) -> Option<IpAddr> {
        Some(IpAddr::from(n.to_be_bytes()))
    }

    #[test]
    fn ok_a_peer_is_slowed_down_and_no_other() {
        let (throttle, now) = (PasswordThrottle::default(), Instant::now());
        let waits: Vec<Result<Duration, TooManyAttempts>> =
            (0..35).map(|_| throttle.reserve(peer(1), now).map(|it| it.wait)).collect();
        let expected = |n: u32| match n {
            ..BURST => Ok(Duration::ZERO),
            30.. => Err(TooManyAttempts(INTERVAL)),
            _ => Ok(INTERVAL * (n - BURST + 1)),
        };
        assert_eq!(waits, (0..35).map(expected).collect::<Vec<_>>());
        assert_eq!(throttle.reserve(peer(2), now).unwrap().wait, Duration::ZERO);
        // The reserved turns pass.
        assert_eq!(throttle.reserve(peer(1), now + INTERVAL * 21).unwrap().wait, Duration::ZERO);
    }

    #[test]
    fn ok_the_right_password_costs_nothing() {
        let (throttle, now) = (PasswordThrottle::default(), Instant::now());
        for _ in 0..1_000 {
            let turn = throttle.reserve(peer(1), now).unwrap();
            assert_eq!(turn.wait, Duration::ZERO);
            throttle.refund(turn);
        }
    }

    #[test]
    fn ok_many_peers_share_a_pace_and_a_newcomer_does_not_wait() {
        let (throttle, now) = (PasswordThrottle::default(), Instant::now());
        let at_once = (0..1_000_u32).filter(|n| throttle.reserve(peer(n % 100), now).is_ok_and(|it| it.wait.is_zero()));
        // Each peer's first password; then the shared burst is used up.
        assert_eq!(at_once.count(), 100);
        assert_eq!(throttle.reserve(peer(5_000), now).unwrap().wait, Duration::ZERO);
    }

    #[test]
    fn ok_what_is_remembered_is_bounded() {
        let (throttle, now) = (PasswordThrottle::default(), Instant::now());
        let at_once = (0..50_000).filter(|n| throttle.reserve(peer(*n), now).is_ok_and(|it| it.wait.is_zero())).count();
        assert!(at_once <= PEERS_MAX + BURST as usize, "{at_once}");
        assert!(throttle.lock().peers.len() <= PEERS_MAX + 1);
        let later = now + FORGET_AFTER + INTERVAL * 2;
        assert_eq!(throttle.reserve(peer(60_000), later).unwrap().wait, Duration::ZERO);
    }

    #[test]
    fn ok_an_address_of_ipv6_is_a_network() {
        let (throttle, now) = (PasswordThrottle::default(), Instant::now());
        let of = |it: u16| Some(IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, it, 0, 0, 1)));
        let at_once = (0..100).filter(|n| throttle.reserve(of(*n), now).is_ok_and(|it| it.wait.is_zero())).count();
        assert_eq!(at_once, BURST as usize);
    }
}
