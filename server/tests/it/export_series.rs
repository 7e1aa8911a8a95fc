//! `streamgauge export`: every series of a span on stdout, from the file of a server that has
//! stopped.

use bytes::Bytes;
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};
use serde_json::Value;
use testing::{
    clock::{now_ms, stamp},
    frames::{frame, message_frame, router_line},
    process::{Server, binary, run},
};

/// The rows of a Parquet file, in the form of JSON lines.
fn parquet_rows(file: &[u8]) -> Vec<Value> {
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(file)).unwrap();
    let value = |field: &Field| match field {
        Field::TimestampMillis(it) => (it / 1_000).into(),
        Field::Str(it) => it.as_str().into(),
        Field::Int(it) => (*it).into(),
        Field::Long(it) => (*it).into(),
        Field::Double(it) => (*it).into(),
        Field::Null => Value::Null,
        other => panic!("{other:?}"),
    };
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    rows.map(|row| row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect()).collect()
}

#[test]
fn ok_series_as_csv_and_json_lines() {
    let server = Server::start();
    let token = server.drain("app");
    let mut body: Vec<u8> = vec![];
    // In two minutes, which are two rows.
    for (ago_s, service_ms) in [(130, 10), (130, 30), (10, 20)] {
        let time = stamp((now_ms() / 1_000 - ago_s) * 1_000_000);
        body.extend(frame(&router_line(&time, service_ms)));
    }
    body.extend(message_frame("app worker.1", "source=\"a,b\" count#jobs=2 sample#queue=7"));
    assert_eq!(server.post(&token, &[], &body).status, 204);
    server.drain("other");
    let dir = server.dir.clone();
    assert_eq!(server.stop().0, 0);
    let export = |args: &[&str]| {
        let (code, out, error) = run(binary(dir.path()).arg("export").args(args));
        assert_eq!((code, &*error), (0, ""), "{args:?}");
        out
    };
    let csv = export(&["--app", "app", "--metric", "router.service"]);
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 3, "{csv}");
    assert!(rows[0].starts_with("time,app,metric,kind,unit,source,"), "{csv}");
    assert!(rows[1].contains(",app,router.service,distribution,ms,web.1,,,,,2,40,10,30,"), "{csv}");
    assert!(rows[2].contains(",1,20,20,20,20,20,20,20"), "{csv}");
    let lines = export(&["--metric", "jobs", "--metric", "que*", "--json"]);
    let rows: Vec<Value> = lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let found: Vec<_> = rows.iter().map(|it| (it["metric"].as_str().unwrap(), it["sum"].as_f64().unwrap())).collect();
    assert_eq!(found, [("jobs", 2.0), ("queue", 7.0)], "{lines}");
    assert_eq!(export(&["--metric", "nothing"]).lines().count(), 1);
    let written = binary(dir.path()).args(["export", "--app", "app", "--parquet"]).output().unwrap();
    assert!(written.status.success());
    let all = export(&["--app", "app", "--json"]);
    let rows: Vec<Value> = all.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert!(rows.len() > 10);
    let found = parquet_rows(&written.stdout);
    assert_eq!(found.len(), rows.len());
    for (found, expected) in found.iter().zip(&rows) {
        let is_same = |(name, value): (&String, &Value)| match (found[name].as_f64(), value.as_f64()) {
            // JSON is read with an error in the last digit.
            (Some(one), Some(other)) => (one - other).abs() <= other.abs() * 1e-15,
            _ => found[name] == *value,
        };
        assert!(expected.as_object().unwrap().iter().all(is_same), "{found} {expected}");
    }
    let (code, _, error) = run(binary(dir.path()).args(["export", "--app", "nobody"]));
    assert!(code == 1 && error.contains("nobody"), "{code} {error}");
    let (code, _, error) = run(binary(dir.path()).args(["export", "--step", "all"]));
    assert!(code == 2 && error.contains("--step"), "{code} {error}");
}
