//! The conventions of l2met 2.0, and our deliberate differences. Its number format is compared in
//! `conformance/l2met.rs`.

use pipeline::{LABEL_BYTES_MAX, Origin};

use crate::support::{LOGPLEX, TIME, delta_of, framed, message, reduce, shown};

#[track_caller]
fn check(msg: &str, expected: &[&str]) {
    assert_eq!(shown(&delta_of("app", "web.1", msg)), expected.join("\n"), "message: {msg:?}");
}

#[test]
fn ok_forms() {
    check("measure.a", &["a ~1"]);
    check("measure#a", &["a ~1"]);
    check("measure#a=", &["a ~1"]);
    check("measure#db.latency=4ms", &["db.latency ~4ms"]);
    check("measure.db.latency=4ms", &["db.latency ~4ms"]);
    check("count#orders", &["orders 1"]);
    check("count#orders=23", &["orders 23"]);
    check("sample#temp-1=13.4mb", &["temp-1 =13.4mb"]);
    check("measure#a=\"10ms\"", &["a ~10ms"]);
    check("at=info count#a=2 text measure#a=3 sample#a=4 elapsed=1s", &["a 2", "a =4", "a ~3"]);
}

#[test]
fn ok_after_a_level_without_a_blank() {
    check("INFO:root:measure#a=1 count#b=2", &["a ~1", "b 2"]);
    check("WARNING:shop.web:sample#a=1", &["a =1"]);
    for msg in ["Xy:measure#a=1", "INFO:measure#", "My:own:measure#a=1"] {
        check(msg, &[]);
    }
}

#[test]
fn ok_every_pair_counts() {
    check("measure#a=1 measure#a=2 measure#a=3ms", &["a ~3/2", "a ~3ms"]);
}

#[test]
fn ok_the_first_source_counts_wherever_it_is() {
    check("measure#a=1 source=web.7 source=web.8 count#b=2", &["a{source=web.7} ~1", "b{source=web.7} 2"]);
    check("source=us-west measure#query.ms=200", &["query.ms{source=us-west} ~200"]);
    check("source= measure#a=1", &["a ~1"]);
    check(r#"source="a \"b\"" measure#a=1"#, &[r#"a{source=a "b"} ~1"#]);
}

#[test]
fn ok_prefixes_are_stripped_once_in_order() {
    check("measure#count#x=1", &["x ~1"]);
    check("count#measure#x=1", &["measure#x 1"]);
    check("measure#measure.x=1", &["x ~1"]);
    check("measure.measure#x=1", &["measure#x ~1"]);
    check("sample#sample#x=1", &["sample#x =1"]);
}

#[test]
fn ok_other_text() {
    for msg in ["", "plain text", "#1 of 3", "Measure#a=1", "xmeasure#a=1", "unique#user=7", "measure=a val=1"] {
        check(msg, &[]);
    }
    for msg in ["measure#", "count#=1", "sample#=2", "measure.=3"] {
        check(msg, &[]);
    }
}

#[test]
fn err_values() {
    check("measure#a=-5 measure#b=. measure#c=2", &["c ~2", "drain.losses{code=value} 2/2"]);
}

#[test]
fn err_quote_keeps_earlier_pairs() {
    check("measure#a=1 msg=\"count#b=2", &["a ~1", "drain.losses{code=quote} 1"]);
    check("it#is msg=\"open", &[]);
}

#[test]
fn ok_prefix_of_the_drain() {
    let prefixed = |prefix, source_prefix, msg| {
        let body = framed(&[message(TIME, "app", "web.1", msg)]);
        shown(&reduce(&body, &Origin { prefix, source_prefix, ..LOGPLEX }))
    };
    assert_eq!(prefixed("shop", "", "measure#a=1"), "shop.a ~1");
    assert_eq!(prefixed("", "eu", "measure#a=1"), "a{source=eu} ~1");
    assert_eq!(prefixed("", "eu", "measure#a=1 source="), "a{source=eu} ~1");
    assert_eq!(prefixed("shop", "eu", "source=web.2 measure#a=1"), "shop.a{source=eu.web.2} ~1");
    assert_eq!(prefixed("shop", "eu", "measure#a=x"), "drain.losses{code=value} 1");
}

#[test]
fn ok_long_and_broken_names() {
    let cut = "é".repeat(LABEL_BYTES_MAX / 2);
    check(&format!("count#{cut}é=1 count#{cut}é=2"), &["drain.losses{code=label_length} 2/2", &format!("{cut} 3/2")]);
    let text = b"<13>1 - host app web.1 - count#a\xFFb=1 count#a\xFFb=2 count#a\xFEb=3";
    assert_eq!(shown(&reduce(&framed(&[text]), &LOGPLEX)), "a\u{fffd}b 6/3");
}
