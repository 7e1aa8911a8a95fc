//! Bodies that mean harm, for each door: no 5xx, memory stays bounded, and what cannot be used is a
//! counted loss.

use std::io::Write;

use testing::{process::Server, random::Dice};

use super::{losses, post};

/// The largest peak of the process' memory, kB.
const MEMORY_KB_MAX: u64 = 200 << 10;
/// The largest body, or less where millions of records take a minute without optimization.
const BODY_BYTES: usize = if cfg!(debug_assertions) { 1 << 20 } else { 8 << 20 };
const DOORS: [(&str, &str); 5] = [
    ("/logs", "application/x-ndjson"),
    ("/ingest/json", "application/json"),
    ("/_bulk", "application/x-ndjson"),
    ("/loki/api/v1/push", "application/json"),
    ("/ingest/vercel", "application/json"),
];

fn filled(unit: &str) -> Vec<u8> {
    unit.repeat(BODY_BYTES / unit.len()).into_bytes()
}

#[test]
fn err_memory_stays_bounded() {
    let server = Server::start();
    let token = server.drain("app");
    let names: String = (0..600_000).map(|it| format!("\"k{it}\":{it},")).collect();
    let mut object = format!("{{{names}\"z\":0}}").into_bytes();
    object.truncate(BODY_BYTES);
    let bodies = [
        filled("["),
        filled("{\"a\":"),
        filled("{}"),
        filled("{}\n"),
        filled("1,"),
        filled("{\"index\":{}}\n{}\n"),
        [b"[".to_vec(), filled("1,")[..BODY_BYTES - 16].to_vec(), b"1]".to_vec()].concat(),
        [b"{\"streams\":[".to_vec(), filled("[[")[..BODY_BYTES - 16].to_vec()].concat(),
        filled("\"\\u0000\","),
        filled("\u{0}"),
        object,
    ];
    for (path, content_type) in DOORS {
        for body in &bodies {
            let status = post(&server, &token, path, content_type, body).status;
            assert!(matches!(status, 200 | 204 | 413), "{path}: {status} for {:?}…", &body[..20]);
        }
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", &*bearer), ("Content-Type", content_type), ("Content-Encoding", "gzip")];
        let mut bomb = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
        (0..64).for_each(|_| bomb.write_all(&vec![b'['; 1 << 20]).unwrap());
        assert_eq!(server.request("POST", path, &headers, &bomb.finish().unwrap()).unwrap().status, 413, "{path}");
    }
    let held_kb = server.memory_kb("VmHWM");
    eprintln!("memory at most: {held_kb} kB, losses: {:?}", losses(&server, "app"));
    assert!(losses(&server, "app").is_some_and(|it| it > 1e5));
    assert!(held_kb < MEMORY_KB_MAX, "{held_kb} kB");
}

/// Bodies of real shippers with damaged bytes.
#[test]
fn err_damaged_bodies_are_no_error_of_the_server() {
    const SEEDS: [&str; 5] = [
        r#"{"timestamp":"2026-11-27T10:00:00Z","level":"info","message":"a\u00e9","kubernetes":{"pod_name":"x"}}"#,
        r#"[{"date":1790000000.25,"log":"a\n"},"text",{"app":"b","time":1e18,"msg":null}]"#,
        "{\"create\":{}}\n{\"message\":\"a\"}\n{\"delete\":{}}\n{\"index\":{\"_index\":\"b\"}}\n{\"msg\":1}\n",
        r#"{"streams":[{"stream":{"app":"a"},"values":[["1790000000000000000","line",{"level":"error"}]]}]}"#,
        r#"[{"id":"1","timestamp":1790000000000,"requestId":"r","proxy":{"path":"/"},"message":"m"}]"#,
    ];
    let server = Server::start();
    let token = server.drain("app");
    let mut dice = Dice(19);
    for round in 0..400 {
        let mut body = SEEDS[round % SEEDS.len()].as_bytes().to_vec();
        for _ in 0..=dice.roll(4) {
            let at = dice.roll(body.len() as u64) as usize;
            match dice.roll(3) {
                0 => body[at] = dice.roll(256) as u8,
                1 => body.truncate(at + 1),
                _ => body.insert(at, b"{}[]\",:\\\n0"[dice.roll(10) as usize]),
            }
        }
        for (path, content_type) in DOORS {
            let status = post(&server, &token, path, content_type, &body).status;
            assert!(status < 500, "{path}: {status} for {:?}", String::from_utf8_lossy(&body));
        }
        let status = post(&server, &token, "/loki/api/v1/push", "application/x-protobuf", &body).status;
        assert!(status < 500, "{status} for {body:?}");
    }
}
