//! A real Prometheus with a configuration and a folder of its own, for tests and benches. Whether
//! it is installed is asked before, with `program::find`.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    http::{Reply, form_urlencoded, request},
    process::free_port,
    program::Process,
    wait::wait_for,
};

/// A Prometheus that ends with this value.
pub struct Prometheus {
    /// Where it listens on this machine.
    pub port: u16,
    _process: Process,
}

impl Prometheus {
    /// Starts it and waits until it answers.
    pub fn start(dir: &Path, config: &str, flags: &[&str]) -> Self {
        let file = dir.join("prometheus.yml");
        std::fs::write(&file, config).unwrap();
        let port = free_port();
        let mut command = Command::new("prometheus");
        command.arg(format!("--config.file={}", file.display()));
        command.arg(format!("--storage.tsdb.path={}", dir.join("tsdb").display()));
        command.arg(format!("--web.listen-address=127.0.0.1:{port}")).args(flags);
        let process = Process(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        let started = Self { port, _process: process };
        wait_for("Prometheus to be ready", || started.reply("/-/ready").is_some_and(|it| it.status == 200));
        started
    }

    /// The reply to a GET request; `None` without one.
    pub fn reply(&self, path: &str) -> Option<Reply> {
        request(([127, 0, 0, 1], self.port).into(), "GET", path, &[], b"").ok()
    }

    /// The only value of an instant query.
    pub fn value(&self, query: &str) -> Option<f64> {
        let query: String = form_urlencoded(query);
        let found = self.reply(&format!("/api/v1/query?query={query}"))?.json();
        let result = found["data"]["result"].as_array()?.clone();
        assert!(result.len() <= 1, "{query}: {result:?}");
        result.first()?["value"][1].as_str()?.parse().ok()
    }
}
