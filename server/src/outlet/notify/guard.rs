//! Which addresses a channel may reach. A person with the dashboard's password chooses a channel's
//! host, and a name may stand for any address; without this guard the server could be made to speak
//! to its own network and to the metadata service of its cloud.
//!
//! Names are resolved once, and what is connected to is the address that was judged. A name that
//! stands for another address a moment later (DNS rebinding) changes nothing.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    time::Duration,
};

use ureq::{
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// How long connecting may take.
pub(crate) const CONNECT: Duration = Duration::from_secs(8);
/// How long an attempt may take in all: Standard Webhooks asks for 15 to 30 s.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(18);
/// Most addresses of a name that are tried.
const ADDRESSES_MAX: usize = 4;

/// Why a host can't be connected to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GuardError {
    /// Every address of it is private.
    #[error("expected a host with a public address, found a private one; ALERT_PRIVATE=1 allows it")]
    Private,
    /// It has no address.
    #[error("the host was not found")]
    NotFound,
}

/// Judges addresses.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard {
    /// Whether private addresses are allowed, by `ALERT_PRIVATE=1`.
    pub allows_private: bool,
}

impl Guard {
    /// The addresses of a host that may be connected to.
    ///
    /// # Errors
    /// See [`GuardError`].
    pub(crate) fn resolve(self, host: &str, port: u16) -> Result<Vec<SocketAddr>, GuardError> {
        let host = host.trim_matches(['[', ']']);
        let found = (host, port).to_socket_addrs().map_err(|_| GuardError::NotFound)?;
        self.allowed(found)
    }

    fn allowed(self, found: impl Iterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, GuardError> {
        let mut found = found.peekable();
        found.peek().ok_or(GuardError::NotFound)?;
        let allowed: Vec<SocketAddr> =
            found.filter(|it| self.allows_private || is_public(it.ip())).take(ADDRESSES_MAX).collect();
        if allowed.is_empty() { Err(GuardError::Private) } else { Ok(allowed) }
    }
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let allowed = self.allowed(found.iter().copied()).map_err(|it| ureq::Error::Other(it.into()))?;
        let mut addresses = self.empty();
        for address in allowed {
            addresses.push(address);
        }
        Ok(addresses)
    }
}

/// Whether an address is one of the Internet's, and not a metadata service.
#[must_use]
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// <https://www.iana.org/assignments/iana-ipv4-special-registry/>
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match a {
        // This network, private, loopback, multicast, reserved and broadcast.
        0 | 10 | 127 | 224..=255 => true,
        // Carrier-grade NAT; Alibaba's metadata service is in it.
        100 => (64..128).contains(&b),
        // Link-local, with the metadata services of most clouds.
        169 => b == 254,
        172 => (16..32).contains(&b),
        // Protocol assignments, documentation, 6to4 relays, private.
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99),
        // Benchmarks and documentation.
        198 => b == 18 || b == 19 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        // Azure's own services answer at one public address.
        168 => address == Ipv4Addr::new(168, 63, 129, 16),
        _ => false,
    };
    !is_special
}

/// Only what the registry hands out to networks (`2000::/3`), without what only wraps an IPv4
/// address and without documentation. An IPv4 address in an IPv6 one is judged as itself.
/// <https://www.iana.org/assignments/iana-ipv6-special-registry/>
fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(address) = address.to_ipv4_mapped() {
        return is_public_v4(address);
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    // NAT64, by which networks without IPv4 reach all of it.
    if [a, b, c, d, e, f] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let ([g1, g2], [h1, h2]) = (g.to_be_bytes(), h.to_be_bytes());
        return is_public_v4(Ipv4Addr::new(g1, g2, h1, h2));
    }
    let is_global = (a & 0xe000) == 0x2000;
    // Teredo and other protocols, documentation, 6to4, documentation again.
    let is_special = (a == 0x2001 && (b < 0x200 || b == 0xdb8)) || a == 0x2002 || (a & 0xfff0) == 0x3ff0;
    is_global && !is_special
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[test]
    fn ok_public_addresses() {
        for text in [
            "8.8.8.8",
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.167.1.1",
            "169.253.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn err_private_addresses() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "168.63.129.16",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    /// Names and odd spellings that stand for this machine. A system that knows a spelling not at
    /// all refuses it as well.
    #[test]
    fn err_hosts_of_this_machine() {
        let guard = Guard { allows_private: false };
        for host in
            ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0.0.0.0"]
        {
            assert!(guard.resolve(host, 80).is_err(), "{host}");
        }
        assert!(matches!(guard.resolve("localhost", 80), Err(GuardError::Private)));
        assert!(Guard { allows_private: true }.resolve("127.0.0.1", 80).is_ok());
    }
}
