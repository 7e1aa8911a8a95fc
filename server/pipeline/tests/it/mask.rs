//! Masks: which texts are masked, which stay, and what never changes. Speed is in `benches`.

use pipeline::{Frames, Origin, Reducer, mask};
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    let shown = mask::masked(text.as_bytes(), 4_000);
    assert_eq!(&*shown, expected, "{text}");
    assert_eq!(&*mask::masked(shown.as_bytes(), 4_000), expected, "masked twice: {text}");
}

#[track_caller]
fn stays(text: &str) {
    check(text, text);
}

#[test]
fn ok_names_and_their_values() {
    for (text, expected) in [
        ("password=hunter2 user=ann", "password=*** user=ann"),
        ("DB_PASSWORD: hunter2, next", "DB_PASSWORD: ***, next"),
        ("pwd=hunter2", "pwd=***"),
        ("pass=hunter2 passphrase=\"open sesame now\" x=1", "pass=*** passphrase=\"***\" x=1"),
        ("path=\"/reset?token=abc123&page=2\" host=h status=200", "path=\"/reset?token=***&page=2\" host=h status=200"),
        ("path=\"/reset?token=abc123\" host=h", "path=\"/reset?token=***\" host=h"),
        ("path=\"/reset?token=\" host=h fwd=\"1.1.1.1\"", "path=\"/reset?token=\" host=h fwd=\"1.1.1.1\""),
        ("GET /a?user%5Bpassword%5D=x1y2&b=1", "GET /a?user%5Bpassword%5D=***&b=1"),
        ("next=%2Fa%3Ftoken%3Dabc123%26b%3D1", "next=%2Fa%3Ftoken%3D***%26b%3D1"),
        ("{\"user\":\"ann\",\"password\":\"x y\\\"z\",\"n\":1}", "{\"user\":\"ann\",\"password\":\"***\",\"n\":1}"),
        ("{\"a\":\"{\\\"token\\\":\\\"abc\\\",\\\"n\\\":1}\"}", "{\"a\":\"{\\\"token\\\":\\\"***\\\",\\\"n\\\":1}\"}"),
        ("{\"Authorization\":\"Bearer abc.def\",\"n\":1}", "{\"Authorization\":\"Bearer ***\",\"n\":1}"),
        ("{\"url\":\"/x?token=abc\\u0026n=1\"}", "{\"url\":\"/x?token=***\\u0026n=1\"}"),
        ("X-Api-Key: 12345abc", "X-Api-Key: ***"),
        ("-H 'X-Api-Key: abc' -d x", "-H 'X-Api-Key: ***' -d x"),
        ("Authorization: Bearer abc.def x", "Authorization: Bearer *** x"),
        ("Authorization: Basic dXNlcjpwYXNz status=200", "Authorization: Basic *** status=200"),
        ("Authorization: Token token=\"abc\", nonce=\"x\" n=1", "Authorization: Token *** n=1"),
        ("Authorization: Digest username=\"u\", response=\"6629f\" n=1", "Authorization: Digest *** n=1"),
        ("proxy-authorization=abc n=1", "proxy-authorization=*** n=1"),
        ("Cookie: a=b; sid=xyz; theme=dark", "Cookie: ***"),
        // HAProxy: captured cookies and headers, and the request.
        (
            "200 4310 sessionid=abc - ---- 9/8/3/1/0 0/0 {Bearer abcdef123456|curl} \"GET /a?token=abc HTTP/1.1\"",
            "200 4310 sessionid=*** - ---- 9/8/3/1/0 0/0 {Bearer ***|curl} \"GET /a?token=*** HTTP/1.1\"",
        ),
        ("Set-Cookie: sid=xyz; Path=/; HttpOnly n=1", "Set-Cookie: *** n=1"),
        ("cookie=\"a=b; c=d\" n=1", "cookie=\"***\" n=1"),
        (
            "map[Authorization:[Bearer abc] Cookie:[a=b; c=d] N:[1]]",
            "map[Authorization:[Bearer ***] Cookie:[***] N:[1]]",
        ),
        (
            "sessionid=abc JSESSIONID=abc PHPSESSID=a1 sid=a1 n=1",
            "sessionid=*** JSESSIONID=*** PHPSESSID=** sid=** n=1",
        ),
        ("client_secret=abc&access_token=abc&id_token=abc", "client_secret=***&access_token=***&id_token=***"),
        ("refresh_token=abc;b=1", "refresh_token=***;b=1"),
        ("api_key=abc apikey=abc API-KEY=abc apiKey:abc", "api_key=*** apikey=*** API-KEY=*** apiKey:***"),
        (
            "{\"password\"=>\"x1 y\", :secret=>\"abc\", token: 'abc'}",
            "{\"password\"=>\"***\", :secret=>\"***\", token: '***'}",
        ),
        (
            "Parameters: {\"user\"=>{\"password\"=>\"[FILTERED]\"}}",
            "Parameters: {\"user\"=>{\"password\"=>\"[FILTERED]\"}}",
        ),
        ("User { password: Some(\"hunter2\"), age: 3 }", "User { password: Some(\"***\"), age: 3 }"),
        ("{'password': b'abc', 'n': 1}", "{'password': b'***', 'n': 1}"),
        ("User(password=hunter2, age=3)", "User(password=***, age=3)"),
        ("<password>hunter2</password>", "<password>***</password>"),
        ("run --password hunter2 --token=abc --n 1", "run --password *** --token=*** --n 1"),
        ("ALTER USER ann WITH PASSWORD 'hunter2'", "ALTER USER ann WITH PASSWORD '***'"),
        ("Server=h;User Id=sa;Password=hun,ter2;Database=d", "Server=h;User Id=sa;Password=***;Database=d"),
        ("password = hunter2", "password = ***"),
        ("otp=123456 pin=1234 cvv=123", "otp=*** pin=*** cvv=***"),
        ("csrf_token=abc auth=abc12 signature=abc12 sig=ab12c", "csrf_token=*** auth=*** signature=*** sig=***"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUt/K7MDENG+bPx", "AWS_SECRET_ACCESS_KEY=***"),
        ("credentials=abc12 private_key=abc", "credentials=*** private_key=***"),
        ("password: \"x y\"", "password: \"***\""),
        ("password=\"never closed", "password=\"***"),
        ("msg=\"it said \\\"password=abc\\\" n\"", "msg=\"it said \\\"password=***\\\" n\""),
        ("access_token=ab;cd", "access_token=***"),
    ] {
        check(text, expected);
    }
}

#[test]
fn ok_tokens_of_a_known_shape() {
    for (text, expected) in [
        ("got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl x", "got eyJ*** x"),
        ("id AKIAIOSFODNN7EXAMPLE x", "id AKIA*** x"),
        ("using ghp_16C7e42F292c6912E7710c838347Ae178B4a x", "using ghp_*** x"),
        ("github_pat_11ABCDEFG0abcdefghijkl_abcdefghijk", "github_pat_***"),
        ("glpat-abcdefGHIJ1234567890", "glpat-***"),
        ("xoxb-123456789012-abcdefGHI", "xox***"),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_***"),
        ("whsec_4eC39HqLyjWDarjtT1zdp7dc", "whsec_***"),
        ("AIzaSyD4eC39HqLyjWDarjtT1zdp7dcAAAAAAAA", "AIza***"),
        ("ya29.a0AfH6SMBx1y2z3w4v5u6t7", "ya29.***"),
        ("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", "SG.***"),
        ("npm_abcdefghijklmnopqrstuvwxyz0123456789", "npm_***"),
        ("SK0123456789abcdef0123456789abcdef", "SK***"),
        ("HRKU-01234567-89ab-cdef-0123-456789abcdef", "HRKU-***"),
        ("sg_AAAAAAAAAAAAAAAAAAAAAA", "sg_***"),
        ("with bearer abcdef123456 x", "with bearer *** x"),
        ("q=%3Dghp_16C7e42F292c6912E7710c838347Ae178B4a", "q=%3Dghp_***"),
        ("https://hooks.slack.com/services/T0000000/B0000000/XXXXXXXXXXXX", "https://hooks.slack.com/services/***"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\\nMIIEow\\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
        ),
        ("-----BEGIN PRIVATE KEY-----\nMIIEow\n-----END", "-----BEGIN PRIVATE KEY-----\n***\n-----END"),
    ] {
        check(text, expected);
    }
}

#[test]
fn ok_addresses_and_cards() {
    for (text, expected) in [
        ("by user ann@example.com", "by user ***"),
        ("to=<ann.b+c@mail.example.co.uk>, next", "to=<***>, next"),
        ("a=ann%40example.com&b", "a=***&b"),
        ("postgres://ann:pw@db.example/x", "postgres://***@db.example/x"),
        ("postgres://u:p@ss@h", "postgres://***@h"),
        ("postgres://u:p/ss@h:5432/db", "postgres://***@h:5432/db"),
        ("redis://:secretpw@h:1/0 x", "redis://***@h:1/0 x"),
        ("https://user:pw1@example.com/a?b", "https://***@example.com/a?b"),
        ("paid with 4111 1111 1111 1111 today", "paid with *** today"),
        ("paid with 4111-1111-1111-1111", "paid with ***"),
        ("card=5555555555554444,amex=378282246310005", "card=***,amex=***"),
        ("{\"card\":\"6011111111111117\"}", "{\"card\":\"***\"}"),
    ] {
        check(text, expected);
    }
}

#[test]
fn ok_other_text_stays() {
    for text in [
        "measure#auth.token_lookup=12ms sample#sessions=5 count#password_resets=1 measure#session=5",
        "total_tokens=1532 token_count=7 tokens=12 auth=true keys=4 key=user:1 session=5 max_token=500",
        "at=info method=GET path=\"/a\" host=h.example.com request_id=8601b555-6a83-4c12-8269-97c8e32cdb22 fwd=\"204.204.204.204\" \
         dyno=web.1 connect=1ms service=18ms status=200 bytes=13 protocol=https",
        "Completed 200 OK in 31ms (Views: 20.1ms | ActiveRecord: 5.0ms)",
        "sample#memory_total=103.50MB sample#load_avg_1m=0.00",
        "web@3:Standard-2X (@ref:postgresql-1)",
        "npm install lodash@4.17.21 @scope/pkg@1.0.0-beta.rc user@1.2 react@next",
        "at /node_modules/@sentry/node/index.js:1:2 img/logo@2x.png git@github.com:org/repo.git",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8 at 2026-09-21T14:13:18.120000+00:00",
        "ts=1767225600000 us=1767225600000000 trace_id=4611686018427387904 bytes=4111111111111111",
        "dd.trace_id=4111111111111111 sample#x=4111111111111111",
        "https://example.com:8080/a?email=b http://h/@x/y",
        "PWD=/app secret:// Auth::Token author=ann authenticated=true password= user=ann",
        "-----BEGIN CERTIFICATE----- abc",
        "bearer of bad news, shipping /assets/keyboard and inside designs",
        "token=12ms password=null \"token\":null",
        "***** STARTING *****",
        "plain words stay\tand tabs",
    ] {
        stays(text);
    }
}

#[test]
fn ok_texts_for_display() {
    for (text, expected) in [
        ("a\u{1b}[31mb\u{1b}[0m\0c", "ab␀c"),
        ("\u{1b}]0;title\u{7}a\u{1b}(Bb", "ab"),
        ("a\tb\r\nc\rd", "a\tb\nc␍d"),
        ("\u{1b}x \u{7f}", "␛x ␡"),
    ] {
        assert_eq!(&*mask::masked(text.as_bytes(), 200), expected, "{text:?}");
    }
    assert_eq!(mask::exact(b"a\x1b[31m\0\tpassword=hunter2 \xff"), b"a\x1b[31m\0\tpassword=*** \xff");
    assert_eq!(&*mask::masked("ééé".as_bytes(), 4), "éé");
    assert_eq!(&*mask::masked(b"\xff\xff", 4), "\u{fffd}");
    // A secret that begins before the cut is masked as a whole.
    assert_eq!(&*mask::masked(b"by ann@example.com", 8), "by ***");
}

/// A body with a frame for each text, ended by a count or a line end.
fn frames(texts: &[(bool, String)]) -> Vec<u8> {
    let frame = |(is_counted, text): &(bool, String)| {
        let line = format!("<158>1 2026-09-21T14:13:18.120000+00:00 host app web.1 - {text}");
        if *is_counted { format!("{} {line}", line.len()) } else { format!("{}\n", line.replace(['\n', '\0'], " ")) }
    };
    texts.iter().flat_map(|it| frame(it).into_bytes()).collect()
}

fn ranges(body: &[u8]) -> Vec<(usize, usize)> {
    let mut frames = Frames::new(body);
    std::iter::from_fn(|| {
        let frame = frames.next()?;
        Some((frames.item_start(), frame.map_or(0, <[u8]>::len)))
    })
    .collect()
}

#[test]
fn ok_a_key_over_several_frames() {
    let key = "MIIEowIBAAKCAQEAx1y2z3w4MIIEowIBAAKCAQEAx1y2z3w4MIIEowIBAAKCAQEA";
    let texts =
        ["-----BEGIN RSA PRIVATE KEY-----", key, "another line", "c2hvcnQ=", "-----END RSA PRIVATE KEY-----", key];
    let mut body = frames(&texts.map(|it| (true, it.to_owned())));
    mask::body(&mut body);
    let text = String::from_utf8(body).unwrap();
    assert_eq!(text.matches(key).count(), 1, "{text}");
    assert!(text.contains("another line") && !text.contains("c2hvcnQ="));
}

#[test]
fn ok_numbers_are_the_same_with_and_without_masks() {
    let texts = [
        "at=info method=GET path=\"/reset?token=abc123&mail=ann@example.com\" host=h request_id=1 fwd=\"1.1.1.1\" dyno=web.1 \
         connect=1ms service=18ms status=200 bytes=13",
        "source=web.1 measure#auth.token=12ms sample#sessions=5 password=hunter2 count#password_resets=1",
        "Completed 200 OK in 31ms (Views: 20.1ms | ActiveRecord: 5.0ms) token=abc",
    ];
    let body: Vec<u8> = texts
        .iter()
        .zip(["heroku router", "app web.1", "app web.1"])
        .flat_map(|(text, who)| {
            let line = format!("<158>1 2026-09-21T14:13:18.120000+00:00 host {who} - {text}");
            format!("{} {line}", line.len()).into_bytes()
        })
        .collect();
    let origin = Origin { received_ms: 1_790_000_000_000, from_logplex: true, ..Origin::default() };
    let mut masked = body.clone();
    mask::body(&mut masked);
    assert!(memchr::memmem::find(&masked, b"abc123").is_none() && memchr::memmem::find(&masked, b"hunter2").is_none());
    let (before, after) = (Reducer::new().reduce(&body, &origin), Reducer::new().reduce(&masked, &origin));
    assert!(!before.cells.is_empty());
    assert_eq!(before, after);
    assert_eq!(Reducer::new().reduce(&masked, &origin), after, "a replay must give the same delta");
}

#[test]
fn ok_endpoints_contain_no_secret() {
    let line = "<158>1 2026-09-21T14:13:18.120000+00:00 host heroku router - at=info method=GET path=\"/users/ann@example.com/a\" \
                host=h request_id=1 fwd=\"1.1.1.1\" dyno=web.1 connect=1ms service=18ms status=200 bytes=13";
    let mut body = format!("{} {line}", line.len()).into_bytes();
    mask::body(&mut body);
    let delta = Reducer::new().reduce(&body, &Origin { received_ms: 1_790_000_000_000, ..Origin::default() });
    let path = delta.series.iter().map(|it| &*it.path).find(|it| !it.is_empty());
    assert_eq!(path, Some("/users/:id/a"));
}

/// Texts of pieces that matter to the masks: keys, punctuation, quotes, tokens, frames.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "password",
        "token",
        "Cookie",
        "Authorization",
        "auth",
        "session",
        "X-Api-Key",
        "=",
        ": ",
        "=>",
        "%3D",
        "\"",
        "\\\"",
        "'",
        " ",
        ",",
        ";",
        "; ",
        "&",
        "?",
        "[",
        "]",
        "{",
        "}",
        "Bearer ",
        "Digest ",
        "abc",
        "hunter2",
        "12",
        "4111 1111 1111 1111",
        "ann@example.com",
        "@",
        "://",
        "/",
        "eyJhbGciOiJI.eyJzdWIi.c2ln",
        "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "-----BEGIN PRIVATE KEY-----",
        "-----END",
        "\n",
        "\t",
        "\0",
        "\u{1b}[31m",
        "é",
        "***",
        "\u{7f}",
        "83 <40>1 ",
        "<190>1 ",
        "postgres://u:p",
        "%40",
        "SK",
        "--",
        "\\n",
        "(",
        ")",
        ".",
        "path=\"/a\"",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|it| it.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 8 * ProptestConfig::default().cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn ok_masks_keep_frames_and_are_final(texts in prop::collection::vec((any::<bool>(), texts()), 1..6)) {
        let body = frames(&texts);
        let mut masked = body.clone();
        mask::body(&mut masked);
        prop_assert_eq!(ranges(&masked), ranges(&body));
        let mut again = masked.clone();
        mask::body(&mut again);
        prop_assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&masked));
    }

    /// Masks of damaged bodies are final too. A mask may change the framing if a wrong count
    /// touches digits of a secret, so only masked bodies are counted.
    #[test]
    fn ok_masks_of_damaged_bodies_are_final(
        texts in prop::collection::vec((any::<bool>(), texts()), 1..6),
        damage in prop::collection::vec((prop_oneof![2 => Just(0), 1 => -30_i64..30], prop_oneof![3 => Just(String::new()), 1 => texts()]), 6),
    ) {
        let mut body = Vec::new();
        for ((is_counted, text), (off, noise)) in texts.iter().zip(&damage) {
            let frame = frames(&[(*is_counted, text.clone())]);
            let counted = std::str::from_utf8(&frame).unwrap().split_once(' ').unwrap();
            if *is_counted {
                let count = counted.0.parse::<i64>().unwrap() + off;
                body.extend_from_slice(format!("{count} {}{noise}", counted.1).as_bytes());
            } else {
                body.extend_from_slice(&frame);
                body.extend_from_slice(noise.as_bytes());
            }
        }
        let mut masked = body.clone();
        mask::body(&mut masked);
        let mut again = masked.clone();
        mask::body(&mut again);
        prop_assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&masked));
    }

    #[test]
    fn ok_masks_of_any_bytes(body in prop::collection::vec(any::<u8>(), 0..400), text in texts()) {
        for body in [body, text.into_bytes()] {
            let mut masked = body.clone();
            mask::body(&mut masked);
            prop_assert!(masked.iter().zip(&body).all(|(now, then)| now == then || (*then >= b' ' && matches!(now, b'*' | 0x7F))));
            let mut again = masked.clone();
            mask::body(&mut again);
            prop_assert_eq!(again, masked);
            prop_assert!(mask::masked(&body, 100).len() <= 100);
        }
    }
}

#[test]
fn ok_signs_in_the_beginning_of_a_frame_and_cards_before_a_count() {
    for (body, expected) in
        [("<1>a@b.c d", "<1>a@b.c d"), ("9 <1>@ x y", "9 <1>@ x y"), ("x 9 <1>K@ x y", "x 9 <1>K@ x y")]
    {
        let mut masked = body.as_bytes().to_vec();
        mask::body(&mut masked);
        assert_eq!(String::from_utf8_lossy(&masked), expected, "{body}");
    }
    // Without a line end, the next frame's count follows the number directly.
    let header = "<158>1 2026-09-21T14:13:18+00:00 host app web.1 - ";
    let frame = |text: &str| format!("{} {header}{text}", header.len() + text.len());
    let mut body = [frame("paid with 4111111111111111"), frame("next")].concat().into_bytes();
    mask::body(&mut body);
    let frames: Vec<_> = Frames::new(&body).map(|it| String::from_utf8_lossy(it.unwrap()).into_owned()).collect();
    assert_eq!(frames.len(), 2);
    // The end of the mask keeps its length.
    assert!(frames[0].contains("paid with ***\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f"), "{frames:?}");
}

#[test]
fn ok_a_key_is_masked_whole_after_any_name() {
    let key = "-----BEGIN RSA PRIVATE KEY-----\\nMIIEow\\n-----END RSA PRIVATE KEY-----";
    for name in ["key=", "private_key=", "token->", "secret: ", "password="] {
        let shown = mask::masked(format!("{name}{key} x").as_bytes(), 400);
        assert!(!shown.contains("MIIEow"), "{shown}");
    }
}
