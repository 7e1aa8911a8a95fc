//! HAProxy: `option httplog` over UDP, `option httpslog` over TCP, and the CLF variant on standard
//! output.

use std::process::Command;

use testing::program;

use super::Stage;

/// One thread: of two, HAProxy drops a line for standard output while the other is writing one.
const CONFIG: &str = "
global
    nbthread 1
    log-tag {token}
defaults
    mode http
    {option}
    log {log}
    timeout connect 5s
    timeout client 10s
    timeout server 500ms
ring gauge
    format rfc5424
    maxlen 1500
    size 65536
    timeout connect 5s
    timeout server 10s
    server gauge 127.0.0.1:{syslog} log-proto octet-count
frontend public
    bind 127.0.0.1:{port}
    default_backend shop
backend shop
    server s1 127.0.0.1:{upstream}
";

fn command(stage: &Stage, option: &str, log: &str) -> Option<Command> {
    let text = CONFIG.replace("{option}", option).replace("{log}", log);
    let file = stage.config("haproxy.cfg", &text);
    let mut command = Command::new(program::find("haproxy")?);
    command.args(["-db", "-f"]).arg(file);
    Some(command)
}

/// The same requests, whatever the format is. Who opens a connection and closes it has asked
/// nothing.
fn check(stage: &Stage) {
    let mut client = stage.client();
    client.ask("GET", "/hang", "curl/8");
    client.say_rubbish();
    client.check(&stage.server);
    // What could not be read has no time.
    client.check_times(&stage.server, 1.0);
    let codes = stage.server.grouped("shop", "router.errors", "sum", "code");
    let expected = [("PR--", 1.0), ("SH--", client.answers("502")), ("sH--", client.answers("504"))];
    assert_eq!(codes, expected.map(|it| (it.0.to_owned(), it.1)));
}

#[test]
fn ok_httplog_over_udp() {
    let stage = Stage::new();
    if let Some(mut command) = command(&stage, "option httplog", "127.0.0.1:{syslog} local0") {
        let _haproxy = stage.start(&mut command);
        check(&stage);
    }
}

#[test]
fn ok_httpslog_over_tcp() {
    let stage = Stage::new();
    if let Some(mut command) = command(&stage, "option httpslog", "ring@gauge local0") {
        let _haproxy = stage.start(&mut command);
        check(&stage);
    }
}

#[test]
fn ok_clf_into_shuttle() {
    let stage = Stage::new();
    if let Some(mut command) = command(&stage, "option httplog clf", "stdout format raw local0") {
        let _processes = stage.start_into_shuttle(&mut command);
        check(&stage);
    }
}
