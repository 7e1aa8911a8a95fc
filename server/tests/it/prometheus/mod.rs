//! What Prometheus reads of a real server: by hand, by `promtool`, and by a real Prometheus.

mod query;
mod real;
mod remote;
mod scrape;

use std::{
    path::Path,
    process::{Command, Stdio},
};

use testing::{http, program::Process, wait::wait_for};

/// A Prometheus with this configuration.
struct Prometheus {
    port: u16,
    _process: Process,
}

impl Prometheus {
    fn start(dir: &Path, config: &str, flags: &[&str]) -> Self {
        let file = dir.join("prometheus.yml");
        std::fs::write(&file, config).unwrap();
        let port = testing::process::free_port();
        let mut command = Command::new("prometheus");
        command.arg(format!("--config.file={}", file.display()));
        command.arg(format!("--storage.tsdb.path={}", dir.join("tsdb").display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}")).args(flags);
        let process = Process(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let started = Self { port, _process: process };
        wait_for("Prometheus to be ready", || started.reply("/-/ready").is_some_and(|it| it.status == 200));
        started
    }

    fn reply(&self, path: &str) -> Option<http::Reply> {
        http::request(([127, 0, 0, 1], self.port).into(), "GET", path, &[], b"").ok()
    }

    /// The only value of an instant query.
    fn value(&self, query: &str) -> Option<f64> {
        let query: String = form_urlencoded(query);
        let found = self.reply(&format!("/api/v1/query?query={query}"))?.json();
        let result = found["data"]["result"].as_array()?.clone();
        assert!(result.len() <= 1, "{query}: {result:?}");
        result.first()?["value"][1].as_str()?.parse().ok()
    }
}

/// A text as a parameter.
fn form_urlencoded(text: &str) -> String {
    text.bytes()
        .map(|it| if it.is_ascii_alphanumeric() { char::from(it).to_string() } else { format!("%{it:02X}") })
        .collect()
}
