//! Framing: tables of valid and damaged bodies, and generated bodies compared with the messages
//! that were sent. Headers are tested in `syslog.rs`.

use pipeline::{FRAME_BYTES_MAX, Frames, Loss, frame};
use proptest::prelude::*;

use crate::{
    sent::{PIECES, Sent, is_framed_from_a_digit_on, pieces, quoting, sent, whole},
    support::framed,
};

/// Compares the frames (in quotes) and losses (by name) of a body.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let found: Vec<_> = Frames::new(body.as_bytes())
        .map(|frame| match frame {
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
    check("9 <1>1 abc\njunk8 <1>1 def", &["'<1>1 abc\n'", "frame_count", "'<1>1 def'"]);
    check("junk\n<1>1 abc\n<1>1 def", &["frame_count", "'<1>1 abc'", "'<1>1 def'"]);
    check("8 <1>1 abc8 <x>1 def8 <1>1 ghi", &["'<1>1 abc'", "'<x>1 def'", "'<1>1 ghi'"]);
    check("16<1>1", &["frame_count"]);
    check("1", &["frame_count"]);
    check("16 ", &["frame_short"]);
}

#[test]
fn ok_count_too_small_is_repaired() {
    check("7 <1>1 abc8 <1>1 def", &["'<1>1 abc'", "'<1>1 def'"]);
    check("7 <1>1 abc\n8 <1>1 def", &["'<1>1 abc\n'", "'<1>1 def'"]);
    check("7 <1>1 abc", &["'<1>1 abc'"]);
    check("6 <1>1 <b>\n<1>1 def", &["'<1>1 <b>\n'", "'<1>1 def'"]);
    check("8 <1>1 abcjunk8 <1>1 def", &["'<1>1 abcjunk'", "'<1>1 def'"]);
    // The sender counts characters instead of bytes.
    check(
        "19 <1>1 /caf\u{e9} bytes=65619 <1>1 /caf\u{e9} bytes=7",
        &["'<1>1 /caf\u{e9} bytes=656'", "'<1>1 /caf\u{e9} bytes=7'"],
    );
    // The same with line ends inside a frame.
    check("9 <1>1 \u{e9}\nab8 <1>1 def", &["'<1>1 \u{e9}\nab'", "'<1>1 def'"]);
}

#[test]
fn ok_digits_of_a_text_beside_a_count() {
    check("9 <1>1 b=13138 <1>1 def", &["'<1>1 b=1313'", "'<1>1 def'"]);
    check("6 <1>1 b=138 <1>1 def8 <1>1 ghi", &["'<1>1 b=13'", "'<1>1 def'", "'<1>1 ghi'"]);
    check("9 <1>1 b=138 <1>1 def8 <1>1 ghi", &["'<1>1 b=13'", "'<1>1 def'", "'<1>1 ghi'"]);
    // Each count includes a line end that was removed later.
    check("10 <1>1 b=139 <1>1 c=49 <1>1 d=5", &["'<1>1 b=13'", "'<1>1 c=4'", "'<1>1 d=5'"]);
}

#[test]
fn ok_right_counts_are_kept_whatever_the_texts() {
    check("19 <1>1 8 <1>1 def b=18 <1>1 ghi", &["'<1>1 8 <1>1 def b=1'", "'<1>1 ghi'"]);
    check("10 <1>1 b=12\t<1>1 def", &["'<1>1 b=12\t'", "'<1>1 def'"]);
    // A long frame whose text quotes another frame.
    let long = format!("<1>1 {} 8 <1>1 quoted", "x".repeat(600));
    let body = framed(&["<1>1 b=1", &long, "<1>1 abc"]);
    check(std::str::from_utf8(&body).unwrap(), &["'<1>1 b=1'", &format!("'{long}'"), "'<1>1 abc'"]);
}

#[test]
fn err_digits_that_can_be_split_in_two_ways() {
    // This is either a frame of 18 octets, or a `1` and two frames of 8. Neither is read.
    check("6 <1>1 b18 <1>1 abc8 <1>1 def8 <1>1 ghi", &["frame_count", "'<1>1 ghi'"]);
    // Only one reading is possible, so the count is used.
    check("6 <1>1 b18 <1>1 abc9 <1>1 def8 <1>1 ghi", &["'<1>1 b'", "'<1>1 abc9 <1>1 def'", "'<1>1 ghi'"]);
    // A frame that the end of the body cuts off does not change the frame before it.
    check("8 <1>1 b=19 <1>1 d", &["'<1>1 b=1'", "frame_short"]);
}

#[test]
fn ok_count_too_large_is_repaired() {
    check("9 <1>1 abc8 <1>1 def", &["'<1>1 abc'", "'<1>1 def'"]);
    check("10 <1>1 abc8 <1>1 def", &["'<1>1 abc'", "'<1>1 def'"]);
    check("11 <1>1 abc8 <1>1 def8 <1>1 ghi", &["'<1>1 abc'", "'<1>1 def'", "'<1>1 ghi'"]);
    check("70 <1>1 abc\n8 <1>1 def", &["'<1>1 abc\n'", "'<1>1 def'"]);
}

#[test]
fn err_a_line_ends_inside_a_wrong_count() {
    // This may be one message or two, so it is a loss.
    check("7 <1>1 abc\ndef8 <1>1 ghi", &["frame_count", "'<1>1 ghi'"]);
    check("10 <1>1 abc\ndef8 <1>1 ghi", &["frame_count", "'<1>1 ghi'"]);
    check("7 <1>1 abc\ndef", &["frame_count"]);
}

#[test]
fn err_no_frame_is_near() {
    let far = "x".repeat(2_000);
    check(&format!("8 <1>1 abc{far}8 <1>1 def"), &["frame_count", "'<1>1 def'"]);
    check(&format!("8 <1>1 abc{far}"), &["frame_count"]);
}

#[test]
fn err_frame_short() {
    check("70 <1>1 abc", &["frame_short"]);
    check("70 <1>1 abc\n", &["'<1>1 abc\n'"]);
}

#[test]
fn ok_count_on_a_line_of_its_own() {
    check("8 <1>1 b=19\n<1>1 def\n8 <1>1 ghi", &["'<1>1 b=1'", "'<1>1 def\n'", "'<1>1 ghi'"]);
    check("8 <1>1 b=15\n<1>1 def\n", &["'<1>1 b=1'", "frame_count", "'<1>1 def'"]);
}

#[test]
fn ok_samples_contain_only_lost_bytes() {
    let body = b"junk 8 <1>1 abc6 <1>1 d\ne\n8 <1>1 def9 <1>1 ghi\n70 <1>1 jkl";
    let mut frames = Frames::new(body);
    let mut lost = Vec::new();
    while let Some(it) = frames.next() {
        if it.is_err() {
            lost.push(String::from_utf8_lossy(frames.text()));
        }
    }
    assert_eq!(lost, ["junk ", "<1>1 d\ne\n", "<1>1 jkl"]);
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
        let found: Vec<_> = Frames::new(body.as_bytes()).collect();
        prop_assert_eq!(found[0], Err(Loss::FrameCount));
        prop_assert_eq!(found.len(), messages.len() + 1);
        for (frame, message) in found[1..].iter().zip(&messages) {
            prop_assert!(frame.unwrap().starts_with(message.as_bytes()));
        }
    }

    /// Texts that quote frames or end in digits change nothing if the counts are right.
    #[test]
    fn ok_quotes_and_digits_change_nothing_where_counts_are_right(texts in prop::collection::vec(quoting(), 1..10)) {
        let lines: Vec<_> = texts.iter().map(|it| format!("<190>1 - h a p - {it}")).collect();
        let body = framed(&lines);
        let read: Vec<_> = Frames::new(&body).collect();
        if lines.iter().any(|it| is_framed_from_a_digit_on(it)) {
            return Ok(());
        }
        prop_assert_eq!(read, lines.iter().map(|it| Ok(it.as_bytes())).collect::<Vec<_>>());
    }

    #[test]
    fn ok_wrong_counts_never_give_a_piece_of_a_line(sent in sent(12)) {
        if sent.has_wrong_count_like_a_right_one() {
            return Ok(());
        }
        let (mut read, mut losses) = (Vec::new(), 0);
        for it in Frames::new(&sent.body) {
            match it {
                Ok(frame) => read.push(String::from_utf8(frame.to_vec()).unwrap()),
                Err(_) => losses += 1,
            }
        }
        let mut lines = sent.lines.iter();
        for frame in &read {
            prop_assert!(lines.any(|it| it.text.trim_end() == frame.trim_end()), "not a sent line, or out of order: {frame:?}");
        }
        prop_assert!(read.len() + losses >= sent.lines.len(), "{} + {losses}", read.len());
        // If every line has a line end, no line is lost.
        if sent.lines.iter().all(|it| it.text.ends_with('\n')) {
            prop_assert_eq!((losses, read.len()), (0, sent.lines.len()));
        }
        // A line with a right count is kept if the next line's count is right too.
        for pair in sent.lines.windows(2).filter(|it| it.iter().all(Sent::is_right)) {
            prop_assert!(read.contains(&pair[0].text), "a valid line is lost: {:?}", pair[0].text);
        }
    }

    #[test]
    fn ok_a_stream_gives_what_its_body_gives(sent in sent(8), sizes in prop::collection::vec(1_usize..200, 1..20)) {
        prop_assert_eq!(pieces(&sent.body, &sizes, frame::settled), whole(&sent.body));
    }

    #[test]
    fn ok_a_stream_of_anything_gives_what_its_body_gives(
        body in prop::collection::vec(prop::sample::select(PIECES), 0..40),
        sizes in prop::collection::vec(1_usize..40, 1..20),
    ) {
        let body = body.concat().into_bytes();
        prop_assert_eq!(pieces(&body, &sizes, frame::settled), whole(&body));
    }

    /// The same if every read is followed by a pause. If a line has no line end, only later bytes
    /// show whether a pause is after a frame, or inside a frame whose wrong count ends there.
    #[test]
    fn ok_a_stream_with_pauses_gives_what_its_body_gives(sent in sent(8), sizes in prop::collection::vec(1_usize..200, 1..20)) {
        let (right, wrong) = sent.pauses_by_count(&sizes);
        let read = pieces(&sent.body, &sizes, frame::complete_bytes);
        if right + wrong == 0 {
            prop_assert_eq!(read, whole(&sent.body));
        } else if wrong == 0 && !sent.has_wrong_count_like_a_right_one() {
            let mut lines = sent.lines.iter();
            for frame in read.iter().filter_map(|it| it.1.as_ref().ok()) {
                prop_assert!(lines.any(|it| it.text.trim_end() == frame.trim_end()), "not a sent line, or out of order: {frame:?}");
            }
        }
    }

    #[test]
    fn ok_frames_are_parts_of_the_body(body in prop::collection::vec(prop::sample::select(b"<>0123459 \n\0a".to_vec()), 0..200)) {
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

/// The worst bodies for a reader that searches. The time must be linear in their length.
#[test]
fn ok_hostile_bodies_take_linear_time() {
    let pieces: [&[u8]; 6] =
        [b"9 <1>1 x", b"99 <1>1 x", b"9 <x>1 x", b"7 <1>1 ab123", b"999999 <1>1 x\n", b"3 <1>1 x <1>1 y<"];
    for piece in pieces {
        let took = |bytes: usize| {
            let body = piece.repeat(bytes / piece.len());
            let began = std::time::Instant::now();
            assert!(Frames::new(&body).count() > 0);
            began.elapsed()
        };
        let (short, long) = (took(1 << 18).max(std::time::Duration::from_millis(20)), took(1 << 21));
        assert!(long < short * 8 * 6, "{}: {short:?}, then {long:?}", String::from_utf8_lossy(piece));
    }
}

#[test]
fn ok_a_long_frame_after_a_short_one_is_whole() {
    let counted = |text: &str| format!("{} {text}", text.len());
    let request = "<158>1 2026-11-27T05:00:00+00:00 h heroku - - - at=info method=GET path=\"/\" status=200 bytes=13";
    let short = counted(request);
    let long = counted(&format!("{request} {}", "x".repeat(1 << 20)));
    let all = [&*short, &long, &short].concat();
    assert_eq!(pipeline::frame::complete_bytes(all.as_bytes()), all.len());
    assert_eq!(pipeline::Frames::new(all.as_bytes()).filter(Result::is_ok).count(), 3);
}
