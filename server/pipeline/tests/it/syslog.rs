//! Headers: whole ones, broken ones, and the question of STRUCTURED-DATA.

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
fn ok_logplex_text_is_left_whole() {
    check_msg("<13>1 - host app web.1 - - item", true, "- item");
    check_msg("<13>1 - host app web.1 - [a b=\"c\"] item", true, "[a b=\"c\"] item");
    // Over TCP its HOSTNAME is the drain's token, and it does send STRUCTURED-DATA.
    check_msg("<13>1 - d.107 app web.1 - - item", true, "item");
}

#[test]
fn ok_structured_data_is_taken_off() {
    check_msg("<13>1 - host app web.1 - - item", false, "item");
    check_msg("<13>1 - host app web.1 - -", false, "");
    check_msg("<13>1 - host app web.1 - - ", false, "");
    check_msg("<13>1 - host app web.1 - -item", false, "-item");
    check_msg("<13>1 - h a p - [id] item", false, "item");
    check_msg("<13>1 - h a p - [id]", false, "");
    check_msg(r#"<13>1 - h a p - [a b="x" c="y"][d e="\" \] \\"] item"#, false, "item");
}

#[test]
fn ok_brackets_that_are_no_structured_data_stay() {
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
    check_loss("<13>Oct 11 22:14:15 host su: text", Loss::HeaderVersion);
    check_loss("<13>1", Loss::HeaderVersion);
    check_loss("<13>1 ", Loss::HeaderFields);
    check_loss("<13>1 - h a", Loss::HeaderFields);
    check_loss("<13>1 - h a p", Loss::HeaderFields);
    check_loss("<13>1 - h a p ", Loss::HeaderFields);
    check_loss("<13>1 -  a p - text", Loss::HeaderFields);
}
