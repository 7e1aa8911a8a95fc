//! Tests of the line splitter: against tables, against the pipeline's own parser, and against
//! itself with other chunk sizes.

use pipeline::{Frames, syslog};
use proptest::prelude::*;

use super::*;

const AT_US: i64 = 1_795_444_267_123_456;

fn identity() -> Arc<Identity> {
    let [hostname, appname, procid, msgid] = ["shuttle", "app", "shuttle", "-"].map(str::to_owned);
    Arc::new(Identity { hostname, appname, procid, priority: 190, msgid })
}

fn cut(format: InputFormat, chunks: &[&[u8]], text_bytes_max: usize) -> Vec<Vec<u8>> {
    let mut splitter = LineSplitter::new(format, identity(), text_bytes_max);
    let mut frames = Vec::new();
    let mut out = |frame: &[u8]| frames.push(frame.to_vec());
    for chunk in chunks {
        splitter.feed(chunk, AT_US, &mut out);
    }
    splitter.finish(AT_US, &mut out);
    frames
}

/// Checks what the server parses from the frames of `input`: `app[proc] text`, with `$` for a line
/// end.
#[track_caller]
fn check(format: InputFormat, input: &str, expected: &[&str]) {
    let body = cut(format, &[input.as_bytes()], 10).concat();
    let read = |frame: Result<&[u8], pipeline::Loss>| {
        let frame = frame.expect("a whole frame");
        let line = syslog::parse(frame, false).expect("a message");
        assert!(line.time_ms.is_some(), "a time");
        let [app, proc_id, msg] = [line.app, line.proc_id, line.msg].map(String::from_utf8_lossy);
        format!("{app}[{proc_id}] {msg}{}", if frame.ends_with(b"\n") { "$" } else { "" })
    };
    assert_eq!(Frames::new(&body).map(read).collect::<Vec<_>>(), expected);
}

#[test]
fn ok_raw_lines() {
    use InputFormat::{Auto, Raw};
    check(Auto, "", &[]);
    check(Auto, "one\ntwo", &["app[shuttle] one$", "app[shuttle] two"]);
    check(Auto, "\n\n", &["app[shuttle] $", "app[shuttle] $"]);
    check(Raw, "- [a b]\n[x]\n", &["app[shuttle] - [a b]$", "app[shuttle] [x]$"]);
    check(Raw, "<40>1 x y\n", &["app[shuttle] <40>1 x y$"]);
}

#[test]
fn ok_long_lines_are_cut_at_bytes() {
    let pieces = ["app[shuttle] 0123456789", "app[shuttle] abc$", "app[shuttle] x$"];
    check(InputFormat::Auto, "0123456789abc\nx\n", &pieces);
    check(InputFormat::Auto, "0123456789\n", &["app[shuttle] 0123456789$"]);
    check(InputFormat::Auto, "0123456789", &["app[shuttle] 0123456789"]);
}

#[test]
fn ok_cli_lines() {
    let time = "2026-11-23T14:31:07.123456+00:00";
    let line =
        format!("{time} heroku[router]: at=info\n{time} app[web.1]: - [x]\n{time} app[web.2]:0123456789ab\nrest\n");
    let expected = [
        "heroku[router] at=info$",
        "app[web.1] - [x]$",
        "app[web.2] 0123456789",
        "app[web.2] ab$",
        "app[shuttle] rest$",
    ];
    check(InputFormat::Auto, &line, &expected);
    check(InputFormat::Cli, &line, &expected);
    let painted =
        format!("{time} \x1b[36mheroku[a.1]:\x1b[39m \x1b[1mhi\x1b[0m\n{time} \x1b[3mapp[b]:\x1b[0m \x1b[1mhi\n");
    check(InputFormat::Auto, &painted, &["heroku[a.1] hi$", "app[b] \x1b[1mhi$"]);
}

#[test]
fn ok_messages_and_frames() {
    let message = "<190>1 2026-11-23T14:31:07Z h a p - - text\n";
    check(InputFormat::Rfc5424, message, &["a[p] text$"]);
    check(InputFormat::Auto, message, &["a[p] text$"]);
    let framed = format!("{} {message}42 {}\n{message}", message.len(), message.trim_end());
    check(
        InputFormat::Framed,
        &framed,
        &[
            "a[p] text$",
            "a[p] text",
            "app[shuttle] <190>1 202",
            "app[shuttle] 6-11-23T14",
            "app[shuttle] :31:07Z h ",
            "app[shuttle] a p - - te",
            "app[shuttle] xt$",
        ],
    );
    check(InputFormat::Auto, &framed, &["a[p] text$", "a[p] text", "a[p] text$"]);
}

#[test]
fn ok_a_wrong_count_merges_no_lines() {
    use InputFormat::{Auto, Framed};
    let frame = |count: usize, text: &str| format!("{count} <190>1 2026-11-23T14:31:07Z h a p - - {text}");
    let right = frame(42, "b=1\n");
    for format in [Auto, Framed] {
        for count in [20, 34, 37, 40, 41, 46, 50, 60, 75, 90, 400] {
            let input = format!("{right}{}{right}{}", frame(count, "a=12\n"), frame(count, "/caf\u{e9}\n"));
            check(format, &input, &["a[p] b=1$", "a[p] a=12$", "a[p] b=1$", "a[p] /caf\u{e9}$"]);
        }
    }
    // The next line is not a frame.
    for count in [30, 36, 41, 46, 400] {
        let input = format!("{}plain\n{right}", frame(count, "a=12\n"));
        check(Auto, &input, &["a[p] a=12$", "app[shuttle] plain$", "a[p] b=1$"]);
    }
    // Without a line end between them.
    for count in [34, 36, 40, 41, 43, 45] {
        check(Auto, &format!("{}{right}", frame(count, "a=1x")), &["a[p] a=1x", "a[p] b=1$"]);
    }
}

#[test]
fn ok_a_frame_without_its_end_is_left_to_the_server() {
    let body = cut(InputFormat::Auto, &[b"99 <40>1 - h a p - half of i"], 100).concat();
    assert_eq!(Frames::new(&body).collect::<Vec<_>>(), [Err(pipeline::Loss::FrameShort)]);
}

#[test]
fn ok_an_open_frame_waits_for_its_end_only() {
    let mut splitter = LineSplitter::new(InputFormat::Auto, identity(), 100);
    let mut frames = 0;
    splitter.feed(b"12 <40>1 a b", AT_US, &mut |_| frames += 1);
    assert_eq!(frames, 0);
    splitter.feed(b" c\n", AT_US, &mut |_| frames += 1);
    assert_eq!(frames, 1);
}

/// Pieces in all formats, and noise.
fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        "[ -~]{0,40}\n".prop_map(String::into_bytes),
        "[ -~]{330,400}\n".prop_map(String::into_bytes),
        "[0-9<>1 ]{0,8}".prop_map(String::into_bytes),
        Just(b"2026-11-23T14:31:07.1+00:00 heroku[router]: at=info\n".to_vec()),
        Just(b"21 <40>1 - h a p - x\ny\n\n".to_vec()),
        Just(b"<40>1 - h a p - - text\n".to_vec()),
        prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|it| it.concat())
}

proptest! {
    #[test]
    fn ok_sizes_of_chunks_change_nothing(input in input(), sizes in prop::collection::vec(1_usize..50, 1..20)) {
        let mut chunks = Vec::new();
        let mut rest = &input[..];
        for size in sizes.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (chunk, after) = rest.split_at((*size).min(rest.len()));
            chunks.push(chunk);
            rest = after;
        }
        prop_assert_eq!(cut(InputFormat::Auto, &chunks, 64), cut(InputFormat::Auto, &[&input], 64));
    }

    #[test]
    fn ok_raw_text_comes_back(input in prop::collection::vec(any::<u8>(), 0..400), text_bytes_max in 1_usize..50) {
        let body = cut(InputFormat::Raw, &[&input], text_bytes_max);
        let mut text = Vec::new();
        for frame in &body {
            let at = frame.windows(5).position(|it| it == b" - - ").expect("a header") + 5;
            text.extend_from_slice(&frame[at..]);
        }
        prop_assert_eq!(text, input);
    }
}
