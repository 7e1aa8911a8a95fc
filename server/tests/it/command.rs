//! Commands, flags and exit codes. An error is one line that names its cause, and a file of another
//! program stays unchanged. What each command does is tested with its subject.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt};

use tempfile::TempDir;
use testing::process::{Server, binary, database, run};

#[track_caller]
fn check(settings: &[(&str, &str)], args: &[&str], code: i32, said: &str) {
    let dir = TempDir::new().unwrap();
    let mut command = binary(dir.path());
    let (found, out, error) = run(command.envs(settings.iter().copied()).args(args));
    assert_eq!((found, &*out), (code, ""), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(error.contains(said), "{error}");
    assert!(!database(dir.path()).exists(), "the failed command left a database behind");
}

#[test]
fn err_usage_is_one_line_and_code_2() {
    check(&[], &["dance"], 2, "dance");
    check(&[], &["serve", "--colour"], 2, "--colour");
    check(&[], &["drain", "add"], 2, "<APP>");
    check(&[], &["drain", "add", "a b"], 2, "a b");
    check(&[("PORT", "http")], &[], 2, "http");
    check(&[("HOST", "everywhere")], &[], 2, "everywhere");
    check(&[("HOST", "0.0.0.0"), ("PORT", "0")], &[], 2, "ADMIN_PASSWORD");
    check(&[("RETENTION_10S", "long")], &[], 2, "long");
    check(&[("DATABASE_URL", "postgres://x")], &["serve"], 2, "postgres://x");
    check(&[("PUBLIC_URL", "gauge.example.com")], &[], 2, "gauge.example.com");
    check(&[("HEARTBEAT_URL", "ftp://example.com")], &[], 2, "HEARTBEAT_URL");
    check(&[("REMOTE_WRITE_URL", "ftp://example.com")], &[], 2, "REMOTE_WRITE_URL: expected a URL");
    check(&[("REMOTE_WRITE_TOKEN", "secret")], &[], 2, "REMOTE_WRITE_URL");
    check(&[("REMOTE_WRITE_URL", "http://a:b@c"), ("REMOTE_WRITE_TOKEN", "secret")], &[], 2, "only one of them");
    let oidc = [
        ("OIDC_ISSUER", "https://id.example.com"),
        ("OIDC_CLIENT_ID", "gauge"),
        ("OIDC_CLIENT_SECRET", "secret"),
        ("OIDC_ALLOW", "@example.com=viewer"),
        ("PUBLIC_URL", "https://gauge.example.com"),
        ("ADMIN_PASSWORD", "correct horse battery"),
    ];
    for (missing, said) in [
        ("OIDC_ISSUER", "OIDC_CLIENT_ID is set without OIDC_ISSUER"),
        ("OIDC_CLIENT_ID", "OIDC_ISSUER is set without OIDC_CLIENT_ID"),
        ("OIDC_CLIENT_SECRET", "OIDC_ISSUER is set without OIDC_CLIENT_SECRET"),
        ("OIDC_ALLOW", "OIDC_ISSUER is set without OIDC_ALLOW"),
        ("PUBLIC_URL", "OIDC_ISSUER is set without PUBLIC_URL"),
    ] {
        let rest: Vec<_> = oidc.into_iter().filter(|it| it.0 != missing).collect();
        check(&rest, &[], 2, said);
    }
    for (name, value, said) in [
        ("OIDC_ISSUER", "http://id.example.com", "OIDC_ISSUER: expected https://"),
        ("OIDC_ALLOW", "example.com=root", "OIDC_ALLOW: expected viewer, editor or admin"),
        ("OIDC_SESSION", "0", "OIDC_SESSION: expected 1s to 30d"),
        ("OIDC_CLIENT_SECRET_FILE", "/nowhere", "OIDC_CLIENT_SECRET and OIDC_CLIENT_SECRET_FILE"),
    ] {
        check(&[&oidc[..], &[(name, value)]].concat(), &[], 2, said);
    }
    check(&[("ALERT_PRIVATE", "perhaps")], &[], 2, "perhaps");
    check(&[("PORT", "0"), ("ALERT_KEY", "short")], &[], 2, "ALERT_KEY");
}

#[test]
fn ok_help_names_variables() {
    let dir = TempDir::new().unwrap();
    let (code, out, _) = run(binary(dir.path()).args(["serve", "--help"]));
    assert_eq!(code, 0);
    for name in [
        "PORT",
        "HOST",
        "DATABASE_URL",
        "ADMIN_PASSWORD",
        "RETENTION_10S",
        "RETENTION_1M",
        "RETENTION_1H",
        "RETENTION_LOGS",
        "PUBLIC_URL",
        "ALERT_KEY",
        "ALERT_KEY_FILE",
        "ALERT_PRIVATE",
        "HEARTBEAT_URL",
        "HEARTBEAT_URL_FILE",
        "REMOTE_WRITE_URL",
        "REMOTE_WRITE_URL_FILE",
        "REMOTE_WRITE_TOKEN",
        "REMOTE_WRITE_TOKEN_FILE",
        "TLS_CERT",
        "TLS_KEY",
        "HTTP_REDIRECT_PORT",
        "STATSD_HOST",
        "STATSD_PORT",
        "STATSD_TOKEN",
        "STATSD_TOKEN_FILE",
        "SYSLOG_PORT",
        "SYSLOG_UDP",
        "SYSLOG_PLAIN",
        "SYSLOG_TLS_CLIENT_CA",
        "TRUSTED_PROXIES",
        "PROXY_PROTOCOL",
        "OIDC_ISSUER",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "OIDC_CLIENT_SECRET_FILE",
        "OIDC_ALLOW",
        "OIDC_SESSION",
    ] {
        assert!(out.contains(name), "{name}: {out}");
    }
    assert_eq!(run(binary(dir.path()).arg("--version")).0, 0);
}

#[test]
fn err_port_in_use() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    check(&[("PORT", &port)], &[], 1, &port);
}

#[test]
fn err_foreign_files_stay_untouched() {
    let mut sqlite = vec![0; 4096];
    sqlite[..16].copy_from_slice(b"SQLite format 3\0");
    for (content, said) in [(b"my diary".to_vec(), "not an SQLite file"), (sqlite, "another program's")] {
        let dir = TempDir::new().unwrap();
        fs::write(database(dir.path()), &content).unwrap();
        for args in [&["serve"][..], &["drain", "list"], &["drain", "add", "x"]] {
            let (code, _, error) = run(binary(dir.path()).env("PORT", "0").args(args));
            assert_eq!(code, 1, "{error}");
            assert!(error.contains(said) && error.lines().count() == 1, "{error}");
            assert_eq!(fs::read(database(dir.path())).unwrap(), content);
        }
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }
}

#[test]
fn err_a_folder_that_is_not_there_or_not_ours() {
    check(&[("DATABASE_URL", "sqlite://missing/folder/x.db"), ("PORT", "0")], &[], 1, "missing/folder/x.db");
    let dir = TempDir::new().unwrap();
    fs::create_dir(database(dir.path())).unwrap();
    fs::set_permissions(database(dir.path()), fs::Permissions::from_mode(0o555)).unwrap();
    let (code, _, error) = run(binary(dir.path()).env("PORT", "0"));
    assert_eq!((code, error.lines().count()), (1, 1), "{error}");
}

#[test]
fn err_a_second_server_on_one_file() {
    let server = Server::start();
    let (code, _, error) = run(binary(server.dir.path()).env("PORT", "0"));
    assert_eq!((code, error.lines().count()), (1, 1), "{error}");
    assert!(error.contains("in use"), "{error}");
}

#[test]
fn ok_drains_are_made_alone_on_stdout() {
    let dir = TempDir::new().unwrap();
    let (code, out, _) =
        run(binary(dir.path()).args(["drain", "add", "checkout", "--url", "https://gauge.example.com"]));
    assert_eq!((code, out.lines().count()), (0, 1));
    assert!(out.starts_with("https://any:sg_") && out.ends_with("@gauge.example.com/logs\n"), "{out}");
    let (_, out, _) = run(binary(dir.path()).args(["drain", "list"]));
    assert!(out.contains("checkout") && out.contains("never"), "{out}");
    assert!(!fs::read(database(dir.path())).unwrap().windows(3).any(|it| it == b"sg_"), "a token was stored");
    assert_eq!(run(binary(dir.path()).args(["drain", "remove", "77"])).0, 1);
}
