//! Real web servers and proxies, as Debian packages them, with real requests through each. A client
//! counts what it was answered, and what their logs become must be the same. Forms of log lines are
//! tested in the pipeline.

/// What the requests go to, and who counts them.
mod traffic;

mod apache;
mod caddy;
mod haproxy;
mod nginx;
mod rsyslog;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use testing::{
    process::{Server, free_port, path},
    program::Process,
};

use traffic::{Client, Upstream};

/// A server, a drain of the app `shop` and an upstream, and a port for whatever stands between.
struct Stage {
    server: Server,
    token: String,
    upstream: Upstream,
    syslog_port: u16,
    /// The port of the program.
    port: u16,
}

impl Stage {
    fn new() -> Self {
        let syslog_port = free_port();
        let server = Server::start_with(&[("SYSLOG_PORT", &syslog_port.to_string())]);
        let token = server.drain("shop");
        Self { server, token, upstream: Upstream::start(), syslog_port, port: free_port() }
    }

    fn dir(&self) -> &Path {
        self.server.dir.path()
    }

    /// Writes a configuration with `{dir}`, `{port}`, `{upstream}`, `{syslog}` and `{token}` filled
    /// in.
    fn config(&self, name: &str, text: &str) -> PathBuf {
        let file = self.dir().join(name);
        let filled = text
            .replace("{dir}", &self.dir().display().to_string())
            .replace("{port}", &self.port.to_string())
            .replace("{upstream}", &self.upstream.port.to_string())
            .replace("{syslog}", &self.syslog_port.to_string())
            .replace("{token}", &self.token);
        fs::write(&file, filled).unwrap();
        file
    }

    fn logs_url(&self) -> String {
        format!("http://any:{}@{}/logs", self.token, self.server.address)
    }

    /// Starts a program whose messages go to a file.
    fn start(&self, command: &mut Command) -> Process {
        Process(self.spawn(command.stdout(Stdio::null())))
    }

    /// Starts a program whose standard output goes to `streamgauge shuttle`.
    fn start_into_shuttle(&self, command: &mut Command) -> (Process, Process) {
        let mut program = self.spawn(command.stdout(Stdio::piped()));
        let output = program.stdout.take().unwrap();
        let mut shuttle = Command::new(path());
        shuttle.arg("shuttle").env("LOGS_URL", self.logs_url()).stdin(output).stdout(Stdio::null());
        (Process(program), Process(shuttle.spawn().unwrap()))
    }

    fn spawn(&self, command: &mut Command) -> Child {
        let messages = fs::File::create(self.dir().join("messages")).unwrap();
        command.current_dir(self.dir()).stdin(Stdio::null()).stderr(messages).spawn().unwrap()
    }

    /// The client's requests, once the program answers.
    fn client(&self) -> Client {
        Client::start(self.port, || fs::read_to_string(self.dir().join("messages")).unwrap_or_default())
    }
}
