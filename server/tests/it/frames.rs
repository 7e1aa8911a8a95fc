//! Bodies with wrong frame counts, by POST and through `streamgauge shuttle`. The counts must be
//! those of the whole lines. Framing itself is tested in the pipeline.

use std::{collections::BTreeMap, path::Path};

use pipeline::{Origin, Reducer};
use testing::process::Server;

use crate::shuttle;

/// A nil timestamp, so that the time of receipt counts.
const TIME: &str = "-";

/// Sums by series of lines that are read one by one.
fn sums_of(lines: &[u8]) -> BTreeMap<String, (u64, String)> {
    let delta = Reducer::timeless().reduce_text(lines, &Origin { from_logplex: true, ..Origin::default() });
    let mut sums: BTreeMap<String, (u64, f64)> = BTreeMap::new();
    for pipeline::DeltaCell { series, cell, .. } in &delta.cells {
        let key = &delta.series[*series as usize];
        if !key.metric.starts_with("router.endpoint") {
            let sum = sums.entry(format!("{} {}", key.metric, key.source)).or_default();
            *sum = (sum.0 + cell.count, sum.1 + cell.sum);
        }
    }
    sums.into_iter().map(|(key, (count, sum))| (key, (count, format!("{sum:.6e}")))).collect()
}

/// Sums by series of bytes that are read as one body.
fn sums_of_body(body: &[u8]) -> BTreeMap<String, (u64, String)> {
    let mut lines = Vec::new();
    for frame in pipeline::Frames::new(body).flatten() {
        // A line that begins with a number is read as a frame, as in the input.
        lines.extend_from_slice(b"1 ");
        lines.extend_from_slice(frame.strip_suffix(b"\n").unwrap_or(frame));
        lines.push(b'\n');
    }
    sums_of(&lines)
}

/// The bodies that a shuttle posts for an input, joined.
fn shuttled(input: &[u8]) -> Vec<u8> {
    let peer = shuttle::peer::Peer::start(&[]);
    let output = shuttle::run(&peer.url(), &[], input);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    peer.requests().iter().flat_map(|it| it.body.clone()).collect()
}

/// One frame per line, whose counts are wrong by these numbers of octets.
fn wrong(offs: &[isize]) -> Vec<u8> {
    let line = |(place, off): (usize, &isize)| {
        let text = match place % 3 {
            0 => format!(
                "heroku router - at=info method=GET path=\"/café\" connect=1ms service=2ms status=200 bytes=65{place}"
            ),
            1 => format!("app heroku-redis - source=REDIS sample#hit-rate=0.5 sample#evicted-keys={place}"),
            _ => format!("app heroku-postgres - source=GREEN sample#tables={place} sample#memory-postgres=5kB"),
        };
        let message = format!("<158>1 {TIME} host {text}\n");
        format!("{} {message}", message.len().checked_add_signed(*off).unwrap())
    };
    offs.iter().enumerate().map(line).collect::<String>().into_bytes()
}

#[test]
fn ok_wrong_counts_by_shuttle_and_by_post() {
    let server = Server::start();
    for (place, offs) in [&[0, 0, 0, 0][..], &[-1, -1, -1, 0], &[-40, 30, 7, -3, 0], &[105, 20, -60, 95, 1, 0, 60, -2]]
        .iter()
        .enumerate()
    {
        let body = wrong(offs);
        let expected = sums_of(&body);
        assert_eq!(sums_of_body(&shuttled(&body)), expected, "through the shuttle: {offs:?}");
        let app = format!("framed-{place}");
        let token = server.drain(&app);
        assert_eq!(server.post(&token, &[("Logplex-Frame-Id", "A")], &body).status, 204);
        assert_eq!(server.value(&app, "drain.lines", "sum"), Some(offs.len() as f64), "{offs:?}");
        assert_eq!(server.grouped(&app, "hit-rate", "count", "source").first().map(|it| &*it.0), Some("REDIS"));
        let losses = server.get(&format!("/api/v1/apps/{app}/losses")).json();
        assert_eq!(losses["reasons"], serde_json::json!([]), "{offs:?}");
        assert_eq!(sums_of_body(&body), expected, "by post: {offs:?}");
    }
}

#[test]
fn ok_files_of_the_corpus_go_both_ways() {
    let Some(root) = std::env::var_os("STREAMGAUGE_CORPUS") else { return };
    for entry in std::fs::read_dir(Path::new(&root).join("lines")).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_string_lossy().ends_with(".frame.log") {
            continue;
        }
        let input = std::fs::read(&path).unwrap();
        let expected = sums_of(&input);
        assert_eq!(sums_of_body(&shuttled(&input)), expected, "{} through the shuttle", path.display());
        assert_eq!(sums_of_body(&input), expected, "{} by post", path.display());
    }
}
