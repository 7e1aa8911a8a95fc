//! `TRUSTED_PROXIES`: whose word about a client's address is taken. Every limit that counts by
//! address counts the address that this file finds.
//!
//! `Forwarded` (RFC 7239) is not read: proxies in use send `X-Forwarded-For`.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderName},
};
use ipnet::IpNet;

/// Most addresses and networks.
const NETWORKS_MAX: usize = 256;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The addresses of proxies that tell the truth about their clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Whether `address` is one of them.
    #[must_use]
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|it| it.contains(&address))
    }

    /// The address of the client that a request comes from: the peer, or behind trusted proxies the
    /// last address in `X-Forwarded-For` that is not theirs. What stands before that address was
    /// written by the client itself and can't be believed.
    ///
    /// A proxy that passes on a header of the client instead of setting its own can be lied to, and
    /// then its clients are counted under any address.
    #[must_use]
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut client = peer;
        let values = headers.get_all(FORWARDED_FOR).iter().rev();
        let words = values.flat_map(|it| it.to_str().unwrap_or_default().rsplit(','));
        for word in words {
            if !self.trusts(client) {
                break;
            }
            let Some(address) = address(word.trim()) else { break };
            client = address;
        }
        client
    }
}

/// The client of a request. The listener has found it before, by [`TrustedProxies::client`].
pub(crate) fn client_of(extensions: &Extensions) -> Option<IpAddr> {
    extensions.get::<ConnectInfo<SocketAddr>>().map(|it| it.0.ip())
}

/// An address in `X-Forwarded-For`; some proxies add the port.
fn address(word: &str) -> Option<IpAddr> {
    let bare = word.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(word);
    bare.parse().ok().or_else(|| Some(word.parse::<SocketAddr>().ok()?.ip()))
}

impl FromStr for TrustedProxies {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut networks = Vec::new();
        for word in text.split([',', ' ']).filter(|it| !it.is_empty()) {
            match word {
                "none" => {}
                "loopback" => networks.extend([
                    IpNet::new_assert(Ipv4Addr::new(127, 0, 0, 0).into(), 8),
                    IpNet::new_assert(Ipv6Addr::LOCALHOST.into(), 128),
                ]),
                _ => networks.push(network(word)?),
            }
        }
        if networks.len() > NETWORKS_MAX {
            return Err(format!("expected at most {NETWORKS_MAX} addresses and networks, found {}", networks.len()));
        }
        Ok(Self(networks))
    }
}

fn network(word: &str) -> Result<IpNet, String> {
    let network = word.parse().ok().or_else(|| word.parse::<IpAddr>().ok().map(|it| IpNet::from(it.to_canonical())));
    network.ok_or_else(|| format!("expected addresses, networks such as 10.0.0.0/8, loopback or none; found {word:?}"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(trusted: &str, peer: &str, headers: &[&str], expected: &str) {
        let mut map = HeaderMap::new();
        for value in headers {
            map.append(FORWARDED_FOR, HeaderValue::from_str(value).unwrap());
        }
        let trusted: TrustedProxies = trusted.parse().unwrap();
        let expected: IpAddr = expected.parse().unwrap();
        assert_eq!(trusted.client(peer.parse().unwrap(), &map), expected, "{peer} {headers:?}");
    }

    #[test]
    fn ok_the_last_address_that_is_no_proxy() {
        check("loopback", "127.0.0.1", &[], "127.0.0.1");
        check("loopback", "127.0.0.1", &["203.0.113.9"], "203.0.113.9");
        check("loopback", "::1", &["6.6.6.6, 203.0.113.9"], "203.0.113.9");
        check("loopback", "::ffff:127.0.0.1", &["6.6.6.6", "203.0.113.9:4711"], "203.0.113.9");
        check("loopback", "127.0.0.1", &["[2001:db8::1]:443"], "2001:db8::1");
        check("10.0.0.0/8,192.0.2.1", "10.1.1.1", &["6.6.6.6, 203.0.113.9, 192.0.2.1, 10.2.2.2"], "203.0.113.9");
        // All of them are proxies: the first has no client that it names.
        check("10.0.0.0/8", "10.1.1.1", &["10.3.3.3, 10.2.2.2"], "10.3.3.3");
    }

    #[test]
    fn err_what_others_say() {
        check("loopback", "203.0.113.9", &["6.6.6.6"], "203.0.113.9");
        check("none", "127.0.0.1", &["6.6.6.6"], "127.0.0.1");
        check("loopback", "127.0.0.1", &["unknown"], "127.0.0.1");
        check("10.0.0.0/8", "10.1.1.1", &["6.6.6.6, unknown, 10.2.2.2"], "10.2.2.2");
        check("loopback", "127.0.0.1", &[""], "127.0.0.1");
    }

    #[test]
    fn err_no_networks() {
        for text in ["10.0.0.0/33", "proxy.example.com", "10.0.0.1;10.0.0.2", "10.0.0"] {
            assert!(text.parse::<TrustedProxies>().unwrap_err().contains("expected addresses"), "{text}");
        }
        assert!("10.0.0.1 ".repeat(257).parse::<TrustedProxies>().unwrap_err().contains("at most 256"));
    }
}
