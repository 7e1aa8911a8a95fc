//! Paths and the endpoints that they are normalized to. Limits on their number are not tested here.

use pipeline::DeltaCell;
use pipeline::extract::endpoint::{BYTES_MAX, SEGMENTS_MAX, normalize};
use proptest::prelude::*;

use crate::support::delta_of;

fn endpoint_of(path: &[u8]) -> String {
    let mut out = Vec::new();
    normalize(path, &mut out);
    String::from_utf8(out).unwrap()
}

#[test]
fn ok_ids_are_replaced() {
    for (path, expected) in [
        ("/", "/"),
        ("/users/17/orders?page=2", "/users/:id/orders"),
        ("/users/17/", "/users/:id/"),
        ("/posts/8601b555-6a83-4c12-8269-97c8e32cdb22", "/posts/:id"),
        ("/commit/3f9a2b1c7d", "/commit/:id"),
        ("/commit/deadbeef", "/commit/deadbeef"),
        ("/t/eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", "/t/:id"),
        ("/assets/application-3f9a2b1c.js", "/assets/application-:id.js"),
        ("/reports/2026-11-24", "/reports/:id"),
        ("/orders/order_12345", "/orders/order_:id"),
        ("/api/v1/apps", "/api/v1/apps"),
        ("/oauth2/callback", "/oauth2/callback"),
        ("/top-10", "/top-10"),
        ("/api/Schlachter 1951/books", "/api/:id/books"),
        ("/caf\u{e9}", "/:id"),
        ("/a%20b", "/:id"),
        ("/a#b", "/a"),
        ("//x", "//x"),
        ("/1/2/3/4/5/6/7/8/9", "/:id/:id/:id/:id/:id/:id/:id/:id/*"),
        ("", ""),
        ("*", ""),
        ("example.com:443", ""),
    ] {
        assert_eq!(endpoint_of(path.as_bytes()), expected, "{path}");
    }
}

#[test]
fn ok_requests_count_in_their_endpoint_by_the_minute() {
    let delta = delta_of(
        "heroku",
        "router",
        r#"at=info method=GET path="/users/17?a=b" host=h request_id=u fwd="ip" dyno=web.1 connect=1ms service=18ms status=200 bytes=13"#,
    );
    let (at_s, cell) = delta
        .cells
        .iter()
        .find(|it| &*delta.series[it.series as usize].metric == "router.endpoints")
        .map(|DeltaCell { series, second: at_s, cell }| {
            let key = &delta.series[*series as usize];
            assert_eq!((&*key.method, &*key.path, &*key.unit, &*key.source), ("GET", "/users/:id", "ms", ""));
            (*at_s, cell)
        })
        .unwrap();
    assert_eq!((at_s % 60, cell.count, cell.sum), (0, 1, 18.0));
}

/// Errors of an endpoint are counted by status and code; a request that was answered is none.
#[test]
fn ok_failed_requests_count_in_their_endpoint() {
    let line = |code: &str, status: &str| {
        format!(r#"{code} method=POST path="/orders/17" host=h request_id=u fwd="ip" dyno=web.1 connect=1ms service=18ms status={status} bytes=13"#)
    };
    for (msg, expected) in [
        (line("at=info", "500"), Some((500, ""))),
        (line("at=error code=H12 desc=\"Request timeout\"", "503"), Some((503, "H12"))),
        (line("at=error code=H27 desc=\"Client Request Interrupted\"", "499"), Some((499, "H27"))),
        (line("at=info", "404"), None),
        (line("at=info", "101"), None),
        (line("at=info", "200"), None),
    ] {
        let delta = delta_of("heroku", "router", &msg);
        let found = delta.cells.iter().find_map(|it| {
            let key = &delta.series[it.series as usize];
            (&*key.metric == "router.endpoint_errors").then(|| {
                assert_eq!((&*key.method, &*key.path, &*key.source), ("POST", "/orders/:id", ""));
                assert_eq!((it.second % 60, it.cell.sum), (0, 1.0));
                (key.status, &*key.code)
            })
        });
        assert_eq!(found, expected, "{msg}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Every endpoint is bounded ASCII. Normalizing it again only changes the names of ids.
    #[test]
    fn ok_endpoints_are_bounded(path in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut out = Vec::new();
        normalize(&path, &mut out);
        prop_assert!(out.len() <= BYTES_MAX + 64 && out.is_ascii());
        prop_assert!(out.iter().filter(|it| **it == b'/').count() <= SEGMENTS_MAX + 1);
        prop_assert!(out.is_empty() || out[0] == b'/');
    }
}
