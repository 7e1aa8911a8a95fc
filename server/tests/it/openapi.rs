//! The description of the API beside what a real server answers. `make api-check` asks further,
//! with schemathesis.

use testing::process::Server;

#[test]
fn ok_methods_are_those_of_the_routes() {
    let server = Server::start();
    server.drain("app");
    let document = server.get("/api/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    for (path, item) in document["paths"].as_object().unwrap() {
        let address = path.replace("{app}", "app").replace("{id}", "0").replace("{word}", "x").replace("{chart}", "x");
        for method in ["GET", "POST", "PUT", "DELETE"] {
            // Streams don't end.
            if method == "GET" && (path.ends_with("/live") || path.ends_with("/tail")) {
                continue;
            }
            let json = [("Content-Type", "application/json")];
            let status = server.request(method, &address, &json, b"[").unwrap().status;
            let is_described = item.get(method.to_lowercase()).is_some();
            assert_eq!(status != 405, is_described, "{method} {path}: {status}");
        }
    }
}

#[test]
fn ok_the_page_shows_every_operation() {
    let server = Server::start();
    let document = server.get("/api/openapi.json").json();
    let page = server.get("/api");
    assert_eq!(page.status, 200, "{}", page.body);
    for (path, item) in document["paths"].as_object().unwrap() {
        // A path may break before each slash.
        assert!(page.body.contains(&format!("<code>{}</code>", path.replace('/', "<wbr>/"))), "{path}");
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert_eq!(page.body.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
        }
    }
    assert!(!page.body.contains("<script"), "foreign or inline scripts have no place here");
}
