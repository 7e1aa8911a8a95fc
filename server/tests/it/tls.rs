//! HTTPS: what it prints, HTTP/2, requests without TLS, protocols and ciphers as `openssl` finds
//! them, wrong files, and a certificate that changes under load. Syslog over TLS is tested in
//! `syslog_tls.rs`, hostile HTTP/2 in `http2.rs`.

use std::{
    fs::{copy, write},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
};

use testing::{
    certificates::Authority,
    frames::{frame, now_line},
    http::request,
    process::{Server, binary, run},
    tls::{client, connect, shown},
    wait::wait_for,
};

/// A server with a certificate of this authority, and these settings besides.
pub fn started(authority: &Authority, settings: &[(&str, &str)]) -> Server {
    let files = authority.issue("server");
    Server::start_with(&[&files.settings()[..], settings].concat())
}

/// Runs curl against a server. Returns its stdout and stderr.
#[track_caller]
fn curl(server: &Server, authority: &Authority, args: &[&str], path: &str) -> (String, String) {
    let mut command = Command::new("curl");
    command.args(["--silent", "--show-error", "--cacert"]).arg(authority.root()).args(args);
    let (code, out, error) = run(command.arg(format!("https://localhost:{}{path}", server.address.port())));
    assert_eq!(code, 0, "{error}");
    (out, error)
}

#[test]
fn ok_a_certificate_that_ends_soon_is_warned_of() {
    // A test's certificates are valid for two days.
    let server = started(&Authority::new("soon"), &[]);
    let now_s = testing::clock::now_ms() / 1_000;
    let until_s = server.get("/api/v1/server").json()["certificate_until_s"].as_i64().unwrap();
    assert!((now_s + 86_400..=now_s + 2 * 86_400).contains(&until_s), "{until_s}");
    let page = server.get("/settings/server").body;
    // Two days less what has passed since, which may be less than a second.
    let is_told = ["Expires in 1 d 23 h", "Expires in 2 d 0 h"].iter().any(|it| page.contains(it));
    assert!(page.contains("TLS certificate") && is_told, "{page}");
    let log = || std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    wait_for("the warning", || log().contains("the certificate expires soon"));
    assert!(Server::start().get("/api/v1/server").json()["certificate_until_s"].is_null());
}

#[test]
fn ok_addresses_begin_with_https() {
    let authority = Authority::new("addresses");
    let server = started(&authority, &[]);
    let port = server.address.port();
    assert!(server.first_drain().starts_with("https://any:sg_"), "{}", server.first_drain());
    let reply = server.get("/healthz");
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("strict-transport-security: max-age=31536000"), "{}", reply.head);
    let files = authority.issue("server");
    let added = |settings: &[(&str, &str)]| {
        let mut command = binary(server.dir.path());
        command.env("PORT", port.to_string()).envs(settings.iter().copied());
        run(command.args(["drain", "add", "app"])).1
    };
    assert!(added(&files.settings()).ends_with(&format!("@127.0.0.1:{port}/logs\n")));
    assert!(added(&files.settings()).starts_with("https://any:sg_"));
    let public = ("PUBLIC_URL", "https://gauge.example.com");
    assert!(added(&[public]).ends_with("@gauge.example.com/logs\n"));
    let first = started(&authority, &[public]);
    assert!(first.first_drain().ends_with("@gauge.example.com/logs?app=my-app"), "{}", first.first_drain());
    let plain = Server::start();
    assert!(!plain.get("/healthz").head.contains("strict-transport-security"));
}

#[test]
fn ok_both_versions_of_http() {
    let authority = Authority::new("versions");
    let server = started(&authority, &[]);
    let token = server.drain("app");
    let dir = server.dir.path();
    write(dir.join("body"), frame(&now_line(5))).unwrap();
    let body = format!("@{}", dir.join("body").display());
    let bearer = format!("Authorization: Bearer {token}");
    let post = ["--header", &bearer, "--header", "Content-Type: application/logplex-1", "--data-binary", &body];
    for (flag, version) in [("--http1.1", "1.1"), ("--http2", "2")] {
        let write_out = [flag, "--write-out", "\n%{http_code} %{http_version}"];
        let (out, _) = curl(&server, &authority, &write_out, "/");
        assert!(out.contains("</body>") && out.ends_with(&format!("\n200 {version}")), "{version}: {out}");
        // An asset that is sent in many pieces.
        let file = dir.join(version).display().to_string();
        curl(&server, &authority, &[flag, "--output", &file], "/icon-512.png");
        let (out, _) = curl(&server, &authority, &[&write_out[..], &post].concat(), "/logs");
        assert_eq!(out, format!("\n204 {version}"));
    }
    assert_eq!(server.value("app", "router.requests", "sum"), Some(2.0));
    let icon = |version: &str| std::fs::read(dir.join(version)).unwrap();
    assert!(icon("2").starts_with(b"\x89PNG") && icon("2") == icon("1.1"), "{} bytes", icon("2").len());
    // A live stream: curl is ended after two seconds, and has had its first events.
    let mut command = Command::new("curl");
    command.args(["--silent", "--http2", "--no-buffer", "--max-time", "2", "--cacert"]).arg(authority.root());
    let address = format!("https://localhost:{}/api/v1/apps/app/live", server.address.port());
    assert!(run(command.arg(address)).1.contains("event: "), "no event came");
}

#[test]
fn ok_without_tls_pages_are_redirected_and_senders_are_told() {
    let authority = Authority::new("redirect");
    let other = testing::process::free_port();
    let server = started(&authority, &[("HTTP_REDIRECT_PORT", &other.to_string())]);
    let token = server.first_token();
    let ports = [server.address, ([127, 0, 0, 1], other).into()];
    for address in ports {
        let reply = request(address, "GET", "/apps/a?range=1h", &[("Host", &address.to_string())], b"").unwrap();
        let expected = format!("location: https://{}/apps/a?range=1h", server.address);
        assert!(reply.status == 308 && reply.head.contains(&expected), "{}", reply.head);
        let bearer = format!("Bearer {token}");
        let reply =
            request(address, "POST", "/logs?app=a", &[("Authorization", &bearer)], &frame(&now_line(5))).unwrap();
        assert_eq!(reply.status, 426);
        assert!(reply.body.contains("expected https://") && reply.head.contains("upgrade: tls/1.2"), "{}", reply.body);
    }
    assert_eq!(server.value("a", "router.requests", "sum"), None);
}

/// One handshake of `openssl s_client`; returns the cipher, or the alert of the server.
fn handshake(server: &Server, args: &[&str]) -> Result<String, String> {
    let mut command = Command::new("openssl");
    let address = server.address.to_string();
    command.args(["s_client", "-connect", &address, "-servername", "localhost"]).args(args);
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let cipher =
        text.lines().find_map(|it| it.strip_prefix("New, ")?.split_once("Cipher is ")).map(|it| it.1.to_owned());
    match cipher.filter(|it| it != "(NONE)") {
        Some(cipher) => Ok(cipher),
        None => Err(text.lines().find(|it| it.contains("alert")).unwrap_or("no alert").to_owned()),
    }
}

#[test]
fn ok_protocols_and_ciphers() {
    let authority = Authority::new("ciphers");
    let server = started(&authority, &[]);
    // The command itself would refuse the old ones without this level.
    for version in ["-tls1", "-tls1_1"] {
        let refused = handshake(&server, &[version, "-cipher", "ALL:@SECLEVEL=0"]).unwrap_err();
        assert!(refused.contains("SSL alert number"), "{version}: {refused}");
    }
    let (_, all, _) = run(Command::new("openssl").args(["ciphers", "-s", "-tls1_2", "ALL:@SECLEVEL=0"]));
    let mut accepted = Vec::new();
    for cipher in all.trim().split(':') {
        match handshake(&server, &["-tls1_2", "-cipher", &format!("{cipher}:@SECLEVEL=0")]) {
            Ok(found) => accepted.push(found),
            Err(alert) => assert!(alert.contains("handshake failure"), "{cipher}: {alert}"),
        }
    }
    accepted.sort_unstable();
    let expected = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"];
    assert_eq!(accepted, expected);
    for cipher in ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"] {
        assert_eq!(handshake(&server, &["-tls1_3", "-ciphersuites", cipher]), Ok(cipher.to_owned()));
    }
    assert!(handshake(&server, &["-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256"]).is_err());
    eprintln!("of {} ciphers of TLS 1.2: {accepted:?}", all.split(':').count());
}

#[track_caller]
fn check_refused(settings: &[(&str, &str)], expected: &str) {
    let dir = tempfile::TempDir::new().unwrap();
    let (code, _, error) = run(binary(dir.path()).env("PORT", "0").envs(settings.iter().copied()));
    assert!(code == 2 && error.contains(expected), "{code}: {error}");
    // Nothing was created.
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn err_files_of_the_certificate() {
    let authority = Authority::new("files");
    let (files, other) = (authority.issue("server"), authority.issue("other"));
    let [cert, key] = files.settings();
    check_refused(&[cert], "TLS_CERT is set and TLS_KEY is not: expected both or none");
    check_refused(&[key], "TLS_KEY is set and TLS_CERT is not: expected both or none");
    check_refused(&[cert, ("TLS_KEY", "/nowhere/key.pem")], "TLS_KEY: /nowhere/key.pem: No such file");
    check_refused(&[("TLS_CERT", key.1), key], "expected a certificate in PEM, found none");
    check_refused(&[cert, ("TLS_KEY", cert.1)], "expected a private key in PEM, found none");
    check_refused(&[cert, other.settings()[1]], "expected the key of the certificate");
    check_refused(&[("HTTP_REDIRECT_PORT", "1")], "HTTP_REDIRECT_PORT is set without TLS_CERT");
    check_refused(&[("SYSLOG_TLS_CLIENT_CA", cert.1), ("SYSLOG_PORT", "0")], "expected TLS_CERT, TLS_KEY");
    check_refused(&[("TRUSTED_PROXIES", "proxy.example.com")], "expected addresses, networks");
}

/// Senders with a connection each, and others with a connection for each batch, while the files are
/// replaced, broken and mended.
#[test]
fn ok_a_certificate_changes_under_load() {
    let authority = Authority::new("change");
    let server = started(&authority, &[]);
    let live = authority.issue("server");
    let token = Arc::new(server.drain("app"));
    let trusts = client(&authority.root(), None);
    let is_over = Arc::new(AtomicBool::new(false));
    let head = format!(
        "POST /logs HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/logplex-1\r\n"
    );
    let senders: Vec<_> = (0..4)
        .map(|n| {
            let (trusts, is_over, address, head) =
                (Arc::clone(&trusts), Arc::clone(&is_over), server.address, head.clone());
            thread::spawn(move || {
                let mut stream = connect(&trusts, address).unwrap();
                let first = shown(&stream);
                let mut sent = 0_u32;
                while !is_over.load(Relaxed) {
                    if n % 2 == 1 {
                        stream = connect(&trusts, address).unwrap();
                    }
                    post(&mut stream, &head, &frame(&now_line(5)));
                    sent += 1;
                }
                (sent, first == shown(&stream))
            })
        })
        .collect();
    let now = || connect(&trusts, server.address).map(|it| shown(&it)).unwrap();
    let before = now();
    let second = authority.issue("second");
    // First the key, which belongs to no certificate until the other file follows.
    copy(&second.key, &live.key).unwrap();
    copy(&second.cert, &live.cert).unwrap();
    wait_for("the second certificate", || now() != before);
    let during = now();
    write(&live.cert, "broken").unwrap();
    let log = server.dir.path().join("log");
    let said = || std::fs::read_to_string(&log).unwrap();
    wait_for("the log to say so", || said().contains("the earlier one stays in use: TLS_CERT"));
    assert_eq!(now(), during);
    let third = authority.issue("third");
    copy(&third.cert, &live.cert).unwrap();
    copy(&third.key, &live.key).unwrap();
    wait_for("the third certificate", || now() != during);
    is_over.store(true, Relaxed);
    let ends: Vec<(u32, bool)> = senders.into_iter().map(|it| it.join().unwrap()).collect();
    // Those that stayed connected have the certificate with which they began.
    assert!(ends[0].1 && ends[2].1 && !ends[1].1 && !ends[3].1, "{ends:?}");
    let sent: u32 = ends.iter().map(|it| it.0).sum();
    assert_eq!(server.value("app", "router.requests", "sum"), Some(f64::from(sent)));
    eprintln!("{sent} batches on {} connections while the certificate changed twice", ends[1].0 + ends[3].0 + 2);
    assert_eq!(said().matches("stays in use").count(), 1);
}

/// Posts a body and waits for its 204.
fn post(stream: &mut testing::tls::TlsStream, head: &str, body: &[u8]) {
    use std::io::{Read, Write};
    let head = format!("{head}Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut reply = Vec::new();
    while !reply.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        reply.push(byte[0]);
    }
    assert!(reply.starts_with(b"HTTP/1.1 204"), "{}", String::from_utf8_lossy(&reply));
}
