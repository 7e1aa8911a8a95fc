//! Drains of Vercel: the check of an endpoint, one request an id, messages as lines.

use testing::{clock::now_ms, process::Server};

use super::{lines, losses, post};

#[test]
fn ok_one_request_an_id() {
    let server = Server::start();
    let token = server.drain("shop");
    let entry = |id: &str, request: &str, message: &str, proxy: &str| {
        format!(
            r#"{{"id":"{id}","timestamp":{},"level":"info","source":"lambda","projectName":"shop","requestId":"{request}","message":"{message}"{proxy}}}"#,
            now_ms()
        )
    };
    let proxy = r#","proxy":{"method":"GET","path":"/a","statusCode":200,"timestamp":1}"#;
    let first =
        [entry("1", "r1", "one", proxy), entry("2", "r1", "two", proxy), entry("3", "r2", "three", "")].join(",");
    let reply =
        post(&server, &token, "/ingest/vercel?verify=abc123", "application/json", format!("[{first}]").as_bytes());
    assert_eq!(reply.status, 200);
    assert!(reply.head.contains("x-vercel-verify: abc123"), "{}", reply.head);
    // The same request in a later batch, without and with a message.
    let second =
        [entry("4", "r1", "", proxy), entry("5", "r1", "four", proxy), entry("6", "r2", "five", proxy)].join("\n");
    assert_eq!(post(&server, &token, "/ingest/vercel", "application/x-ndjson", second.as_bytes()).status, 200);
    let texts: Vec<String> = lines(&server, "shop").into_iter().map(|it| it.1).collect();
    let (requests, messages): (Vec<&str>, Vec<&str>) =
        texts.iter().map(|it| &**it).partition(|it| it.contains("proxy"));
    assert_eq!((requests.len(), messages), (2, vec!["four", "three", "two"]), "{texts:?}");
    assert_eq!(losses(&server, "shop"), None);
}

#[test]
fn ok_the_check_of_an_endpoint() {
    let server = Server::start();
    let reply = server.get("/ingest/vercel?verify=abc123");
    assert!(reply.status == 200 && reply.head.contains("x-vercel-verify: abc123"), "{}", reply.head);
    for path in ["/ingest/vercel?verify=a%0d%0ab", "/ingest/vercel?verify=%ff", "/ingest/vercel"] {
        assert!(!server.get(path).head.contains("x-vercel-verify"), "{path}");
    }
    assert_eq!(post(&server, "sg_wrong", "/ingest/vercel", "application/json", b"[]").status, 401);
}
