//! Framing: tables of whole and damaged bodies, and well-formed bodies against the messages they were made of.

use pipeline::{FRAME_BYTES_MAX, Frames};
use proptest::prelude::*;

use crate::story::framed;

/// Frames in quotes, losses as their words.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let found: Vec<_> = Frames::new(body.as_bytes())
        .map(|it| match it {
            Ok(frame) => format!("'{}'", String::from_utf8_lossy(frame)),
            Err(loss) => loss.word().to_owned(),
        })
        .collect();
    assert_eq!(found, expected, "body: {body:?}");
}

#[test]
fn ok_counted() {
    check("", &[]);
    check(" \r\n\t", &[]);
    check("8 <1>1 abc", &["'<1>1 abc'"]);
    check("8 <1>1 abc8 <1>1 def", &["'<1>1 abc'", "'<1>1 def'"]);
    check("9 <1>1 abc\n8 <1>1 def", &["'<1>1 abc\n'", "'<1>1 def'"]);
    check("8 <1>1 abc\r\n8 <1>1 def\n", &["'<1>1 abc'", "'<1>1 def'"]);
    check("9 <1>1 a\nbc", &["'<1>1 a\nbc'"]);
}

#[test]
fn ok_last_frame_is_short_by_its_line_end() {
    check("9 <1>1 abc", &["'<1>1 abc'"]);
    check("9 <1>1 abc\n9 <1>1 def", &["'<1>1 abc\n'", "'<1>1 def'"]);
}

#[test]
fn ok_trailed() {
    check("<1>1 abc", &["'<1>1 abc'"]);
    check("<1>1 abc\n<1>1 def\n", &["'<1>1 abc'", "'<1>1 def'"]);
    check("<1>1 abc\0<1>1 def\0", &["'<1>1 abc'", "'<1>1 def'"]);
    check("<1>1 abc\n8 <1>1 def<1>1 ghi", &["'<1>1 abc'", "'<1>1 def'", "'<1>1 ghi'"]);
}

#[test]
fn err_damage_costs_no_good_frame() {
    check("5 junk\n8 <1>1 abc", &["frame_count", "'<1>1 abc'"]);
    check("junk", &["frame_count"]);
    check("junk8 <1>1 abc", &["frame_count", "'<1>1 abc'"]);
    check("08 <1>1 abc", &["frame_count", "'<1>1 abc'"]);
    check("8 <1>1 abcjunk8 <1>1 def", &["'<1>1 abc'", "frame_count", "'<1>1 def'"]);
    check("junk\n<1>1 abc\n<1>1 def", &["frame_count", "'<1>1 abc'", "'<1>1 def'"]);
    check("16<1>1", &["frame_count"]);
    check("1", &["frame_count"]);
    check("16 ", &["frame_short"]);
}

#[test]
fn err_count_too_small() {
    // The 13 that is left over touches the count that follows.
    check("9 <1>1 b=13138 <1>1 def", &["'<1>1 b=13'", "frame_count", "'<1>1 def'"]);
    check("6 <1>1 b=138 <1>1 def8 <1>1 ghi", &["'<1>1 b'", "frame_count", "'<1>1 def'", "'<1>1 ghi'"]);
}

#[test]
fn err_count_too_large() {
    check("11 <1>1 abc8 <1>1 def8 <1>1 ghi", &["'<1>1 abc'", "frame_count", "'<1>1 def'", "'<1>1 ghi'"]);
}

#[test]
fn err_frame_short() {
    check("70 <1>1 abc", &["frame_short"]);
    check("70 <1>1 abc\n8 <1>1 def", &["frame_short", "'<1>1 def'"]);
}

#[test]
fn err_frame_length() {
    let fits = format!("<1>1 {}", "x".repeat(FRAME_BYTES_MAX - 5));
    let (counted, trailed) = (framed(&[&fits, "<1>1 abc"]), format!("{fits}\n<1>1 abc"));
    check(std::str::from_utf8(&counted).unwrap(), &[&format!("'{fits}'"), "'<1>1 abc'"]);
    check(&trailed, &[&format!("'{fits}'"), "'<1>1 abc'"]);

    let long = format!("<1>1 quoted 8 <1>1 def{}", "x".repeat(FRAME_BYTES_MAX));
    let (counted, trailed) = (framed(&[&long, "<1>1 abc"]), format!("{long}\n<1>1 abc"));
    check(std::str::from_utf8(&counted).unwrap(), &["frame_length", "'<1>1 abc'"]);
    check(&trailed, &["frame_length", "'<1>1 abc'"]);
    check("2000000 <1>1 abc\n8 <1>1 def", &["frame_length", "'<1>1 def'"]);
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..40).prop_map(|text| [b"<13>1 ", &text[..]].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ok_well_formed_bodies_give_their_messages(messages in prop::collection::vec(message(), 0..20)) {
        let body = framed(&messages);
        let frames: Vec<_> = Frames::new(&body).map(|it| it.unwrap().to_vec()).collect();
        prop_assert_eq!(frames, messages);
    }

    #[test]
    fn ok_noise_between_frames_costs_no_frame(
        messages in prop::collection::vec("<13>1 [a-z= ]{0,40}", 1..10),
        noise in prop::collection::vec("[a-z!][a-z!<> ]{0,20}", 10),
    ) {
        let body: String =
            messages.iter().zip(&noise).map(|(it, noise)| format!("{noise}{} {it}", it.len())).collect();
        let (mut frames, mut losses) = (Vec::new(), 0);
        for it in Frames::new(body.as_bytes()) {
            match it {
                Ok(frame) => frames.push(String::from_utf8_lossy(frame).into_owned()),
                Err(_) => losses += 1,
            }
        }
        prop_assert_eq!(&frames, &messages);
        prop_assert_eq!(losses, messages.len());
    }

    #[test]
    fn ok_no_byte_is_invented(body in prop::collection::vec(prop::sample::select(b"<>0123459 \n\0a".to_vec()), 0..200)) {
        let mut from = 0;
        for frame in Frames::new(&body).flatten() {
            let at = frame.as_ptr() as usize - body.as_ptr() as usize;
            prop_assert!(at >= from, "frames overlap");
            prop_assert_eq!(frame.first(), Some(&b'<'));
            from = at + frame.len();
        }
        prop_assert!(from <= body.len());
    }
}
