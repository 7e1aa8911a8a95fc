//! `/settings/server` and `/settings/backup` on a real server: settings and where they come from,
//! and no backup of nothing. That a downloaded backup is whole is tested in a browser.

use base64::{Engine, engine::general_purpose::STANDARD};
use testing::process::Server;

#[test]
fn ok_settings_and_where_they_come_from() {
    let server = Server::start_with(&[("RETENTION_LOGS", "5d"), ("ADMIN_PASSWORD", "correct horse battery")]);
    let basic = format!("Basic {}", STANDARD.encode("any:correct horse battery"));
    let page = server.request("GET", "/settings/server", &[("Authorization", &basic)], b"").unwrap().body;
    let row = |variable: &str| {
        let at = page.find(&format!("<code>{variable}</code>")).unwrap_or_else(|| panic!("{variable} in {page}"));
        page[at..].split("</tr>").next().unwrap()
    };
    for (variable, value, source) in [
        ("RETENTION_LOGS", "5d", "environment"),
        ("RETENTION_1H", "400d", "default"),
        ("ADMIN_PASSWORD", "set", "environment"),
    ] {
        let row = row(variable);
        assert!(row.contains(&format!("<code>{value}</code>")) && row.contains(source), "{row}");
    }
    assert!(!page.contains("correct horse"), "the page shows a password");
    assert!(page.contains(env!("CARGO_PKG_VERSION")) && page.contains("5 d or 10.0 GB"), "{page}");
}

#[test]
fn err_a_backup_of_nothing() {
    let server = Server::start();
    let origin = format!("http://localhost:{}", server.address.port());
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Host", &origin["http://".len()..]),
        ("Origin", &*origin),
    ];
    let reply = server.request("POST", "/settings/backup", &headers, b"").unwrap();
    assert_eq!(reply.status, 409, "{reply:?}");
    assert!(reply.body.contains("there is nothing to back up"), "{}", reply.body);
}
