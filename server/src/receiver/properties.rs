//! Properties that hold for any bytes at the doors that make frames: nothing panics, each frame can
//! be read, and every record is a line or a counted loss.

use std::{fmt::Write as _, sync::Arc};

use pipeline::{Frames, Loss, Origin, Reducer};
use proptest::prelude::*;

use super::{
    app_frames::AppFrames,
    elastic::bulk::Items,
    json,
    loki::{json::write as write_loki, push},
    statsd::{
        packet::{Item, items},
        table::Table,
    },
    text_lines,
};

/// Writes bytes through each door, and returns the frames of each.
fn doors(data: &[u8]) -> [(&'static str, AppFrames); 7] {
    let text = String::from_utf8_lossy(data);
    let app = Arc::from("app");
    let mut all = ["text", "json", "stated json", "bulk", "loki json", "loki protobuf", "statsd"]
        .map(|name| (name, AppFrames::of(&app)));
    let [lines, json, stated, bulk, loki, protobuf, statsd] = &mut all;
    text_lines::write(data, &mut lines.1);
    json::post::write(data, false, &mut json.1);
    json::post::write(data, true, &mut stated.1);
    let reply = Items::write(&text, &mut bulk.1).map(|it| it.reply());
    assert!(reply.is_some_and(|it| serde_json::from_str::<serde_json::Value>(&it).is_ok()), "the reply is JSON");
    write_loki(&text, &mut loki.1);
    push::write(data, &mut protobuf.1);
    let mut table = Table::default();
    for item in items(data) {
        match item {
            Item::Metric(metric) => table.add(&metric),
            Item::Ignored => {}
            Item::Refused => table.refuse(1),
        }
    }
    table.flush(1_790_000_000_000, &mut statsd.1);
    all
}

fn check(data: &[u8]) {
    for (name, frames) in doors(data) {
        let apps = frames.end().unwrap_or_default();
        assert!(apps.len() <= 1, "{name}");
        for (_, frames) in apps {
            let (mut lost, mut reported) = (0, 0);
            for body in &frames.bodies {
                assert!(Frames::new(body).all(|it| it.is_ok()), "{name}: {:?}", String::from_utf8_lossy(body));
                let delta = Reducer::new().reduce(body, &Origin::default());
                assert!(delta.losses.iter().all(|it| !it.0.is_whole_frame()), "{name}: {:?}", delta.losses);
                lost += delta.losses.iter().filter(|it| it.0 == Loss::Record).map(|it| it.1).sum::<u64>();
                reported = frames.lost;
            }
            assert_eq!(lost, reported, "{name}");
        }
    }
}

/// Bytes of which records are made.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 32] = [
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "\\",
        "\n",
        "0",
        "1e9",
        "null",
        "\"a\"",
        "\"message\":",
        "\"level\":",
        "\"time\":",
        "{\"create\":{}}\n",
        "{\"index\":{}}\n",
        "\"streams\":",
        "\"stream\":",
        "\"values\":",
        "a:1|c",
        "|g",
        "|@0.1",
        "|#app:b",
        "|ms",
        "\u{0}",
        "é",
        "<14>1 - - - - - x",
        "\\u0000",
        "\n\n",
        " ",
    ];
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..60).prop_map(|it| it.concat().into_bytes())
}

proptest! {
    #[test]
    fn ok_any_pieces_of_records(data in pieces()) {
        check(&data);
    }

    #[test]
    fn ok_any_bytes(data in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&data);
    }

    /// Whole records: a text in any place is a line with that text, or within the object.
    #[test]
    fn ok_any_message(message in "[^\r\n]{1,60}", user in any::<bool>()) {
        let mut object = String::from("{\"msg\":");
        // Writing to a `String` cannot fail.
        let _written = write!(object, "{}", serde_json::Value::from(message.clone()));
        object += if user { ",\"user\":1}" } else { "}" };
        let mut frames = AppFrames::of(&Arc::from("app"));
        json::post::write(object.as_bytes(), true, &mut frames);
        let body = frames.end().unwrap_or_default().remove(0).1.bodies.concat();
        let expected = if user { object } else { message };
        let found = String::from_utf8_lossy(&body).into_owned();
        prop_assert!(found.ends_with(&expected), "{found:?} {expected:?}");
    }
}
