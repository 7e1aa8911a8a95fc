//! Tries what holds for any bytes: with pieces of records, the fuzz targets' cases, and mutations
//! of these. The same bytes each time; libFuzzer searches for new ones (`server/fuzz`).

use std::{env, fmt::Write as _, fs, panic::catch_unwind, path::Path, sync::Arc};

use proptest::prelude::*;
use testing::random::Dice;

use super::{app_frames::AppFrames, invariants, json};

/// What a fuzz target does with its bytes.
type Check = fn(&[u8]);

/// The fuzz targets by name.
const TARGETS: [(&str, Check); 7] = [
    ("otlp_protobuf", invariants::otlp_protobuf),
    ("otlp_json", invariants::otlp_json),
    ("json", invariants::json),
    ("bulk", invariants::bulk),
    ("loki", invariants::loki),
    ("vercel", invariants::vercel),
    ("statsd", invariants::statsd),
];
/// Mutations of the cases of each target, unless `MUTATIONS` says how many.
const MUTATIONS: u64 = 20_000;

fn check(data: &[u8]) {
    TARGETS.iter().for_each(|it| it.1(data));
}

/// The kept cases of a target, decoded.
fn cases(target: &str) -> Vec<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/cases").join(format!("{target}.cases"));
    let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    text.lines().filter_map(|line| line.split_once(' ')).map(|(_, text)| testing::cases::bytes(text)).collect()
}

/// A case with pieces of it changed, copied, removed, or taken from another one.
fn mutated(dice: &mut Dice, cases: &[Vec<u8>]) -> Vec<u8> {
    let pick = |dice: &mut Dice, end: usize| usize::try_from(dice.roll(end.max(1) as u64)).unwrap_or(0);
    let mut data = cases[pick(dice, cases.len())].clone();
    for _ in 0..=dice.roll(4) {
        let (from, other) = (pick(dice, data.len()), &cases[pick(dice, cases.len())]);
        let end = (from + pick(dice, 24)).min(data.len());
        match dice.roll(7) {
            0 if from < data.len() => data[from] ^= 1 << dice.roll(8),
            1 if from < data.len() => {
                data[from] = *b"\x00\xFF\x80\x7F0-9{}[]\",:\\\n |#".get(pick(dice, 21)).unwrap_or(&0);
            }
            2 => drop(data.drain(from..end)),
            3 => drop(data.splice(from..from, data[from..end].to_vec())),
            4 => data.truncate(from),
            5 => {
                let start = pick(dice, other.len());
                let piece = other[start..(start + pick(dice, 200)).min(other.len())].to_vec();
                drop(data.splice(from..end, piece));
            }
            _ => {
                let numbers =
                    ["9223372036854775808", "-1", "1e308", "NaN", "0.1", "1795777200250000000", "\\u0000", "null"];
                drop(data.splice(from..end, numbers[pick(dice, numbers.len())].bytes()));
            }
        }
    }
    data
}

#[test]
fn ok_cases_of_the_fuzz_targets_and_mutations_of_them() {
    let mutations = env::var("MUTATIONS").ok().and_then(|it| it.parse().ok()).unwrap_or(MUTATIONS);
    for (name, holds) in TARGETS {
        let cases = cases(name);
        assert!(!cases.is_empty(), "{name} has no case");
        cases.iter().for_each(|it| holds(it));
        let mut dice = Dice(7);
        for number in 0..mutations {
            let data = mutated(&mut dice, &cases);
            let result = catch_unwind(|| holds(&data));
            assert!(result.is_ok(), "{name}, mutation {number}: {}", data.escape_ascii());
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
