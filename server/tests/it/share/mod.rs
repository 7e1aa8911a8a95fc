//! Share links: they open their page alone, with their apps, and log lines only where that was
//! said. They survive a restart, end at once, and are counted. What each route answers them stands
//! in `docs/access.md`; how their pages look is tested in the browser.

mod ends;
mod makes;
mod opens;
mod shows;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Instant,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use testing::{
    frames::{frame, message_frame, now_line},
    http::Reply,
    process::Server,
    wait::{PATIENCE, wait_for},
};

use crate::access_table::{PASSWORD, command};

/// Part of a log line of each app, of its note, and of what was lost of it.
pub(crate) const RAW: &str = "xyzzy";
/// How a browser opens a page.
pub(crate) const PERSON: [(&str, &str); 2] = [("Sec-Fetch-Mode", "navigate"), ("Accept", "text/html")];

pub(crate) fn admin() -> String {
    format!("Basic {}", STANDARD.encode(format!("admin:{PASSWORD}")))
}

/// A server with a password and three apps that have sent requests, a note, and a line that matches
/// nothing.
pub(crate) fn filled() -> Server {
    let server = Server::start_with(&[("ADMIN_PASSWORD", PASSWORD)]);
    for app in ["shop", "mail", "secret"] {
        let token = crate::drains::made(&server, &[app]);
        let mut body = frame(&now_line(20));
        body.extend(message_frame("app web.1", &format!("event#title=\"{RAW} note\"")));
        body.extend(message_frame("app web.1", &format!("{RAW} says {app}")));
        assert_eq!(server.post(&token, &[], &body).status, 204);
    }
    wait_for("all apps", || {
        let reply = server.request("GET", "/api/v1/apps", &[("Authorization", &admin())], b"").unwrap();
        reply.json()["apps"].as_array().is_some_and(|apps| apps.iter().all(|it| it["last_line_ms"].is_i64()))
    });
    server
}

/// Makes a link; returns its path.
pub(crate) fn made(server: &Server, args: &[&str]) -> String {
    let link = command(server, &[&["share", "add"], args].concat());
    let (host, path) = link.split_once("/s/sgs_").unwrap();
    assert_eq!((host, path.len()), (&*format!("http://{}", server.address), 22), "{link}");
    format!("/s/sgs_{path}")
}

/// The value of a header.
pub(crate) fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    let line = |it: &&'a str| it.to_lowercase().starts_with(&format!("{name}:"));
    reply.plain_head.lines().find(line).map(|it| it[name.len() + 1..].trim()).unwrap_or_default()
}

/// Opens a link once the server knows it; returns the cookie, and where it leads.
pub(crate) fn opened(server: &Server, path: &str) -> (String, String) {
    wait_for("the server to know the link", || server.get(path).status == 303);
    let reply = server.get(path);
    let cookie = header(&reply, "set-cookie").split(';').next().unwrap().to_owned();
    assert!(cookie.starts_with("streamgauge_share=sgs_"), "{}", reply.plain_head);
    (cookie, header(&reply, "location").to_owned())
}

pub(crate) fn get(server: &Server, path: &str, cookie: &str) -> Reply {
    server.request("GET", path, &[&PERSON[..], &[("Cookie", cookie)]].concat(), b"").unwrap()
}

/// Calls a server function as a page does.
pub(crate) fn ask(server: &Server, function: &str, cookie: &str, body: &Value) -> Reply {
    let headers = [("Cookie", cookie), ("Content-Type", "application/json"), ("Sec-Fetch-Site", "same-origin")];
    server.request("POST", &format!("/api/page/{function}"), &headers, body.to_string().as_bytes()).unwrap()
}

#[track_caller]
pub(crate) fn refused(reply: &Reply, why: &str) {
    assert_eq!(reply.status, 403, "{why}: {}", reply.body);
    assert!(!reply.body.contains(RAW), "{why}: {}", reply.body);
}

pub(crate) fn listed(server: &Server) -> Value {
    serde_json::from_str(&command(server, &["share", "list", "--json"])).unwrap()
}

/// A live stream.
pub(crate) struct Stream(BufReader<TcpStream>);

impl Stream {
    pub(crate) fn open(server: &Server, path: &str, cookie: &str) -> Self {
        let mut stream = TcpStream::connect(server.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n").unwrap();
        Self(BufReader::new(stream))
    }

    /// The data of the next event.
    #[track_caller]
    pub(crate) fn event(&mut self) -> String {
        loop {
            let mut line = String::new();
            assert!(self.0.read_line(&mut line).unwrap() > 0, "the stream ended");
            if let Some(data) = line.strip_prefix("data: ") {
                return data.to_owned();
            }
        }
    }

    /// Whether the server answers with a stream.
    pub(crate) fn is_open(&mut self) -> bool {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.contains(" 200 ")
    }

    /// Reads until the server ends the stream.
    pub(crate) fn end(mut self) -> Instant {
        let mut rest = vec![];
        let mut buffer = [0; 4_096];
        // The last chunk is empty; the connection stays open for other requests.
        while !rest.ends_with(b"\r\n0\r\n\r\n") {
            let n = self.0.read(&mut buffer).unwrap();
            if n == 0 {
                break;
            }
            rest.extend(&buffer[..n]);
        }
        Instant::now()
    }
}
