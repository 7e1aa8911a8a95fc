//! Router lines of every generation, also with text from hostile clients. The quick reader is
//! compared in `quick.rs`.

use pipeline::{LABEL_BYTES_MAX, Origin};

use crate::support::{LOGPLEX, TIME, delta_of, framed, message, reduce, shown};

#[track_caller]
fn check(msg: &str, expected: &[&str]) {
    assert_eq!(shown(&delta_of("heroku", "router", msg)), expected.join("\n"), "message: {msg:?}");
}

#[test]
fn ok_2012_with_queue_and_bare_path() {
    check(
        r#"at=info method=GET path=/x?a=b&c="d" host=h.example.com fwd="10.0.0.1" dyno=web.1 queue=0 wait=0ms connect=1ms service=18ms status=200 bytes=13"#,
        &[
            "router.bytes{source=web.1} ~13bytes",
            "router.connect{source=web.1} ~1ms",
            "router.queue{source=web.1} ~0ms",
            "router.requests{source=web.1,status=200,method=GET} 1",
            "router.service{source=web.1} ~18ms",
        ],
    );
}

#[test]
fn ok_2014_with_request_id() {
    check(
        r#"sock=backend at=error code=H18 desc="Server Request Interrupted" method=POST path="/inc" host=h.example.com request_id=32515736-2fd7-46bc-b722-78860110de1d fwd="240e::ec0,172.69.34.65" dyno=web.1 connect=0ms service=44ms status=503 bytes= protocol=https"#,
        &[
            "router.connect{source=web.1} ~0ms",
            "router.errors{source=web.1,code=H18} 1",
            "router.requests{source=web.1,status=503,method=POST,code=H18} 1",
            "router.service{source=web.1} ~44ms",
        ],
    );
}

#[test]
fn ok_private_space_with_tls_version() {
    check(
        r#"at=info method=GET path=/ host=h.example.com request_id=8601b555 fwd="10.0.0.1" dyno=web.1 connect=1ms service=18ms status=304 bytes=0 tls_version=tls1.1 protocol=http"#,
        &[
            "router.bytes{source=web.1} ~0bytes",
            "router.connect{source=web.1} ~1ms",
            "router.requests{source=web.1,status=304,method=GET} 1",
            "router.service{source=web.1} ~18ms",
        ],
    );
}

#[test]
fn ok_router_2_with_decoded_path() {
    check(
        r#"at=info method=GET path="/api/the 1951 edition" host=evil status=500 dyno=web.9/books" host=h.example.com request_id=4b0adc25 fwd="10.0.0.1" dyno=web.1 connect=0ms service=3ms status=200 bytes=2256 protocol=http2.0 tls=true tls_version=tls1.3"#,
        &[
            "router.bytes{source=web.1} ~2256bytes",
            "router.connect{source=web.1} ~0ms",
            "router.requests{source=web.1,status=200,method=GET} 1",
            "router.service{source=web.1} ~3ms",
        ],
    );
}

#[test]
fn ok_forwarded_header_cannot_set_the_status() {
    check(
        r#"at=info method=GET path="/" host=h fwd="10.0.0.1" dyno=web.9 status=500 x=",10.0.0.2" dyno=web.1 connect=0ms service=3ms status=200 bytes=2"#,
        &[
            "router.bytes{source=web.1} ~2bytes",
            "router.connect{source=web.1} ~0ms",
            "router.requests{source=web.1,status=200,method=GET} 1",
            "router.service{source=web.1} ~3ms",
        ],
    );
}

#[test]
fn ok_empty_values_are_absent() {
    check(
        r#"at=error code=H10 desc="App crashed" method=GET path=/ host=h fwd=10.0.0.1 dyno= queue= wait= connect= service= status=503"#,
        &["router.errors{code=H10} 1", "router.requests{status=503,method=GET,code=H10} 1"],
    );
    check(
        r#"at=error code=H24 desc="Forced close" method=GET path="/" host=h fwd=10.0.0.1 dyno=web.1 connect=1ms service=80000ms status= bytes=18"#,
        &[
            "router.bytes{source=web.1} ~18bytes",
            "router.connect{source=web.1} ~1ms",
            "router.errors{source=web.1,code=H24} 1",
            "router.requests{source=web.1,method=GET,code=H24} 1",
            "router.service{source=web.1} ~80000ms",
        ],
    );
}

#[test]
fn ok_bare_numbers_are_milliseconds() {
    check(
        r#"at=error code=H26 desc="Request Error" cause="bad chunk" method=GET path="/" host=h fwd="10.0.0.1" dyno=web.1 connect=1 service=0 status=400 bytes=155"#,
        &[
            "router.bytes{source=web.1} ~155bytes",
            "router.connect{source=web.1} ~1ms",
            "router.errors{source=web.1,code=H26} 1",
            "router.requests{source=web.1,status=400,method=GET,code=H26} 1",
            "router.service{source=web.1} ~0ms",
        ],
    );
}

#[test]
fn ok_exponents_and_units() {
    check(
        r#"at=info method=GET path="/" host=h request_id=u fwd="10.0.0.1" dyno=web.1 connect=1e0ms service=1.5e-2s status=200 bytes=1.55E2"#,
        &[
            "router.bytes{source=web.1} ~155bytes",
            "router.connect{source=web.1} ~1ms",
            "router.requests{source=web.1,status=200,method=GET} 1",
            "router.service{source=web.1} ~15ms",
        ],
    );
}

#[test]
fn ok_request_without_at() {
    check(
        r#"error code=H31 desc="Misdirected Request" method=GET path="/" host=[h] request_id=[guid] fwd="[IP]" dyno= connect= service= status=421 bytes= protocol=http agent="<agent>""#,
        &["router.errors{code=H31} 1", "router.requests{status=421,method=GET,code=H31} 1"],
    );
}

#[test]
fn ok_websocket_stays_out_of_the_service_time() {
    check(
        r#"at=info method=GET path="/cable" host=h fwd="10.0.0.1" dyno=web.1 connect=1ms service=86400000ms status=101 bytes=129"#,
        &[
            "router.bytes{source=web.1} ~129bytes",
            "router.connect{source=web.1} ~1ms",
            "router.requests{source=web.1,status=101,method=GET} 1",
            "router.service.101{source=web.1} ~86400000ms",
        ],
    );
}

#[test]
fn ok_other_text() {
    check("", &[]);
    check("Listening on port 80", &[]);
    // A router line without a request is read like any other line.
    check("sample#memory_total=190.64MB", &["memory_total =190.64MB"]);
}

#[test]
fn ok_l2met_pairs_of_a_request_do_not_count() {
    check("at=info method=GET path=/ count#orders=1000", &["router.requests{method=GET} 1"]);
}

#[test]
fn ok_labels_are_bounded_words() {
    check("at=info method=get status=200", &["router.requests{status=200} 1"]);
    check("at=info method=ABCDEFGHIJKLMNOPQ status=099", &["router.requests 1"]);
    check("at=info method=BREW status=600 code=blank-app", &["router.requests{method=BREW} 1"]);
    check("at=info code=H1x", &["router.requests 1"]);
    let long = "x".repeat(LABEL_BYTES_MAX + 1);
    check(
        &format!("at=info dyno={long}"),
        &["drain.losses{code=label_length} 1", &format!("router.requests{{source={}}} 1", &long[1..])],
    );
}

#[test]
fn err_values_that_are_no_number() {
    check(
        "at=info method=GET dyno=web.1 connect=soon service=-1ms status=200 bytes=13k",
        &["drain.losses{code=value} 3/3", "router.requests{source=web.1,status=200,method=GET} 1"],
    );
}

#[test]
fn ok_any_app_and_prefix() {
    let body = framed(&[message(TIME, "app", "router", "at=info dyno=web.1 service=2ms")]);
    let delta = reduce(&body, &Origin { prefix: "eu", source_prefix: "shop", ..LOGPLEX });
    assert_eq!(shown(&delta), "eu.router.requests{source=web.1} 1\neu.router.service{source=web.1} ~2ms");
}
