//! A real provider: `oidc-provider` in `end2end/oidc`, which npm installs with the browser tests.
//! Without npm these tests have nobody to ask, and say so.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use tempfile::TempDir;
use testing::process::Server;

/// What the provider knows this server by, with characters that forms and headers escape.
const SECRET: &str = "a secret: with/odd %characters&";

/// A provider that ends with the test.
pub struct Provider {
    pub issuer: String,
    process: Child,
}

impl Provider {
    /// Starts one that leads back to a port of this machine; `None` without Node.js.
    pub fn start(port: u16, back: u16, flags: &[&str]) -> Option<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../end2end/oidc/provider.mjs");
        let back = format!("http://127.0.0.1:{back}/sign-in/oidc/callback");
        let mut command = Command::new("node");
        let command = command.arg(script).arg(port.to_string()).arg(back).args(flags);
        let Ok(mut process) = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn() else {
            eprintln!("node is missing: sign-in by a provider is not tested");
            return None;
        };
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let issuer = line.trim().to_owned();
        assert!(issuer.starts_with("http://127.0.0.1:"), "a provider; run npm ci in end2end");
        Some(Self { issuer, process })
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.issuer.rsplit_once(':').unwrap().1.parse().unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// A port that is free for now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server that lets people of a provider in. Settings that come later win.
pub fn server(issuer: &str, dir: &Arc<TempDir>, port: u16, allow: &str, more: &[(&str, &str)]) -> Server {
    let base = format!("http://127.0.0.1:{port}");
    let settings = [
        ("OIDC_ISSUER", issuer),
        ("OIDC_CLIENT_ID", "gauge"),
        ("OIDC_CLIENT_SECRET", SECRET),
        ("OIDC_ALLOW", allow),
        ("PUBLIC_URL", &base),
    ];
    Server::start_in(Arc::clone(dir), port, &[&settings, more].concat())
}

/// A provider and a server, in a folder of their own; `None` without Node.js.
pub fn both(flags: &[&str], allow: &str, more: &[(&str, &str)]) -> Option<(Provider, Server)> {
    let port = free_port();
    let provider = Provider::start(0, port, flags)?;
    let server = server(&provider.issuer, &Arc::new(TempDir::new().unwrap()), port, allow, more);
    Some((provider, server))
}
