//! Every route, asked by everybody: the table of `docs/access.md`, measured on a real server. A new
//! route changes the table and fails this test until somebody looks at its line.
//! `UPDATE_ACCESS=1` writes the table anew.

use std::{
    fmt::Write as _,
    io::{BufRead, BufReader, Write},
    path::Path,
    time::Duration,
};

use testing::process::{Server, binary, run};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// The password of people: that of the administrator works with any name.
const THEIRS: &str = "a password of their own";

/// Who asks: the name of the column, and the headers.
pub(crate) type Asker = (&'static str, Vec<(&'static str, String)>);

/// Runs a command beside a server, and gives what it prints.
#[track_caller]
pub(crate) fn command(server: &Server, args: &[&str]) -> String {
    let port = server.address.port().to_string();
    let (code, out, error) = run(binary(server.dir.path()).env("PORT", port).args(args));
    assert_eq!((code, &*error), (0, ""), "{args:?}");
    out.trim().to_owned()
}

fn askers(server: &Server) -> Vec<Asker> {
    let basic = |name: &str, password: &str| {
        use base64::{Engine, engine::general_purpose::STANDARD};
        format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))
    };
    let token = |args: &[&str]| format!("Bearer {}", command(server, &[&["token", "add"], args].concat()));
    let admin = basic("admin", PASSWORD);
    let mut all = vec![("nobody", vec![])];
    for role in ["viewer", "editor", "admin"] {
        let link = command(server, &["person", "add", &format!("the {role}"), "--role", role]);
        crate::access_people::accept(server, &link, &format!("the {role}"), THEIRS);
        all.push((role, vec![("Authorization", basic(&format!("the {role}"), THEIRS))]));
    }
    for (name, args) in [
        ("sgr_", &["reads", "--scope", "read"][..]),
        ("sgw_", &["writes", "--scope", "write"]),
        ("sgw_ of app", &["one", "--scope", "write", "--app", "app"]),
        ("sgw_ of other", &["two", "--scope", "write", "--app", "other"]),
    ] {
        all.push((name, vec![("Authorization", token(args))]));
    }
    for (name, page) in [("sgs_ app", "/apps/app"), ("sgs_ wall", "/")] {
        let link = command(server, &["share", "add", name, "--page", page, "--app", "app", "--lines"]);
        all.push((name, vec![("Cookie", format!("streamgauge_share={}", link.rsplit_once('/').unwrap().1))]));
    }
    let site =
        vec![("Authorization", admin), ("Sec-Fetch-Site", "cross-site".into()), ("Sec-Fetch-Mode", "cors".into())];
    all.push(("cross-site", site));
    all
}

/// The status of a request. Reads no further, since streams do not end.
fn status(server: &Server, method: &str, path: &str, headers: &[(&'static str, String)]) -> u16 {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}",
        server.address
    );
    let mut stream = server.connection(b"");
    stream.write_all(request.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or_else(|| panic!("{method} {path}: {line:?}"))
}

/// The word for a status: what matters is whether somebody is let in.
fn word(status: u16) -> String {
    match status {
        401 | 403 => status.to_string(),
        _ => "yes".to_owned(),
    }
}

/// A path with something in the place of its parameters.
fn filled(path: &str) -> String {
    let with_app = if matches!(path, "/check" | "/api/v1/incidents") { "?app=app" } else { "" };
    let filled = path.replace("{app}", "app").replace("{chart}", "requests").replace("{token}", "x");
    filled.replace("{id}", "1").replace("{word}", "none").replace("{*path}", "none").replace("{*rest}", "none")
        + with_app
}

#[test]
fn ok_every_route_and_everybody() {
    let server = Server::start_with(&[("ADMIN_PASSWORD", PASSWORD)]);
    crate::drains::made(&server, &["app"]);
    crate::drains::made(&server, &["other"]);
    let askers = askers(&server);
    crate::access_people::wait_until_known(&server, &askers);
    let names: Vec<&str> = askers.iter().map(|it| it.0).collect();
    let mut table = format!("| route | | {} |\n|---|---|{}\n", names.join(" | "), "---|".repeat(names.len()));
    for (path, access) in server::outlet::routes::table() {
        let address = filled(path);
        for (method, need) in [("GET", access.read), ("POST", access.change)] {
            let of = |asker: &Asker| status(&server, method, &address, &asker.1);
            // Somebody without a limit tells whether there is such a method.
            let admin = askers.iter().find(|it| it.0 == "admin").unwrap();
            if of(admin) == 405 && (method == "GET" || access.change == access.read || !has_changes(path)) {
                continue;
            }
            let row: Vec<String> = askers.iter().map(|it| word(of(it))).collect();
            writeln!(table, "| `{path}` | {method} | {} |", row.join(" | ")).unwrap();
            let first = row.first().map(String::as_str);
            let is_open = need == server::outlet::routes::Need::Nothing || path == "/logs";
            assert!(is_open || first == Some("401"), "{method} {path} lets anybody in");
        }
    }
    compare(&table.replace("| POST |", "| change |").replace("| GET |", "| read |"));
}

/// Whether a route whose POST is not routed has another method that changes something.
fn has_changes(path: &str) -> bool {
    server::outlet::routes::table().iter().any(|it| it.0 == path && it.1.change > it.1.read)
}

/// Compares the table with that of the documentation.
fn compare(table: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/access.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, rest) = text.split_once("<!-- table -->\n").unwrap();
    let (old, after) = rest.split_once("<!-- end -->").unwrap();
    if std::env::var_os("UPDATE_ACCESS").is_some() {
        std::fs::write(&file, format!("{before}<!-- table -->\n{table}<!-- end -->{after}")).unwrap();
        return;
    }
    let differing: Vec<&str> = table.lines().filter(|it| !old.lines().any(|line| line == *it)).collect();
    assert!(old == table, "docs/access.md differs; look at these lines, then run with UPDATE_ACCESS=1: {differing:#?}");
}
