//! `shuttle --follow` against a real server: files that come late, are renamed, or are copied and
//! emptied; lines of container runtimes.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use testing::{
    clock::{now_ms, stamp},
    process::Server,
    wait::wait_for,
};

/// A server, and a shuttle that posts to it; killed when dropped.
pub struct Followed {
    pub server: Server,
    pub token: String,
    pub folder: TempDir,
    child: Option<Child>,
}

impl Followed {
    /// A server without a shuttle.
    pub fn new() -> Self {
        let server = Server::start();
        let token = server.drain("shop");
        Self { server, token, folder: TempDir::new().unwrap(), child: None }
    }

    /// Starts a shuttle in the folder.
    pub fn shuttle(&mut self, flags: &[&str]) {
        self.kill();
        self.child = Some(self.command(flags).stdin(Stdio::null()).spawn().unwrap());
    }

    /// A shuttle that is not started yet.
    pub fn command(&self, flags: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streamgauge"));
        let url = format!("http://any:{}@{}/logs", self.token, self.server.address);
        command.arg("shuttle").args(flags).env("LOGS_URL", url).env_remove("BEARER_TOKEN");
        command.current_dir(self.folder.path()).stderr(Stdio::inherit());
        command
    }

    /// Ends the shuttle as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Source and text of the app's lines, sorted.
    pub fn lines(&self) -> Vec<String> {
        let found = self.server.get("/api/v1/apps/shop/logs?limit=1000").json();
        let lines = found["lines"].as_array().unwrap_or_else(|| panic!("{found}"));
        let mut all: Vec<_> = lines
            .iter()
            .map(|it| format!("{} {}", it["source"].as_str().unwrap(), it["text"].as_str().unwrap()))
            .collect();
        all.sort();
        all
    }

    /// Waits until these are the lines, in any order, beside `shuttle new`.
    #[track_caller]
    pub fn expect(&self, expected: &[&str]) {
        let mut expected: Vec<_> = expected.iter().map(|it| (*it).to_owned()).collect();
        expected.sort();
        wait_for("the lines", || {
            let mut lines = self.lines();
            lines.retain(|it| it != "shuttle new");
            let is_it = lines == expected;
            if !is_it && lines.len() >= expected.len() {
                eprintln!("{lines:?}, expected {expected:?}");
            }
            is_it
        });
    }
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Appends to a file as a logger does.
pub fn append(path: &Path, text: &str) {
    OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn ok_files_that_come_late_and_go() {
    let mut at = Followed::new();
    append(&at.path("there.log"), "old\n");
    at.shuttle(&["--follow", "web.1=late.log", "--follow", "there.log"]);
    // Once a line of the second file arrives, the first was looked for, too.
    wait_for("a new line", || {
        append(&at.path("there.log"), "new\n");
        at.lines().contains(&"shuttle new".to_owned())
    });
    append(&at.path("late.log"), "first\nseco");
    at.expect(&["web.1 first"]);
    // The second half of a line comes later, and into a renamed file.
    fs::rename(at.path("late.log"), at.path("late.log.1")).unwrap();
    append(&at.path("late.log.1"), "nd\n");
    append(&at.path("late.log"), "third\n");
    at.expect(&["web.1 first", "web.1 second", "web.1 third"]);
}

#[test]
fn ok_copied_and_emptied() {
    let mut at = Followed::new();
    let path = at.path("app.log");
    append(&path, &format!("{}\n", "a".repeat(300)));
    at.shuttle(&["--follow", "app.log", "--from-start"]);
    let first = format!("shuttle {}", "a".repeat(300));
    at.expect(&[&first]);
    // One step for the shuttle: it cannot see the line before the copy is made.
    append(&path, "unseen\n");
    fs::copy(&path, at.path("app.log.1")).unwrap();
    File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
    append(&path, &format!("{}\n", "b".repeat(400)));
    at.expect(&[&first, "shuttle unseen", &format!("shuttle {}", "b".repeat(400))]);
}

#[test]
fn ok_lines_of_containers_are_joined() {
    let mut at = Followed::new();
    // Another time than that of reading.
    let at_ms = now_ms() - 60_000;
    let time = stamp(at_ms * 1_000).replace("+00:00", "Z");
    let docker = |log: &str| format!("{{\"log\":\"{log}\",\"stream\":\"stdout\",\"time\":\"{time}\"}}\n");
    append(&at.path("docker.json"), &[docker("one \\\"a"), docker("b\\\"\\n"), docker("two\\n")].concat());
    append(&at.path("cri.log"), &format!("{time} stdout P thr\n{time} stderr F four\n{time} stdout F ee\n"));
    at.shuttle(&["--from-start", "--follow", "web=docker.json", "--follow", "job=cri.log"]);
    at.expect(&["web one \"ab\"", "web two", "job three", "job four"]);
    let found = at.server.get("/api/v1/apps/shop/logs?limit=1000").json();
    assert!(found["lines"].as_array().unwrap().iter().all(|it| it["at_ms"] == at_ms), "{found}");
}
