//! nginx: its access log on standard output and over its own syslog, and the spans of an app behind
//! it, which are the same requests.

use std::process::Command;

use serde_json::json;
use testing::{program, wait::wait_for};

use super::{Process, Stage};

/// A proxy with a line that says where its access log goes.
pub(super) const CONFIG: &str = r#"
pid {dir}/nginx.pid;
error_log stderr warn;
events {}
http {
    client_body_temp_path {dir}/body;
    proxy_temp_path {dir}/proxy;
    fastcgi_temp_path {dir}/fastcgi;
    uwsgi_temp_path {dir}/uwsgi;
    scgi_temp_path {dir}/scgi;
    log_format timed '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent '
                     '"$http_referer" "$http_user_agent" $request_time';
    server {
        listen 127.0.0.1:{port};
        location / { proxy_pass http://127.0.0.1:{upstream}; }
        access_log {log};
    }
}
"#;

/// The command of an nginx that logs this way.
pub(super) fn command(stage: &Stage, log: &str) -> Option<Command> {
    let file = stage.config("nginx.conf", &CONFIG.replace("{log}", log));
    let mut command = Command::new(program::find("nginx")?);
    command.args(["-e", "stderr", "-g", "daemon off; master_process off;", "-c"]).arg(file);
    Some(command)
}

#[test]
fn ok_standard_output_into_shuttle() {
    let stage = Stage::new();
    let Some(mut command) = command(&stage, "/dev/stdout timed") else { return };
    let _processes = stage.start_into_shuttle(&mut command);
    let mut client = stage.client();
    client.say_rubbish();
    client.give_up("499");
    client.check(&stage.server);
    client.check_times(&stage.server, 0.0);
}

#[test]
fn ok_syslog_of_its_own() {
    let stage = Stage::new();
    let Some(mut command) = command(&stage, "syslog:server=127.0.0.1:{syslog},tag={token} combined") else { return };
    let _nginx = stage.start(&mut command);
    let mut client = stage.client();
    client.say_rubbish();
    client.give_up("499");
    client.check(&stage.server);
    // The format "combined" has no time.
    assert_eq!(stage.server.value("shop", "router.service", "count"), None);
}

#[test]
fn ok_an_app_behind_it_counts_once() {
    let stage = Stage::new();
    let log = "syslog:server=127.0.0.1:{syslog},tag={token} timed";
    let Some(mut command) = command(&stage, log) else { return };
    let spans = |paths: &[String]| {
        let span = |path: &String| {
            json!({ "kind": 2, "name": "GET", "endTimeUnixNano": (testing::clock::now_ms() * 1_000_000).to_string(), "attributes": [
                { "key": "http.request.method", "value": { "stringValue": "GET" } },
                { "key": "url.path", "value": { "stringValue": path } },
                { "key": "http.response.status_code", "value": { "intValue": 200 } },
            ] })
        };
        let spans: Vec<_> = paths.iter().map(span).collect();
        let body = json!({ "resourceSpans": [{ "scopeSpans": [{ "spans": spans }] }] }).to_string();
        let bearer = format!("Bearer {}", stage.token);
        let headers = [("Authorization", &*bearer), ("Content-Type", "application/json")];
        assert_eq!(stage.server.request("POST", "/v1/traces", &headers, body.as_bytes()).unwrap().status, 200);
    };
    let count = || stage.server.value("shop", "router.requests", "count").unwrap_or(0.0);
    // Only the app tells this one.
    spans(&["/direct".to_owned()]);
    assert_eq!(count(), 1.0);
    let _nginx: Process = stage.start(&mut command);
    let client = stage.client();
    wait_for("the proxy's lines", || count() >= 1.0 + client.total());
    spans(&client.paths());
    assert_eq!(count(), 1.0 + client.total());
    let found = stage.server.get("/api/v1/apps/shop/logs?q=told_by%3Dlog&limit=5").json();
    assert!(found["lines"].as_array().is_some_and(|it| !it.is_empty()), "{found}");
}
