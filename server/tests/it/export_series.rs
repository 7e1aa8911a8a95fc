//! `streamgauge export`: every series of a span on stdout, from the file of a server that has
//! stopped.

use testing::{
    clock::{now_ms, stamp},
    frames::{frame, message_frame, router_line},
    process::{Server, binary, run},
};

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
    let rows: Vec<serde_json::Value> = lines.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let found: Vec<_> = rows.iter().map(|it| (it["metric"].as_str().unwrap(), it["sum"].as_f64().unwrap())).collect();
    assert_eq!(found, [("jobs", 2.0), ("queue", 7.0)], "{lines}");
    assert_eq!(export(&["--metric", "nothing"]).lines().count(), 1);
    let (code, _, error) = run(binary(dir.path()).args(["export", "--app", "nobody"]));
    assert!(code == 1 && error.contains("nobody"), "{code} {error}");
    let (code, _, error) = run(binary(dir.path()).args(["export", "--step", "all"]));
    assert!(code == 2 && error.contains("--step"), "{code} {error}");
}
