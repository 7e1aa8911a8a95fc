//! Framing: tables of whole and damaged bodies, and well-formed bodies against the messages they were made of.

use pipeline::{FRAME_BYTES_MAX, Frames, Loss, frame};
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
    check("9 <1>1 abc\njunk8 <1>1 def", &["'<1>1 abc\n'", "frame_count", "'<1>1 def'"]);
    check("junk\n<1>1 abc\n<1>1 def", &["frame_count", "'<1>1 abc'", "'<1>1 def'"]);
    check("8 <1>1 abc8 <x>1 def8 <1>1 ghi", &["'<1>1 abc'", "'<x>1 def'", "'<1>1 ghi'"]);
    check("16<1>1", &["frame_count"]);
    check("1", &["frame_count"]);
    check("16 ", &["frame_short"]);
}

#[test]
fn ok_count_too_small_is_mended() {
    check("7 <1>1 abc8 <1>1 def", &["'<1>1 abc'", "'<1>1 def'"]);
    check("7 <1>1 abc\n8 <1>1 def", &["'<1>1 abc\n'", "'<1>1 def'"]);
    check("7 <1>1 abc", &["'<1>1 abc'"]);
    check("6 <1>1 <b>\n<1>1 def", &["'<1>1 <b>\n'", "'<1>1 def'"]);
    check("8 <1>1 abcjunk8 <1>1 def", &["'<1>1 abcjunk'", "'<1>1 def'"]);
    // Characters are counted, not bytes.
    check(
        "19 <1>1 /caf\u{e9} bytes=65619 <1>1 /caf\u{e9} bytes=7",
        &["'<1>1 /caf\u{e9} bytes=656'", "'<1>1 /caf\u{e9} bytes=7'"],
    );
    // So is this, whose lines end inside of it.
    check("9 <1>1 \u{e9}\nab8 <1>1 def", &["'<1>1 \u{e9}\nab'", "'<1>1 def'"]);
}

#[test]
fn ok_digits_of_a_text_beside_a_count() {
    check("9 <1>1 b=13138 <1>1 def", &["'<1>1 b=1313'", "'<1>1 def'"]);
    check("6 <1>1 b=138 <1>1 def8 <1>1 ghi", &["'<1>1 b=13'", "'<1>1 def'", "'<1>1 ghi'"]);
    check("9 <1>1 b=138 <1>1 def8 <1>1 ghi", &["'<1>1 b=13'", "'<1>1 def'", "'<1>1 ghi'"]);
    // Every count includes a line end that somebody took away.
    check("10 <1>1 b=139 <1>1 c=49 <1>1 d=5", &["'<1>1 b=13'", "'<1>1 c=4'", "'<1>1 d=5'"]);
}

#[test]
fn ok_count_too_large_is_mended() {
    check("9 <1>1 abc8 <1>1 def", &["'<1>1 abc'", "'<1>1 def'"]);
    check("10 <1>1 abc8 <1>1 def", &["'<1>1 abc'", "'<1>1 def'"]);
    check("11 <1>1 abc8 <1>1 def8 <1>1 ghi", &["'<1>1 abc'", "'<1>1 def'", "'<1>1 ghi'"]);
    check("70 <1>1 abc\n8 <1>1 def", &["'<1>1 abc\n'", "'<1>1 def'"]);
}

#[test]
fn err_where_a_line_ends_inside_a_wrong_count() {
    // Whether that is one message or two can't be told.
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
fn ok_samples_hold_nothing_that_was_read() {
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

/// What a sender takes for the length of a frame.
#[derive(Clone, Copy, Debug)]
enum Count {
    Octets,
    Characters,
    Utf16,
    /// Octets, and so many more.
    Off(isize),
}

#[derive(Clone, Debug)]
struct Entry {
    text: String,
    ends_line: bool,
    count: Count,
}

impl Entry {
    fn message(&self, place: usize) -> String {
        let end = if self.ends_line { "\n" } else { "" };
        format!("<190>1 2026-11-23T14:31:07.123456+00:00 host app web.{place} - {}{end}", self.text)
    }
}

fn entry() -> impl Strategy<Value = Entry> {
    let count = prop_oneof![
        3 => Just(Count::Octets),
        2 => Just(Count::Characters),
        1 => Just(Count::Utf16),
        1 => (-40_isize..0).prop_map(Count::Off),
        1 => (1_isize..41).prop_map(Count::Off),
    ];
    let text =
        prop_oneof!["[a-z=0-9é漢🚀\u{e9}\" ]{0,120}[a-zé🚀0-9\"]", "bytes=[0-9]{1,4}", "/(caf[é]){1,30}/[0-9]{1,3}",];
    (text, any::<bool>(), count).prop_map(|(text, ends_line, count)| Entry { text, ends_line, count })
}

fn body_of(entries: &[Entry]) -> Vec<u8> {
    let mut body = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        let message = entry.message(place);
        let count = match entry.count {
            Count::Octets => message.len(),
            Count::Characters => message.chars().count(),
            Count::Utf16 => message.encode_utf16().count(),
            Count::Off(off) => message.len().checked_add_signed(off).unwrap(),
        };
        body.extend_from_slice(format!("{count} {message}").as_bytes());
    }
    body
}

proptest! {
    // The same bodies each time: of those whose frames end without LF, a few of ten thousand are cut at the wrong digit.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

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

    #[test]
    fn ok_wrong_counts_never_give_a_piece_of_a_line(entries in prop::collection::vec(entry(), 1..12)) {
        let body = body_of(&entries);
        let (mut read, mut losses) = (Vec::new(), 0);
        for it in Frames::new(&body) {
            match it {
                Ok(frame) => read.push(String::from_utf8(frame.to_vec()).unwrap()),
                Err(_) => losses += 1,
            }
        }
        let mut lines = entries.iter().enumerate().map(|(place, it)| it.message(place));
        for frame in &read {
            prop_assert!(lines.any(|it| it.trim_end() == frame.trim_end()), "no line, or not in order: {frame:?}");
        }
        prop_assert!(read.len() + losses >= entries.len(), "{} + {losses}", read.len());
        // Where lines end as lines do, none is lost.
        if entries.iter().all(|it| it.ends_line) {
            prop_assert_eq!((losses, read.len()), (0, entries.len()));
        }
    }

    #[test]
    fn ok_a_stream_gives_what_its_body_gives(
        entries in prop::collection::vec(entry(), 1..8),
        sizes in prop::collection::vec(1_usize..200, 1..20),
    ) {
        let body = body_of(&entries);
        if Frames::new(&body).any(|it| it.is_err()) {
            return Ok(());
        }
        let (mut buffer, mut rest, mut read) = (Vec::new(), &body[..], Vec::new());
        for size in sizes.iter().cycle() {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            buffer.extend_from_slice(piece);
            rest = after;
            let whole = if rest.is_empty() { buffer.len() } else { frame::whole(&buffer) };
            read.extend(Frames::new(&buffer[..whole]).map(|it| it.map(<[u8]>::to_vec)));
            buffer.drain(..whole);
            if rest.is_empty() {
                break;
            }
        }
        // A count too small can't be seen where the pieces of a stream end with it.
        if !entries.iter().any(|it| matches!(it.count, Count::Off(..0))) {
            let read: Vec<_> = read.iter().map(|it| it.as_ref().map(|it| it.trim_ascii_end())).collect();
            prop_assert_eq!(read, Frames::new(&body).map(|it| Ok(it.unwrap().trim_ascii_end())).collect::<Vec<_>>());
        }
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

/// The worst bodies for a reader that searches: each is cut in time that grows with its length alone.
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
fn ok_a_long_frame_behind_a_short_one_is_whole() {
    let counted = |text: &str| format!("{} {text}", text.len());
    let request = "<158>1 2026-11-27T05:00:00+00:00 h heroku - - - at=info method=GET path=\"/\" status=200 bytes=13";
    let short = counted(request);
    let long = counted(&format!("{request} {}", "x".repeat(1 << 20)));
    let all = [&*short, &long, &short].concat();
    assert_eq!(pipeline::frame::whole(all.as_bytes()), all.len());
    assert_eq!(pipeline::Frames::new(all.as_bytes()).filter(Result::is_ok).count(), 3);
}
