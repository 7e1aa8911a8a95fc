//! Behind a proxy: whose word about a client's address is taken, by `X-Forwarded-For` and by the
//! header of the PROXY protocol. The headers themselves are tested beside the code, and that limits
//! count by address in `gate.rs` and `connections.rs`.

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use testing::{
    certificates::Authority,
    http::is_closed,
    process::{Server, free_port},
    tls::{begin, client},
};

use crate::syslog::{REQUEST, check as check_requests, connected, counted, message};

const PASSWORD: (&str, &str) = ("ADMIN_PASSWORD", "correct horse battery");
const V1: &[u8] = b"PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n";
/// The same in version 2.
const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\xcb\x00\x71\x09\xc0\x00\x02\x01\x12\x67\x01\xbb";

/// Sends a wrong password behind these bytes and with this `X-Forwarded-For`. The log then has the
/// address that it is counted for.
#[track_caller]
fn check(settings: &[(&str, &str)], before: &[u8], forwarded: &str, expected: Option<&str>) {
    let server = Server::start_with(&[&[PASSWORD], settings].concat());
    let request = format!(
        "GET /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Basic eDp3cm9uZw==\r\n{forwarded}\r\n"
    );
    let mut reply = Vec::new();
    let _broken = server.connection(&[before, request.as_bytes()].concat()).read_to_end(&mut reply);
    let reply = String::from_utf8_lossy(&reply);
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    let found = log.split("peer=").nth(1).and_then(|it| it.split_whitespace().next());
    assert_eq!(found, expected, "{settings:?} {reply} {log}");
    let status = if expected.is_some() { "401" } else { "400" };
    assert_eq!(reply.split(' ').nth(1), Some(status), "{reply}");
}

#[test]
fn ok_clients_of_trusted_proxies() {
    let (client, local) = (Some("203.0.113.9"), Some("127.0.0.1"));
    let two = "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n";
    check(&[], b"", "", local);
    check(&[], b"", two, client);
    check(&[("TRUSTED_PROXIES", "none")], b"", two, local);
    check(&[("TRUSTED_PROXIES", "10.0.0.0/8")], b"", two, local);
    let three = "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\nX-Forwarded-For: 198.51.100.7\r\n";
    check(&[("TRUSTED_PROXIES", "loopback, 198.51.100.0/24")], b"", three, client);
    let proxied = [("PROXY_PROTOCOL", "1")];
    check(&proxied, V1, "", client);
    check(&proxied, V2, "", client);
    // A health check of the proxy itself, and a client that claims to be another.
    check(&proxied, b"", "", local);
    check(&proxied, V2, "X-Forwarded-For: 6.6.6.6\r\n", client);
    // Nobody else may send one, and only where it was asked for.
    check(&[("PROXY_PROTOCOL", "1"), ("TRUSTED_PROXIES", "10.0.0.0/8")], V1, "", None);
    check(&[], V1, "", None);
}

#[test]
fn ok_the_header_comes_before_tls_and_before_syslog() {
    let authority = Authority::new("proxies");
    let port = free_port();
    let own = port.to_string();
    let settings = [PASSWORD, ("PROXY_PROTOCOL", "1"), ("SYSLOG_PORT", &*own), ("SYSLOG_PLAIN", "1")];
    let server = crate::tls::started(&authority, &settings);
    let trusts = client(&authority.root(), None);
    let mut stream = begin(&trusts, server.connection(V2)).unwrap();
    write!(stream, "GET /api/v1/apps HTTP/1.1\r\nHost: a\r\nAuthorization: Basic eDp3cm9uZw==\r\n\r\n").unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 401");
    let log = std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    assert!(log.contains("peer=203.0.113.9"), "{log}");
    // Syslog, with and without TLS; in pieces, the last of which holds the first line too.
    let token = server.first_token();
    let data = format!("[sg token=\"{token}\"]");
    let line = counted(&message("h", "shop", &data, REQUEST));
    for header in [V1, V2] {
        let mut stream = connected(port);
        stream.set_nodelay(true).unwrap();
        stream.write_all(&header[..7]).unwrap();
        stream.write_all(&[&header[7..], &line].concat()).unwrap();
        let stream = connected(port);
        (&stream).write_all(header).unwrap();
        begin(&trusts, stream).unwrap().write_all(&line).unwrap();
    }
    let reads = || {
        let basic = ("Authorization", "Basic eDpjb3JyZWN0IGhvcnNlIGJhdHRlcnk=");
        let path = "/api/v1/apps/shop/query?metric=router.requests&stat=sum&from=-1h&step=all";
        server.request("GET", path, &[basic], b"").unwrap().body
    };
    testing::wait::wait_for("four lines", || reads().contains(",4.0]]"));
}

#[test]
fn err_a_header_without_an_end() {
    let server = Server::start_with(&[("PROXY_PROTOCOL", "1")]);
    // Too long: closed at once. Slow: closed after its deadline.
    let long = [&b"PROXY TCP4 "[..], &[b'1'; 200]].concat();
    assert!(is_closed(&mut server.connection(&long), Duration::from_secs(2)));
    let began = Instant::now();
    assert!(is_closed(&mut server.connection(&V2[..20]), Duration::from_secs(13)));
    assert!(began.elapsed() >= Duration::from_secs(9), "{:?}", began.elapsed());
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &testing::frames::frame(&testing::frames::now_line(5))).status, 204);
    check_requests(&server, "app", 1.0);
}
