//! Both encodings of the same records become the same lines; what can't be read is counted. The
//! messages are built field by field, so that field numbers are tested too.

use super::{
    logs::Logs,
    metrics::Metrics,
    post::{Signal, read},
    record::{Encoding, Rejected},
    traces::Traces,
    tree::Names,
};
use crate::receiver::protobuf::{put_bytes, put_whole};
use crate::receiver::{cumulative::Cumulative, frames::FrameWriter, request_sources::RequestSources};

const AT_MS: u64 = 1_795_777_200_250;

fn message(fields: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut message = vec![];
    fields(&mut message);
    message
}

fn put_fixed64(out: &mut Vec<u8>, number: u8, value: u64) {
    out.push(number << 3 | 1);
    out.extend_from_slice(&value.to_le_bytes());
}

fn put_double(out: &mut Vec<u8>, number: u8, value: f64) {
    put_fixed64(out, number, value.to_bits());
}

fn text(value: &str) -> Vec<u8> {
    message(|out| put_bytes(out, 1, value.as_bytes()))
}

fn attribute(key: &str, value: &[u8]) -> Vec<u8> {
    message(|out| {
        put_bytes(out, 1, key.as_bytes());
        put_bytes(out, 2, value);
    })
}

/// A request of one record of one resource, with attributes of texts.
fn request(resource: &[(&str, &str)], scope: &str, record: &[u8]) -> Vec<u8> {
    let resource =
        message(|out| resource.iter().for_each(|(key, value)| put_bytes(out, 1, &attribute(key, &text(value)))));
    let scope = message(|out| {
        put_bytes(out, 1, &text(scope));
        put_bytes(out, 2, record);
    });
    let group = message(|out| {
        put_bytes(out, 1, &resource);
        put_bytes(out, 2, &scope);
    });
    message(|out| put_bytes(out, 1, &group))
}

/// The same in JSON.
fn json_request(signal: Signal, resource: &[(&str, &str)], scope: &str, record: &str) -> String {
    let Names { resources, scopes, records } = signal.names();
    let attributes: Vec<_> =
        resource.iter().map(|it| format!(r#"{{"key":"{}","value":{{"stringValue":"{}"}}}}"#, it.0, it.1)).collect();
    let attributes = attributes.join(",");
    // The resource comes last: fields have no order.
    format!(
        r#"{{"{resources}":[{{"{scopes}":[{{"{records}":[{record}],"scope":{{"name":"{scope}"}}}}],"schemaUrl":"x","resource":{{"attributes":[{attributes}]}}}}]}}"#
    )
}

/// The lines of a body without their counts, and how many records were rejected.
fn lines(signal: Signal, encoding: Encoding, body: &[u8], memory: &(RequestSources, Cumulative)) -> (String, u64) {
    let (mut frames, mut rejected) = (FrameWriter::default(), Rejected::default());
    let read = match signal {
        Signal::Logs => read(encoding, signal, body, &mut Logs::new(&mut frames, &mut rejected)),
        Signal::Traces => {
            read(encoding, signal, body, &mut Traces::new(&mut frames, &mut rejected, &memory.0, "shop", 0))
        }
        Signal::Metrics => {
            let mut metrics = Metrics::new(&mut frames, &mut rejected, &memory.1, 1);
            let read = read(encoding, signal, body, &mut metrics);
            memory.1.keep(metrics.changes, 0);
            read
        }
    };
    assert_eq!(read, Ok(()));
    let bodies = frames.end().bodies.concat();
    let frames = pipeline::Frames::new(&bodies).map(|it| String::from_utf8_lossy(it.unwrap_or_default()).into_owned());
    (frames.collect::<Vec<_>>().join("\n"), rejected.count)
}

#[track_caller]
fn check(signal: Signal, resource: &[(&str, &str)], scope: &str, wire: &[u8], json: &str, expected: &str) {
    let bodies = [
        (Encoding::Protobuf, request(resource, scope, wire)),
        (Encoding::Json, json_request(signal, resource, scope, json).into_bytes()),
    ];
    for (encoding, body) in bodies {
        assert_eq!(lines(signal, encoding, &body, &Default::default()), (expected.to_owned(), 0), "{encoding:?}");
    }
}

#[test]
fn ok_log_records() {
    let record = message(|out| {
        put_fixed64(out, 1, AT_MS * 1_000_000);
        put_whole(out, 2, 17);
        put_bytes(out, 5, &text("payment failed"));
        put_bytes(out, 6, &attribute("order id", &message(|out| put_whole(out, 3, 42))));
        put_bytes(out, 6, &attribute("why", &text("card \"declined\"")));
        put_bytes(out, 9, &[0x5b; 16]);
        put_bytes(out, 10, &[0xee; 8]);
    });
    let json = format!(
        r#"{{"timeUnixNano":"{}","severityNumber":17,"body":{{"stringValue":"payment failed"}},"unknown":{{"a":[1]}},
        "attributes":[{{"key":"order id","value":{{"intValue":"42"}}}},{{"key":"why","value":{{"stringValue":"card \"declined\""}}}}],
        "traceId":"{}","spanId":"{}"}}"#,
        AT_MS * 1_000_000,
        "5b".repeat(16),
        "ee".repeat(8)
    );
    let json = json.replace(r#"card "declined""#, r#"card \"declined\""#);
    check(
        Signal::Logs,
        &[("service.name", "shop"), ("k8s.pod.name", "shop-7d4f")],
        "payments",
        &record,
        &json,
        "<11>1 2026-11-27T11:00:00.250Z - shop shop-7d4f - - payment failed order_id=42 why=\"card \\\"declined\\\"\" \
         trace_id=5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b span_id=eeeeeeeeeeeeeeee",
    );
}

#[test]
fn ok_bodies_that_are_objects_stay_json() {
    let map = message(|out| {
        put_bytes(out, 1, &attribute("msg", &text("a\nb")));
        put_bytes(
            out,
            1,
            &attribute(
                "list",
                &message(|out| {
                    let values = message(|out| {
                        put_bytes(out, 1, &message(|out| put_whole(out, 2, 1)));
                        put_bytes(out, 1, &message(|out| put_double(out, 4, 1.5)));
                    });
                    put_bytes(out, 5, &values);
                }),
            ),
        );
    });
    let record = message(|out| {
        put_bytes(out, 5, &message(|out| put_bytes(out, 6, &map)));
        put_bytes(out, 6, &attribute("k", &text("v")));
    });
    let json = r#"{"body":{"kvlistValue":{"values":[{"key":"msg","value":{"stringValue":"a\nb"}},
        {"key":"list","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":1.5}]}}}]}},
        "attributes":[{"key":"k","value":{"stringValue":"v"}}]}"#;
    let expected = r#"<14>1 - - - - - - {"msg":"a\nb","list":[true,1.5],"k":"v"}"#;
    check(Signal::Logs, &[], "s", &record, json, expected);
}

#[test]
fn ok_heroku() {
    let body = |text_: &str| message(|out| put_bytes(out, 5, &text(text_)));
    let json = |text: &str| format!(r#"{{"body":{{"stringValue":"{text}"}}}}"#);
    let app = ("heroku.app.name", "shop");
    let dyno = [app, ("heroku.dyno.name", "web.1")];
    check(Signal::Logs, &dyno, "", &body("hello"), &json("hello"), "<14>1 - - app web.1 - - hello");
    let router = "at=info method=GET path=/ status=200 service=1ms";
    let expected = format!("<14>1 - - heroku router - - {router}");
    check(Signal::Logs, &[app], "", &body(router), &json(router), &expected);
    // The names of a platform's lines are nobody else's.
    let named = [("service.name", "heroku"), ("host.name", "web.1")];
    check(Signal::Logs, &named, "", &body("x"), &json("x"), "<14>1 - - service web.1 - - x");
}

fn span(attributes: &[(&str, Vec<u8>)], kind: u64) -> Vec<u8> {
    message(|out| {
        put_bytes(out, 1, &[0x5b; 16]);
        put_bytes(out, 2, &[0xee; 8]);
        put_bytes(out, 3, b"ot=th:8");
        put_whole(out, 6, kind);
        put_fixed64(out, 7, AT_MS * 1_000_000 - 12_500_000);
        put_fixed64(out, 8, AT_MS * 1_000_000);
        attributes.iter().for_each(|(key, value)| put_bytes(out, 9, &attribute(key, value)));
    })
}

#[test]
fn ok_server_spans() {
    let status = message(|out| put_whole(out, 3, 500));
    let wire = span(
        &[
            ("http.request.method", text("GET")),
            ("http.route", text("/users/{id}")),
            ("url.path", text("/users/7")),
            ("http.response.status_code", status),
            ("error.type", text("500")),
        ],
        2,
    );
    let json = format!(
        r#"{{"traceId":"{}","spanId":"{}","traceState":"ot=th:8","kind":2,"startTimeUnixNano":{},"endTimeUnixNano":"{}","attributes":[
        {{"key":"http.request.method","value":{{"stringValue":"GET"}}}},{{"key":"http.route","value":{{"stringValue":"/users/{{id}}"}}}},
        {{"key":"url.path","value":{{"stringValue":"/users/7"}}}},{{"key":"http.response.status_code","value":{{"intValue":500}}}},
        {{"key":"error.type","value":{{"stringValue":"500"}}}}]}}"#,
        "5b".repeat(16),
        "ee".repeat(8),
        AT_MS * 1_000_000 - 12_500_000,
        AT_MS * 1_000_000
    );
    check(
        Signal::Traces,
        &[("service.name", "shop")],
        "http",
        &wire,
        &json,
        "<14>1 2026-11-27T11:00:00.250Z shop otlp shop - - span kind=server method=GET path=/users/{id} url=/users/7 \
         status=500 service_ms=12.500 sampled=0.500000 trace_id=5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b span_id=eeeeeeeeeeeeeeee",
    );
    // A span with a route alone has no address.
    let routed = [("http.request.method", text("GET")), ("http.route", text("/a"))];
    let body = request(&[], "http", &span(&routed, 2));
    let (line, _) = lines(Signal::Traces, Encoding::Protobuf, &body, &Default::default());
    assert!(line.contains(" path=/a service_ms=12.500 "), "{line}");
    for (kind, attributes) in [(3, vec![("http.request.method", text("GET")), ("http.route", text("/"))]), (2, vec![])]
    {
        let body = request(&[], "http", &span(&attributes, kind));
        assert_eq!(lines(Signal::Traces, Encoding::Protobuf, &body, &Default::default()), (String::new(), 0));
    }
}

#[test]
fn ok_spans_that_a_log_has_told() {
    let heroku = [("heroku.app.name", "shop"), ("heroku.dyno.name", "web.1")];
    let memory = <(RequestSources, Cumulative)>::default();
    let old = [("http.method", text("GET")), ("http.target", text("/a?b=c"))];
    let router = request(&[("heroku.app.name", "shop")], "", &span(&old, 2));
    let app = request(&heroku, "http", &span(&old, 2));
    let has_mark = |body: &[u8]| lines(Signal::Traces, Encoding::Protobuf, body, &memory).0.contains("told_by=router");
    assert_eq!([&app, &router, &app].map(|it| has_mark(it)), [false, false, true]);
}

fn histogram(at_s: u64, counts: [u64; 3], sum: f64) -> Vec<u8> {
    message(|out| {
        put_fixed64(out, 2, 1_000_000_000);
        put_fixed64(out, 3, at_s * 1_000_000_000);
        put_fixed64(out, 4, counts.iter().sum());
        put_double(out, 5, sum);
        put_bytes(out, 6, &counts.map(u64::to_le_bytes).concat());
        put_bytes(out, 7, &[0.1_f64, 0.5].map(f64::to_le_bytes).concat());
        put_bytes(out, 9, &attribute("http.request.method", &text("GET")));
        put_bytes(out, 9, &attribute("server.port", &message(|out| put_whole(out, 3, 80))));
        put_bytes(out, 9, &attribute("zone", &text("a b")));
        put_double(out, 11, 0.01);
    })
}

fn metric(number: u8, temporality: u64, points: &[Vec<u8>]) -> Vec<u8> {
    message(|out| {
        put_bytes(out, 1, b"work");
        put_bytes(out, 3, b"s");
        let data = message(|out| {
            points.iter().for_each(|point| put_bytes(out, 1, point));
            put_whole(out, 2, temporality);
            put_whole(out, 3, 1);
        });
        put_bytes(out, number, &data);
    })
}

#[test]
fn ok_histograms() {
    let delta = metric(9, 1, &[histogram(50, [1, 2, 0], 0.6)]);
    let json = r#"{"name":"work","unit":"s","histogram":{"aggregationTemporality":1,"dataPoints":[{"startTimeUnixNano":"1000000000",
        "timeUnixNano":"50000000000","count":"3","sum":0.6,"bucketCounts":["1",2,"0"],"explicitBounds":[0.1,0.5],"min":0.01,
        "attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},{"key":"server.port","value":{"intValue":"80"}},
        {"key":"zone","value":{"stringValue":"a b"}}]}]}}"#;
    let expected = "<14>1 1970-01-01T00:00:50.000Z - otlp web-1 - - histogram name=work.a_b unit=ms scale=1000 method=GET count=3 sum=0.6 min=0.01 bounds=0.1,0.5 buckets=1,2,0";
    check(Signal::Metrics, &[("service.instance.id", "web-1")], "m", &delta, json, expected);
}

#[test]
fn ok_cumulative_points() {
    let memory = <(RequestSources, Cumulative)>::default();
    let said = |points: &[Vec<u8>]| {
        let body = request(&[("service.instance.id", "web-1")], "m", &metric(9, 2, points));
        lines(Signal::Metrics, Encoding::Protobuf, &body, &memory).0
    };
    assert_eq!(said(&[histogram(50, [1, 2, 0], 0.5)]), "");
    let grown = said(&[histogram(60, [1, 4, 1], 2.5)]);
    assert!(grown.ends_with("count=3 sum=2 bounds=0.1,0.5 buckets=0,2,1"), "{grown}");
    // Nothing new, and a point that came before.
    assert_eq!(said(&[histogram(70, [1, 4, 1], 2.5), histogram(65, [1, 4, 1], 2.5)]), "");
    let reset = said(&[histogram(80, [1, 0, 0], 0.05)]);
    assert!(reset.ends_with("count=1 sum=0.05 min=0.01 bounds=0.1,0.5 buckets=1,0,0"), "{reset}");
}

#[test]
fn ok_other_points() {
    let number = |fields: &dyn Fn(&mut Vec<u8>)| {
        message(|out| {
            put_fixed64(out, 3, 50_000_000_000);
            fields(out);
        })
    };
    let signed = number(&|out| put_fixed64(out, 6, (-3_i64).cast_unsigned()));
    let stale = number(&|out| put_whole(out, 8, 1));
    let exponential = number(&|out| {
        put_fixed64(out, 4, 4);
        put_double(out, 5, 30.0);
        put_whole(out, 6, 1);
        put_fixed64(out, 7, 1);
        put_bytes(
            out,
            8,
            &message(|out| {
                put_whole(out, 1, 4);
                put_bytes(out, 2, &[1, 0, 2]);
            }),
        );
    });
    let summary = number(&|out| {
        put_fixed64(out, 4, 4);
        put_double(out, 5, 30.0);
        put_bytes(
            out,
            6,
            &message(|out| {
                put_double(out, 1, 0.5);
                put_double(out, 2, 7.0);
            }),
        );
    });
    for (field, point, expected) in [
        (5, &signed, "gauge name=work unit=ms scale=1000 value=-3"),
        (5, &stale, ""),
        (7, &signed, "sum name=work unit=ms scale=1000 value=-3"),
        (
            10,
            &exponential,
            "exponential name=work unit=ms scale=1000 count=4 sum=30 exponent=-1 zero=1 positive=2:1,0,2",
        ),
        (11, &summary, "summary name=work unit=ms scale=1000 quantiles=0.5:7"),
    ] {
        let body = request(&[], "m", &metric(field, 1, std::slice::from_ref(point)));
        let (found, _) = lines(Signal::Metrics, Encoding::Protobuf, &body, &Default::default());
        assert_eq!(found.rsplit(" - - ").next().unwrap_or_default(), expected, "{field}");
    }
}

#[test]
fn err_records_that_cannot_be_read() {
    let bad_text = message(|out| put_bytes(out, 5, &message(|out| put_bytes(out, 1, &[0xFF]))));
    let body = request(&[], "s", &bad_text);
    assert_eq!(lines(Signal::Logs, Encoding::Protobuf, &body, &Default::default()), (String::new(), 1));
    let many = message(|out| {
        put_fixed64(out, 3, 50_000_000_000);
        put_bytes(out, 6, &vec![0; 8 * 2_000]);
    });
    let body = request(&[], "m", &metric(9, 1, &[many]));
    assert_eq!(lines(Signal::Metrics, Encoding::Protobuf, &body, &Default::default()), (String::new(), 1));
    for record in [r#"{"timeUnixNano":"x"}"#, r#"{"severityNumber":900}"#, "7", r#"{"body":{"intValue":"1.5"}}"#] {
        let body = json_request(Signal::Logs, &[], "s", record);
        assert_eq!(lines(Signal::Logs, Encoding::Json, body.as_bytes(), &Default::default()).1, 1, "{record}");
    }
}

#[test]
fn err_bodies_that_cannot_be_read() {
    let deep = "[".repeat(1 << 20);
    for body in ["{", "[]", r#"{"resourceLogs":7}"#, r#"{"resourceLogs":[7]}"#, &deep, r#"{"resourceLogs":[]}x"#] {
        let (mut frames, mut rejected) = (FrameWriter::default(), Rejected::default());
        let mut logs = Logs::new(&mut frames, &mut rejected);
        assert!(read(Encoding::Json, Signal::Logs, body.as_bytes(), &mut logs).is_err(), "{body:.40}");
    }
    let whole = request(&[("service.name", "shop")], "s", &message(|out| put_bytes(out, 5, &text("hello"))));
    for end in 1..whole.len() {
        let (mut frames, mut rejected) = (FrameWriter::default(), Rejected::default());
        let mut logs = Logs::new(&mut frames, &mut rejected);
        assert!(read(Encoding::Protobuf, Signal::Logs, &whole[..end], &mut logs).is_err(), "{end}");
    }
}
