//! What other senders than logplex post, on a real server: lines, times, levels and apps, losses
//! with their reasons, retries that count once. Forms of records are tested beside their readers.

/// Bodies that mean harm.
mod hostile;

/// JSON and plain text.
mod json;

/// What other log stores' shippers send.
mod shippers;

/// statsd over UDP.
mod statsd;

/// Drains of Vercel.
mod vercel;

use testing::{http::Reply, process::Server};

/// Posts a body of this type.
fn post(server: &Server, token: &str, path: &str, content_type: &str, body: &[u8]) -> Reply {
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", &*bearer), ("Content-Type", content_type)];
    let headers = if content_type.is_empty() { &headers[..1] } else { &headers };
    server.request("POST", path, headers, body).unwrap()
}

/// Source and text of an app's lines in order, without the receiver's reports of losses.
fn lines(server: &Server, app: &str) -> Vec<(String, String)> {
    let found = server.get(&format!("/api/v1/apps/{app}/logs?limit=100")).json();
    let lines = found["lines"].as_array().unwrap_or_else(|| panic!("{found}"));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let all = lines.iter().map(|it| (text(&it["source"]), text(&it["text"])));
    let mut all: Vec<_> = all.filter(|it| !it.1.contains(" lost: ")).collect();
    all.sort();
    all
}

fn losses(server: &Server, app: &str) -> Option<f64> {
    server.value(app, "drain.losses", "sum")
}
