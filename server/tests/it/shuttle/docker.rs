//! `shuttle --docker` against a real Docker daemon, where one is installed and the test is root:
//! containers that run, that come, that stop and go on, with lines of parts and of terminals.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use testing::{program, program::Process, wait::wait_for};

use super::follow::Followed;

/// Prints a counted line every few milliseconds.
const STEADY: &str = "while :; do echo count#steady=1; read -t 0.02 x <> /f; done";

/// Prints a hundred lines that are counted under a name, one in parts (longer than their 16 KiB),
/// and one to standard error.
fn brief(name: &str) -> String {
    format!(
        "i=0; while [ $i -lt 100 ]; do echo count#{name}=1; i=$((i+1)); done; \
         printf 'count#{name}.long=1 %040000d end\\n' 7; echo count#{name}.error=1 >&2"
    )
}

/// A daemon of its own, and its client.
struct Docker {
    socket: String,
    _daemon: Process,
}

impl Docker {
    /// `None` where it can't run.
    fn start(dir: &Path) -> Option<Self> {
        let (daemon, _client) = (program::find("dockerd")?, program::find("docker")?);
        if !rustix::process::getuid().is_root() {
            eprintln!("SKIPPED: expected to be root, which dockerd must be");
            return None;
        }
        let socket = dir.join("docker.sock").display().to_string();
        let log = fs::File::create(dir.join("dockerd.log")).unwrap();
        let mut command = Command::new(daemon);
        command.args(["--bridge=none", "--iptables=false", "--storage-driver=vfs", "--host"]);
        command.arg(format!("unix://{socket}"));
        for (flag, name) in [("--data-root", "data"), ("--exec-root", "exec"), ("--pidfile", "dockerd.pid")] {
            command.arg(flag).arg(dir.join(name));
        }
        let daemon = Process(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap());
        let started = Self { socket, _daemon: daemon };
        wait_for("the daemon", || started.try_run(&["info"]).is_some());
        started.import(dir);
        Some(started)
    }

    fn try_run(&self, args: &[&str]) -> Option<String> {
        let mut command = Command::new(program::find("docker")?);
        let output = command.args(["--host", &format!("unix://{}", self.socket)]).args(args).output().unwrap();
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn run(&self, args: &[&str]) -> String {
        self.try_run(args).unwrap_or_else(|| panic!("docker {args:?}"))
    }

    /// Makes the image `sh` of this system's bash and its libraries.
    fn import(&self, dir: &Path) {
        let root = dir.join("root");
        let script = "mkdir -p bin && cp -L /bin/bash bin/sh && for it in $(ldd /bin/bash | grep -o '/[^ ]*'); do \
                      mkdir -p .$(dirname $it) && cp -L $it .$it; done && mkfifo f && tar -cf ../root.tar .";
        fs::create_dir(&root).unwrap();
        assert!(Command::new("bash").args(["-ec", script]).current_dir(&root).status().unwrap().success());
        self.run(&["import", &dir.join("root.tar").display().to_string(), "sh"]);
    }

    /// Starts a container; its id.
    fn start_container(&self, flags: &[&str], script: &str) -> String {
        self.run(&[&["run", "--detach", "--network=none"], flags, &["sh", "/bin/sh", "-c", script]].concat())
    }

    /// How many lines a container has written.
    fn lines(&self, id: &str) -> f64 {
        self.run(&["logs", id]).lines().count() as f64
    }
}

#[test]
fn ok_containers() {
    let mut followed = Followed::new();
    let dir = followed.path("docker");
    fs::create_dir(&dir).unwrap();
    let Some(docker) = Docker::start(&dir) else { return };
    let steady = docker.start_container(&["--label=streamgauge.source=steady.1"], STEADY);
    followed.shuttle(&[&format!("--docker={}", docker.socket), "--from-start", "--spool=spool"]);
    let sum = |metric: &str| followed.server.value("shop", metric, "sum").unwrap_or(0.0);
    wait_for("the container that runs", || sum("steady") > 0.0);
    // Comes and goes between two looks.
    docker.start_container(&["--label=streamgauge.source=job.1"], &brief("job"));
    let labels = ["--label=com.docker.compose.service=web", "--label=com.docker.compose.container-number=2", "--tty"];
    docker.start_container(&labels, &brief("web"));
    docker.start_container(&["--label=streamgauge.logs=false"], &brief("silent"));
    docker.start_container(&["--name=last"], &brief("last"));
    for (name, source) in [("job", "job.1"), ("web", "web.2"), ("last", "last")] {
        wait_for("a container that comes", || sum(&format!("{name}.error")) == 1.0);
        assert_eq!((sum(name), sum(&format!("{name}.long"))), (100.0, 1.0), "{name}");
        let found = followed.server.get(&format!("/api/v1/apps/shop/logs?q=count%23{name}.error&limit=1")).json();
        assert_eq!(found["lines"][0]["source"], source, "{found}");
    }
    assert_eq!(sum("silent"), 0.0);
    docker.run(&["stop", "--time=0", &steady]);
    let before = docker.lines(&steady);
    wait_for("the lines of a container that has stopped", || sum("steady") == before);
    docker.run(&["start", &steady]);
    wait_for("a container that goes on", || sum("steady") > before);
    docker.run(&["stop", "--time=0", &steady]);
    let after = docker.lines(&steady);
    wait_for("its last lines", || sum("steady") == after);
}
