//! `_bulk` of Elasticsearch and pushes of Loki.

use testing::{clock::now_ms, process::Server};

use super::{lines, losses, post};

#[test]
fn ok_bulk() {
    let server = Server::start();
    let token = server.drain("shop");
    let body = "{\"create\":{\"_index\":\"logs\"}}\n{\"@timestamp\":T,\"message\":\"one\",\"log\":{\"file\":{\"path\":\"/x\"},\"offset\":1},\"host\":{\"name\":\"h\"}}\n\
                {\"index\":{}}\n{\"message\":\"two\"}\n{\"delete\":{\"_id\":\"1\"}}\n";
    let body = body.replace(":T,", &format!(":{},", now_ms()));
    for path in ["/_bulk", "/elastic/_bulk", "/elastic/_bulk?pretty", "/elastic/logs/_bulk?filter_path=errors"] {
        let reply = post(&server, &token, path, "application/x-ndjson", body.as_bytes());
        let expected = serde_json::json!([201, 201, 400]);
        let found: Vec<_> = reply.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it.as_object().unwrap().values().next().unwrap()["status"].clone())
            .collect();
        assert_eq!((reply.status, &serde_json::json!(found)), (200, &expected), "{path}");
        assert_eq!(reply.json()["errors"], true);
        assert!(reply.head.contains("x-elastic-product: elasticsearch"), "{}", reply.head);
    }
    let texts: Vec<_> = lines(&server, "shop").into_iter().map(|it| it.1).collect();
    assert_eq!(texts, ["one", "one", "one", "one", "two", "two", "two", "two"]);
    assert_eq!(losses(&server, "shop"), Some(4.0));
    // Elasticsearch's client for Python sends PUT.
    for path in ["/_bulk", "/elastic/_bulk", "/elastic/logs/_bulk"] {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", &*bearer), ("Content-Type", "application/vnd.elasticsearch+x-ndjson")];
        let reply = server.request("PUT", path, &headers, b"{\"index\":{}}\n{\"msg\":\"three\"}\n").unwrap();
        assert_eq!((reply.status, &reply.json()["errors"]), (200, &serde_json::json!(false)), "{path}");
    }
}

#[test]
fn ok_what_shippers_ask_first() {
    let server = Server::start();
    let token = server.drain("shop");
    for path in
        ["/elastic", "/elastic/", "/elastic/_license", "/elastic/_cluster/health", "/elastic/_ilm/policy/filebeat"]
    {
        let reply = server.get(path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.head.contains("x-elastic-product: elasticsearch") && reply.json().is_object(), "{path}");
    }
    assert_eq!(server.get("/elastic").json()["version"]["number"], "8.15.0");
    assert_eq!(
        server.request("PUT", "/elastic/_index_template/logs", &[], b"{}").unwrap().json()["acknowledged"],
        true
    );
    // The token as an API key, encoded as Filebeat does, and as it is.
    use base64::{Engine, engine::general_purpose::STANDARD};
    for key in [STANDARD.encode(format!("id:{token}")), token.clone()] {
        let headers = [("Authorization", format!("ApiKey {key}")), ("Content-Type", "application/json".into())];
        let headers = headers.each_ref().map(|it| (it.0, &*it.1));
        let reply = server.request("POST", "/elastic/_bulk", &headers, b"{\"index\":{}}\n{\"msg\":\"x\"}\n").unwrap();
        assert_eq!((reply.status, &reply.json()["errors"]), (200, &serde_json::json!(false)));
    }
    let refused = server.request("POST", "/elastic/_bulk", &[("Authorization", "ApiKey x")], b"").unwrap();
    assert!(refused.status == 401 && refused.head.contains("x-elastic-product"), "{refused:?}");
}

#[test]
fn ok_loki() {
    let server = Server::start();
    let token = server.drain("shop");
    let ns = now_ms() * 1_000_000;
    let body = format!(
        r#"{{"streams":[{{"values":[["{ns}","one"],["{ns}","two",{{"level":"error"}}],[7]],"stream":{{"pod":"web-1","app":"shop"}}}}]}}"#
    );
    assert_eq!(post(&server, &token, "/loki/api/v1/push", "application/json", body.as_bytes()).status, 204);
    let field = |number: u8, bytes: &[u8]| [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()][..], bytes].concat();
    let seconds = (ns / 1_000_000_000) as u64;
    let mut time = vec![8];
    let mut rest = seconds;
    while rest >= 0x80 {
        time.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    time.push(rest as u8);
    let entry = [field(1, &time), field(2, b"three")].concat();
    let stream = [field(1, b"{app=\"shop\", pod=\"web-2\"}"), field(2, &entry)].concat();
    let message = field(1, &stream);
    // Snappy of one literal, which has fewer than 60 or 256 bytes.
    let length = u8::try_from(message.len()).unwrap();
    let snappy = [&[length, 60 << 2, length - 1][..], &message].concat();
    assert!(length < 0x80);
    assert_eq!(post(&server, &token, "/loki/api/v1/push", "application/x-protobuf", &snappy).status, 204);
    let found = lines(&server, "shop");
    let expected = [("web-1", "one"), ("web-1", "two"), ("web-2", "three")];
    for (source, text) in expected {
        assert!(found.iter().any(|it| it.0.ends_with(source) && it.1 == text), "{text}: {found:?}");
    }
    assert_eq!((found.len(), losses(&server, "shop")), (3, Some(1.0)));
}

#[test]
fn err_loki_that_is_none() {
    let server = Server::start();
    let token = server.drain("shop");
    for (kind, body) in [
        ("application/x-protobuf", &b"\x05\x10hello"[..]),
        ("application/x-protobuf", b""),
        ("application/x-protobuf", b"\x00"),
        ("application/json", b"{\"streams\":7}"),
        ("application/json", b"{\"streams\":[{\"stream\":{},\"values\":[[\"1\",\"x\"]"),
        ("application/json", b"[[[["),
    ] {
        let reply = post(&server, &token, "/loki/api/v1/push", kind, body);
        assert_eq!(reply.status, 204, "{body:?}");
    }
    assert!(losses(&server, "shop").is_some_and(|it| it >= 4.0));
    // A length of 4 GiB is not reserved.
    let bomb = b"\xff\xff\xff\xff\x0f\x00";
    assert_eq!(post(&server, &token, "/loki/api/v1/push", "application/x-protobuf", bomb).status, 413);
}
