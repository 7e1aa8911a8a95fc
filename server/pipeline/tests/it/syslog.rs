//! Headers of syslog messages: valid ones, damaged ones, and STRUCTURED-DATA. Framing is tested in
//! `frame.rs`.

use pipeline::{Line, Loss, syslog::parse};

#[track_caller]
fn check(frame: &str, from_logplex: bool, expected: &str) {
    let line = parse(frame.as_bytes(), from_logplex).unwrap();
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let Line { facility, severity, time_ms, host, app, proc_id, msg } = line;
    let found = format!(
        "{facility}.{severity} {} {} {} {} '{}'",
        time_ms.map_or("-".to_owned(), |it| it.to_string()),
        text(host),
        text(app),
        text(proc_id),
        text(msg)
    );
    assert_eq!(found, expected, "frame: {frame:?}");
}

#[track_caller]
fn check_msg(frame: &str, from_logplex: bool, expected: &str) {
    let msg = parse(frame.as_bytes(), from_logplex).unwrap().msg;
    assert_eq!(String::from_utf8_lossy(msg), expected, "frame: {frame:?}");
}

#[track_caller]
fn check_loss(frame: &str, expected: Loss) {
    assert_eq!(parse(frame.as_bytes(), true), Err(expected), "frame: {frame:?}");
}

#[test]
fn ok_fields() {
    check(
        "<158>1 2022-06-13T14:52:23.622778+00:00 host heroku router - at=info\n",
        true,
        "19.6 1655131943622 host heroku router 'at=info'",
    );
    check("<0>3 - h a p - text", false, "0.0 - h a p 'text'");
    check("<191>1 yesterday h a p - \u{feff}text\r\n", false, "23.7 - h a p 'text'");
    check("<13>1 - h a p -", false, "1.5 - h a p ''");
    check("<13>1 - h a p - ", false, "1.5 - h a p ''");
    check("<13>1 - h a p - text\n\n", false, "1.5 - h a p 'text\n'");
}

#[test]
fn ok_rfc_3164() {
    for (frame, expected) in [
        ("<13>Oct 11 22:14:15 host su: text", "1.5 - host su  'text'"),
        ("<30>Nov  7 00:58:07 host app[2139]: a: b\n", "3.6 - host app 2139 'a: b'"),
        // Docker's driver by default, and the C library, which send no host.
        ("<30>Nov 27 00:58:07 3f9a2b1c0d4e[2139]: text", "3.6 -  3f9a2b1c0d4e 2139 'text'"),
        ("<30>Nov 27 00:58:07 docker/shop/web[1]:text", "3.6 -  docker/shop/web 1 'text'"),
        ("<13>Nov 27 00:58:07 logger: text", "1.5 -  logger  'text'"),
        ("<13>Nov 27 00:58:07 logger:", "1.5 -  logger  ''"),
        ("<13>Nov 27 00:58:07 host app[1] text", "1.5 - host app 1 'text'"),
        ("<30> Nov 27 00:58:07 host app[1]: text", "3.6 - host app 1 'text'"),
        ("<30>Nov 27 00:58:07 docker/reg:5000/web[1]: text", "3.6 - docker/reg:5000/web[1]:   'text'"),
        // rsyslog and syslog-ng with a full timestamp.
        ("<13>2022-06-13T16:52:23.622778+02:00 host app[1]: text", "1.5 1655131943622 host app 1 'text'"),
        ("<13>2022-06-13T14:52:23Z host app: text", "1.5 1655131943000 host app  'text'"),
        ("<13>2022-06-13 14:52:23 host app: text", "1.5 - host app  'text'"),
        // A message with neither tag nor process id.
        ("<13>Oct 11 22:14:15 host some text: more", "1.5 - host   'some text: more'"),
        ("<13>Oct 11 22:14:15 2001:db8::1 app: text", "1.5 - 2001:db8::1 app  'text'"),
        // Network routers and firewalls.
        ("<189>29: *Nov 27 00:58:07.123: %SYS-5-CONFIG_I: text", "23.5 -    '%SYS-5-CONFIG_I: text'"),
        ("<189>Nov 27 2026 00:58:07: %ASA-6-302013: text", "23.5 -    '%ASA-6-302013: text'"),
        ("<189>Nov 27 2026 00:58:07 fw1 : %ASA-6-302013: text", "23.5 - fw1   '%ASA-6-302013: text'"),
        ("<189>Nov 27 00:58:07 UTC: host app: text", "23.5 - host app  'text'"),
        // A forwarded copy of a platform line.
        ("<158>Nov 27 00:58:07 shop heroku/router: at=info", "19.6 - shop heroku router 'at=info'"),
        ("<158>Nov 27 00:58:07 shop heroku[router]: at=info", "19.6 - shop heroku router 'at=info'"),
    ] {
        check(frame, false, expected);
    }
}

#[test]
fn ok_copies_without_their_host() {
    let time = "2022-06-13T14:52:23.622778+00:00";
    for (rest, expected) in [
        ("heroku router - - at=info", " heroku router 'at=info'"),
        ("heroku web.1 - - State changed from up to down", " heroku web.1 'State changed from up to down'"),
        ("app web.1 - - text", " app web.1 'text'"),
        ("app heroku-postgres - - source=DATABASE", " app heroku-postgres 'source=DATABASE'"),
        // Complete headers stay as they are.
        ("heroku app - - - text", "heroku app - 'text'"),
        ("app program - - text", "app program - 'text'"),
        ("host heroku router - - at=info", "host heroku router 'at=info'"),
    ] {
        check(&format!("<158>1 {time} {rest}"), true, &format!("19.6 1655131943622 {expected}"));
    }
}

#[test]
fn ok_text_of_logplex_is_kept() {
    check_msg("<13>1 - host app web.1 - - item", true, "- item");
    check_msg("<13>1 - host app web.1 - [a b=\"c\"] item", true, "[a b=\"c\"] item");
    // Over TCP, HOSTNAME holds the drain's token, and STRUCTURED-DATA is present.
    check_msg("<13>1 - d.107 app web.1 - - item", true, "item");
}

#[test]
fn ok_structured_data_is_removed() {
    check_msg("<13>1 - host app web.1 - - item", false, "item");
    check_msg("<13>1 - host app web.1 - -", false, "");
    check_msg("<13>1 - host app web.1 - - ", false, "");
    check_msg("<13>1 - host app web.1 - -item", false, "-item");
    check_msg("<13>1 - h a p - [id] item", false, "item");
    check_msg("<13>1 - h a p - [id]", false, "");
    check_msg(r#"<13>1 - h a p - [a b="x" c="y"][d e="\" \] \\"] item"#, false, "item");
}

#[test]
fn ok_other_brackets_stay() {
    check_msg("<13>1 - h a p - [GREEN] [14-1]  text", false, "[14-1]  text");
    check_msg("<13>1 - h a p - [1.5 s] text", false, "[1.5 s] text");
    check_msg("<13>1 - h a p - [id x=\"open", false, "[id x=\"open");
    check_msg("<13>1 - h a p - [id]text", false, "[id]text");
    check_msg("<13>1 - h a p - [] text", false, "[] text");
}

#[test]
fn err_headers() {
    check_loss("", Loss::HeaderPriority);
    check_loss("text", Loss::HeaderPriority);
    check_loss("<>1 - h a p - text", Loss::HeaderPriority);
    check_loss("<192>1 - h a p - text", Loss::HeaderPriority);
    check_loss("<1111>1 - h a p - text", Loss::HeaderPriority);
    check_loss("<13", Loss::HeaderPriority);
    check_loss("<13>text", Loss::HeaderVersion);
    check_loss("<13>Oct 32 22:14:15 host su: text", Loss::HeaderVersion);
    check_loss("<13>Oct 11 24:14:15 host su: text", Loss::HeaderVersion);
    check_loss("<13>Okt 11 22:14:15 host su: text", Loss::HeaderVersion);
    check_loss("<13>1", Loss::HeaderVersion);
    check_loss("<13>1 ", Loss::HeaderFields);
    check_loss("<13>1 - h a", Loss::HeaderFields);
    check_loss("<13>1 - h a p", Loss::HeaderFields);
    check_loss("<13>1 - h a p ", Loss::HeaderFields);
    check_loss("<13>1 -  a p - text", Loss::HeaderFields);
}
