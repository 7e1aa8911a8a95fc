//! Syslog over TLS (RFC 5425): a real rsyslog, certificates of senders, senders without TLS, and a
//! certificate that changes while lines come. HTTPS is tested in `tls.rs`.

use std::{
    fs::{copy, write},
    io::{Read, Write},
    net::SocketAddr,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use testing::{
    certificates::Authority,
    process::{Server, free_port, run},
    program::Process,
    tls::{client, connect, shown},
    wait::wait_for,
};

use crate::syslog::{REQUEST, check, connected, counted, message, senders};

fn started(authority: &Authority, settings: &[(&str, &str)]) -> (Server, SocketAddr) {
    let port = free_port();
    let own = port.to_string();
    let server = crate::tls::started(authority, &[&[("SYSLOG_PORT", &*own)], settings].concat());
    (server, ([127, 0, 0, 1], port).into())
}

/// A line that says how many came before it.
fn numbered(token: &str, n: u32) -> Vec<u8> {
    counted(&message(token, "heroku", "-", &format!("{REQUEST} count#n={n}")))
}

#[test]
fn ok_rsyslog_over_tls() {
    let driver = "/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so".replace("x86_64", std::env::consts::ARCH);
    if !std::path::Path::new("/usr/sbin/rsyslogd").exists() || !std::path::Path::new(&driver).exists() {
        eprintln!("SKIPPED: expected rsyslog and rsyslog-gnutls, which .ci/tools.sh senders installs");
        return;
    }
    let authority = Authority::new("rsyslog");
    let (server, address) = started(&authority, &[]);
    let token = server.drain("app");
    let dir = server.dir.path().display().to_string();
    // As the README has it, with a socket of its own instead of /dev/log.
    let config = format!(
        "global(workDirectory=\"{dir}\" DefaultNetstreamDriverCAFile=\"{ca}\")\n\
         module(load=\"imuxsock\" SysSock.Use=\"off\")\ninput(type=\"imuxsock\" Socket=\"{dir}/in\")\n\
         template(name=\"sg\" type=\"string\" string=\"<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% %APP-NAME% \
         %PROCID% - [sg token=\\\"{token}\\\"] %msg%\\n\")\n\
         action(type=\"omfwd\" protocol=\"tcp\" target=\"127.0.0.1\" port=\"{port}\" template=\"sg\" \
         TCP_Framing=\"octet-counted\" StreamDriver=\"gtls\" StreamDriverMode=\"1\" \
         StreamDriverAuthMode=\"x509/name\" StreamDriverPermittedPeers=\"localhost\")\n",
        ca = authority.root().display(),
        port = address.port(),
    );
    let file = server.dir.path().join("rsyslog.conf");
    write(&file, config).unwrap();
    let mut command = Command::new("/usr/sbin/rsyslogd");
    command.args(["-n", "-i", &format!("{dir}/pid"), "-f"]).arg(&file);
    let _rsyslog = Process(command.stdout(Stdio::null()).spawn().unwrap());
    let socket = format!("{dir}/in");
    wait_for("rsyslog to listen", || std::path::Path::new(&socket).exists());
    for n in 0..20 {
        let text = format!("{REQUEST} count#lines=1 n={n}");
        let (code, _, error) = run(Command::new("logger").args(["--socket", &socket, "--tag", "shop", &text]));
        assert_eq!(code, 0, "{error}");
    }
    wait_for("the lines", || server.value("app", "lines", "sum").is_some_and(|it| it >= 20.0));
    assert_eq!(server.value("app", "lines", "sum"), Some(20.0));
    assert!(server.get("/api/v1/apps/app/losses").json()["reasons"].as_array().unwrap().is_empty());
    assert_eq!(senders(&server)[0], "syslog over TLS from 127.0.0.1");
}

#[test]
fn ok_a_certificate_changes_while_lines_come() {
    let authority = Authority::new("change");
    let (server, address) = started(&authority, &[]);
    let (token, live) = (server.drain("app"), authority.issue("server"));
    let trusts = client(&authority.root(), None);
    let mut kept = connect(&trusts, address).unwrap();
    let before = shown(&kept);
    kept.write_all(&numbered(&token, 1)).unwrap();
    let second = authority.issue("second");
    copy(&second.key, &live.key).unwrap();
    copy(&second.cert, &live.cert).unwrap();
    let mut sent = 1;
    wait_for("the second certificate", || {
        // One line on the old connection, one on a new one that says no goodbye.
        kept.write_all(&numbered(&token, 1)).unwrap();
        let mut new = connect(&trusts, address).unwrap();
        new.write_all(&numbered(&token, 1)).unwrap();
        new.flush().unwrap();
        sent += 2;
        shown(&new) != before
    });
    kept.write_all(&numbered(&token, 1)).unwrap();
    check(&server, "app", f64::from(sent + 1));
}

#[test]
fn err_senders_without_tls() {
    let authority = Authority::new("plain");
    let (server, address) = started(&authority, &[]);
    let token = server.drain("app");
    let mut plain = connected(address.port());
    plain.write_all(&numbered(&token, 1)).unwrap();
    assert!(plain.read_to_end(&mut vec![]).is_ok_and(|it| it == 0) || plain.take_error().is_ok());
    let log = || std::fs::read_to_string(server.dir.path().join("log")).unwrap();
    wait_for("the log to say so", || log().contains("SYSLOG_PLAIN=1"));
    assert_eq!(server.value("app", "router.requests", "sum"), None);
    // Both, where that is wanted.
    let (server, address) = started(&authority, &[("SYSLOG_PLAIN", "1")]);
    let token = server.drain("app");
    connected(address.port()).write_all(&numbered(&token, 1)).unwrap();
    let mut encrypted = connect(&client(&authority.root(), None), address).unwrap();
    encrypted.write_all(&numbered(&token, 1)).unwrap();
    check(&server, "app", 2.0);
}

#[test]
fn ok_certificates_of_senders() {
    let (authority, theirs, others) = (Authority::new("server"), Authority::new("theirs"), Authority::new("others"));
    let root = theirs.root();
    let (server, address) = started(&authority, &[("SYSLOG_TLS_CLIENT_CA", root.to_str().unwrap())]);
    let token = server.drain("app");
    let trusts = |own| client(&authority.root(), own);
    let mine = theirs.issue("sender");
    connect(&trusts(Some(&mine)), address).unwrap().write_all(&numbered(&token, 1)).unwrap();
    check(&server, "app", 1.0);
    let foreign = others.issue("sender");
    for own in [None, Some(&foreign)] {
        // With TLS 1.3 the sender learns it only when it reads.
        let Ok(mut stream) = connect(&trusts(own), address) else { continue };
        let _broken = stream.write_all(&numbered(&token, 1));
        assert!(stream.read(&mut [0; 16]).is_err(), "it was let in");
    }
    // A token alone is not enough, and HTTPS asks for no certificate. UDP is off.
    assert_eq!(server.get("/healthz").status, 200);
    let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    udp.connect(address).unwrap();
    let _refused = udp.send(message(&token, "heroku", "-", REQUEST).as_bytes());
    thread::sleep(Duration::from_millis(10));
    assert!(udp.send(b"<13>x").is_err(), "UDP is open");
    assert_eq!(server.value("app", "router.requests", "sum"), Some(1.0));
}
