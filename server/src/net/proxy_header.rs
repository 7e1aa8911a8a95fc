//! The header of the PROXY protocol, versions 1 and 2, by which a proxy names the client whose
//! bytes follow. What version 2 carries besides addresses is skipped.
//!
//! Source: <https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>

use std::net::SocketAddr;

use ppp::{v1, v2};

/// Longest header of version 1 by its specification, bytes.
const V1_BYTES_MAX: usize = 107;
/// Longest header of version 2 that is taken, bytes. Addresses have up to 216, and what proxies add
/// of a client's certificate less than a kilobyte.
const V2_BYTES_MAX: usize = 4 << 10;
const V1_PREFIX: &[u8] = b"PROXY ";
/// Bytes of a header of version 2 up to and including its length.
const V2_START_BYTES: usize = 16;

/// A header that can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a PROXY protocol header of at most {V2_BYTES_MAX} bytes, found something like it")]
pub(crate) struct Malformed;

/// What the first bytes of a connection are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// They may become a header.
    Incomplete,
    /// They are none.
    NoHeader,
    /// A header of `bytes` bytes. It names no client when the proxy speaks for itself, such as for
    /// a health check, or when the client has no address.
    Header { bytes: usize, client: Option<SocketAddr> },
}

/// Reads the header at the beginning of `bytes`.
///
/// # Errors
/// [`Malformed`].
pub(crate) fn read(bytes: &[u8]) -> Result<Start, Malformed> {
    let is_start_of = |prefix: &[u8]| bytes.iter().zip(prefix).all(|(found, expected)| found == expected);
    if is_start_of(v2::PROTOCOL_PREFIX) {
        return if bytes.len() < V2_START_BYTES { Ok(Start::Incomplete) } else { read_v2(bytes) };
    }
    if !is_start_of(V1_PREFIX) {
        return Ok(Start::NoHeader);
    }
    match memchr::memmem::find(&bytes[..bytes.len().min(V1_BYTES_MAX)], b"\r\n") {
        Some(end) => read_v1(&bytes[..end + 2]),
        None if bytes.len() < V1_BYTES_MAX => Ok(Start::Incomplete),
        None => Err(Malformed),
    }
}

fn read_v1(line: &[u8]) -> Result<Start, Malformed> {
    let header = v1::Header::try_from(line).map_err(|_| Malformed)?;
    let client = match header.addresses {
        v1::Addresses::Unknown => None,
        v1::Addresses::Tcp4(it) => Some(SocketAddr::from((it.source_address, it.source_port))),
        v1::Addresses::Tcp6(it) => Some(SocketAddr::from((it.source_address, it.source_port))),
    };
    Ok(Start::Header { bytes: line.len(), client })
}

fn read_v2(bytes: &[u8]) -> Result<Start, Malformed> {
    let length = V2_START_BYTES + usize::from(u16::from_be_bytes([bytes[14], bytes[15]]));
    if length > V2_BYTES_MAX {
        return Err(Malformed);
    }
    let Some(whole) = bytes.get(..length) else { return Ok(Start::Incomplete) };
    let header = v2::Header::try_from(whole).map_err(|_| Malformed)?;
    let client = match (header.command, header.addresses) {
        (v2::Command::Proxy, v2::Addresses::IPv4(it)) => Some(SocketAddr::from((it.source_address, it.source_port))),
        (v2::Command::Proxy, v2::Addresses::IPv6(it)) => Some(SocketAddr::from((it.source_address, it.source_port))),
        _ => None,
    };
    Ok(Start::Header { bytes: length, client })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of version 2 with this command, family, and bytes behind its length.
    fn v2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap_or(u16::MAX);
        [v2::PROTOCOL_PREFIX, &[command, family], &length.to_be_bytes(), rest].concat()
    }

    const ADDRESSES: [u8; 12] = [203, 0, 113, 9, 192, 0, 2, 1, 0x12, 0x67, 1, 187];

    #[track_caller]
    fn check(bytes: &[u8], client: Option<&str>) {
        let client = client.and_then(|it| it.parse().ok());
        let expected = Start::Header { bytes: bytes.len(), client };
        assert_eq!(read(bytes), Ok(expected));
        assert_eq!(read(&[bytes, b"GET / HTTP/1.1\r\n"].concat()), Ok(expected));
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end]), Ok(Start::Incomplete), "{end}");
        }
    }

    #[test]
    fn ok_headers() {
        check(b"PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n", Some("203.0.113.9:4711"));
        check(b"PROXY TCP6 2001:db8::9 2001:db8::1 4711 443\r\n", Some("[2001:db8::9]:4711"));
        check(b"PROXY UNKNOWN\r\n", None);
        check(&v2(0x21, 0x11, &ADDRESSES), Some("203.0.113.9:4711"));
        let ipv6 = [&[0x20, 1][..], &[0; 13], &[9], &[0; 16], &[0x12, 0x67, 1, 187]].concat();
        check(&v2(0x21, 0x21, &ipv6), Some("[2001::9]:4711"));
        // A health check of the proxy itself, and a checksum behind the addresses.
        check(&v2(0x20, 0x00, &[]), None);
        check(&v2(0x21, 0x11, &[&ADDRESSES[..], &[3, 0, 4, 1, 2, 3, 4]].concat()), Some("203.0.113.9:4711"));
    }

    #[test]
    fn ok_no_headers() {
        let others = [&b"GET / HTTP/1.1\r\n"[..], b"POST /logs", b"PUT", b"<34>1 ", b"\x16\x03\x01", b"\r\n<", b"12 <"];
        for bytes in others {
            assert_eq!(read(bytes), Ok(Start::NoHeader));
        }
    }

    #[test]
    fn err_like_a_header() {
        let long = [&b"PROXY TCP4 "[..], &[b'1'; 120]].concat();
        let malformed: [&[u8]; 7] = [
            b"PROXY TCP4 203.0.113.999 192.0.2.1 4711 443\r\n",
            b"PROXY UDP4 203.0.113.9 192.0.2.1 4711 443\r\n",
            b"PROXY TCP4 203.0.113.9 192.0.2.1 47111 99999\r\n",
            &long,
            &v2(0x31, 0x11, &ADDRESSES),
            &v2(0x21, 0x11, &ADDRESSES[..8]),
            &v2(0x21, 0x11, &[0; 5_000]),
        ];
        for bytes in malformed {
            assert_eq!(read(bytes), Err(Malformed), "{:?}", String::from_utf8_lossy(bytes));
        }
    }
}
