//! Slows password guesses down, a peer and in all, and never shuts anybody out for good.
//!
//! A peer may be wrong [`BURST`] times at once, then once each [`INTERVAL`]; all peers that were wrong lately share a pace too. What comes
//! faster waits for its turn, in the order it came, and is only then looked at: an answer at once would tell a guesser as much as the
//! right one. The right password gives its turn back, so that it costs nothing, and a peer that was not wrong lately never waits for
//! others. Only when a turn would be too far off is one sent away.

use std::{
    net::{IpAddr, Ipv6Addr},
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use rustc_hash::FxHashMap;

/// Wrong passwords of one peer that are answered at once.
pub const BURST: u32 = 10;
/// Time between two of its guesses after that.
pub const INTERVAL: Duration = Duration::from_millis(500);
/// Wrong passwords of all peers that are answered at once.
const BURST_ALL: u32 = 50;
/// Time between two guesses of all after that.
const INTERVAL_ALL: Duration = Duration::from_millis(100);
/// The longest that one waits for its turn.
pub const WAIT_MAX: Duration = Duration::from_secs(10);
/// Peers that are remembered; further ones share their turns.
const PEERS_MAX: usize = 4_096;
/// How long a peer is remembered after its last turn.
const FORGET_AFTER: Duration = Duration::from_secs(600);
/// Time between two searches for peers to forget.
const FORGET_EVERY: Duration = Duration::from_secs(1);

/// The guesses of all peers.
#[derive(Debug, Default)]
pub struct PasswordThrottle(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// By peer; `None` are those who found no room. When all its turns will have passed.
    peers: FxHashMap<Option<IpAddr>, Instant>,
    all: Option<Instant>,
    /// When peers were last forgotten.
    forgot_at: Option<Instant>,
}

/// A turn that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// How long to wait for it.
    pub wait: Duration,
    peer: Option<IpAddr>,
}

/// The turn would be too far off: come again after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooManyAttempts(pub Duration);

impl PasswordThrottle {
    /// Takes a turn of a peer.
    ///
    /// # Errors
    /// [`TooManyAttempts`] when it would have to wait for too long; no turn is taken then.
    pub fn reserve(&self, peer: Option<IpAddr>, now: Instant) -> Result<Turn, TooManyAttempts> {
        let mut inner = self.lock();
        let peer = inner.remembered(peer.map(address_group), now);
        let due = inner.peers.get(&peer).copied();
        // Who was not wrong lately does not wait for those who were.
        let wait_all = due.map_or(Duration::ZERO, |_| wait_until(inner.all, now, INTERVAL_ALL, BURST_ALL));
        let wait = wait_until(due, now, INTERVAL, BURST).max(wait_all);
        if wait > WAIT_MAX {
            return Err(TooManyAttempts(wait - WAIT_MAX));
        }
        inner.peers.insert(peer, due.unwrap_or(now).max(now) + INTERVAL);
        // Newcomers come as they come: what they add is bounded, or the others would wait for ever.
        inner.all =
            Some((inner.all.unwrap_or(now).max(now) + INTERVAL_ALL).min(now + WAIT_MAX + INTERVAL_ALL * BURST_ALL));
        Ok(Turn { wait, peer })
    }

    /// Gives a turn back: the password was right.
    pub fn refund(&self, turn: Turn) {
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
    /// The peer, or `None` when there is no room to remember it.
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

/// How long to wait when all turns so far will have passed at `due`.
fn wait_until(due: Option<Instant>, now: Instant, interval: Duration, burst: u32) -> Duration {
    due.map_or(Duration::ZERO, |it| it.saturating_duration_since(now)).saturating_sub(interval * (burst - 1))
}

/// What one person or machine has: an IPv4 address, or 64 bits of an IPv6 one.
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
        // Its turns pass.
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
        let at_once =
            (0..1_000_u32).filter(|it| throttle.reserve(peer(it % 100), now).is_ok_and(|it| it.wait.is_zero()));
        // Each its first, and what is free for all.
        assert_eq!(at_once.count(), 100);
        assert_eq!(throttle.reserve(peer(5_000), now).unwrap().wait, Duration::ZERO);
    }

    #[test]
    fn ok_what_is_remembered_is_bounded() {
        let (throttle, now) = (PasswordThrottle::default(), Instant::now());
        let at_once =
            (0..50_000).filter(|it| throttle.reserve(peer(*it), now).is_ok_and(|it| it.wait.is_zero())).count();
        assert!(at_once <= PEERS_MAX + BURST as usize, "{at_once}");
        assert!(throttle.lock().peers.len() <= PEERS_MAX + 1);
        let later = now + FORGET_AFTER + INTERVAL * 2;
        assert_eq!(throttle.reserve(peer(60_000), later).unwrap().wait, Duration::ZERO);
    }

    #[test]
    fn ok_an_address_of_ipv6_is_a_network() {
        let (throttle, now) = (PasswordThrottle::default(), Instant::now());
        let of = |it: u16| Some(IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, it, 0, 0, 1)));
        let at_once = (0..100).filter(|it| throttle.reserve(of(*it), now).is_ok_and(|it| it.wait.is_zero())).count();
        assert_eq!(at_once, BURST as usize);
    }
}
