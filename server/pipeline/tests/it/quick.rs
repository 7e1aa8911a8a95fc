//! The quick reader of router lines compared with the general one. It may decline a line, but must
//! not read it differently. What a router line means is tested in `router.rs`.

use pipeline::extract::router;
use proptest::prelude::*;
use testing::invariants::RequestCapture;

const USUAL: &str = r#"at=info method=GET path="/a?b=c" host=h.example.com request_id=8601b555-6a83-4c12-8269-97c8e32cdb22 fwd="204.204.204.204" dyno=web.1 connect=1ms service=18ms status=200 bytes=13 protocol=http1.1 tls=true tls_version=tls1.3"#;
const FAILED: &str = r#"at=error code=H12 desc="Request timeout" method=POST path="/slow" host=h request_id=8601b555-6a83-4c12-8269-97c8e32cdb22 fwd="10.0.0.1, 10.0.0.2" dyno=web.12 connect= service=30000ms status=503 bytes= protocol=https"#;

fn general(line: &[u8]) -> Option<String> {
    let mut capture = RequestCapture::default();
    router::read_any(line, &mut capture);
    capture.0
}

fn quick(line: &[u8]) -> Option<String> {
    router::read_quick(line).map(|request| format!("{request:?}"))
}

#[test]
fn ok_usual_lines_are_read_quickly() {
    for line in [USUAL, FAILED] {
        assert!(quick(line.as_bytes()).is_some(), "{line}");
        assert_eq!(quick(line.as_bytes()), general(line.as_bytes()), "{line}");
    }
}

#[test]
fn ok_ambiguous_lines_are_left() {
    for (from, to) in [
        (
            "/a?b=c",
            r#"/a" host=x request_id=y fwd="1.1.1.1" dyno=web.9 connect=0ms service=0ms status=200 bytes=0 z=""#,
        ),
        ("204.204.204.204", r#"1" dyno=web.9 connect=0ms service=1ms status=200 bytes=1"#),
        ("dyno=web.1", "dyno=web.1\tcode=H99"),
        ("host=h.example.com", "host=h\tdyno=web.7"),
        ("tls=true", "tls=true code=H12"),
        ("bytes=13", "bytes=13 dyno=web.3"),
        ("service=18ms", "service=18.5ms"),
        ("service=18ms", "service=2s"),
        ("status=200", "status=2000"),
        ("at=info", "sock=client at=info"),
    ] {
        let line = USUAL.replace(from, to);
        assert_ne!(line, USUAL);
        assert_eq!(quick(line.as_bytes()), None, "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 20_000, ..ProptestConfig::default() })]

    /// Lines with pieces removed, repeated or inserted, as by a client or in a damaged frame.
    #[test]
    fn ok_both_readers_agree(
        is_usual in any::<bool>(),
        edits in proptest::collection::vec((0usize..400, 0usize..12, 0usize..PIECES.len()), 0..4),
    ) {
        let mut line = if is_usual { USUAL } else { FAILED }.as_bytes().to_vec();
        for (at, cut, piece) in edits {
            let at = at.min(line.len());
            let end = (at + cut).min(line.len());
            line.splice(at..end, PIECES[piece].bytes());
        }
        if let Some(request) = quick(&line) {
            prop_assert_eq!(Some(request), general(&line), "{}", String::from_utf8_lossy(&line));
        }
    }

    #[test]
    fn ok_both_readers_agree_on_a_clients_path(path in "[ -~\t\n\"\\\\=]{0,40}", fwd in "[ -~\t\"]{0,20}") {
        let line = USUAL.replace("/a?b=c", &path).replace("204.204.204.204", &fwd);
        if let Some(request) = quick(line.as_bytes()) {
            prop_assert_eq!(Some(request), general(line.as_bytes()), "{}", line);
        }
    }
}

const PIECES: [&str; 24] = [
    "",
    " ",
    "\"",
    "=",
    "\\",
    "\t",
    "0",
    "9",
    "ms",
    " dyno=web.9",
    " code=H10",
    "\" host=",
    "\" dyno=",
    " status=500",
    " method=",
    " path=\"",
    "\u{e9}",
    "\0",
    " bytes=",
    " tls=",
    " protocol=\"",
    "at=",
    "H99",
    " connect=",
];
