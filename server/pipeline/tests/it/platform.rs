//! Platform lines about dynos and lost lines. Events from such lines are tested in `event.rs`.

use pipeline::Origin;

use crate::support::{LOGPLEX, TIME, delta_of, framed, message, reduce, shown};

#[track_caller]
fn check(app: &str, proc_id: &str, msg: &str, expected: &[&str]) {
    assert_eq!(shown(&delta_of(app, proc_id, msg)), expected.join("\n"), "message: {msg:?}");
}

const DYNO: &str = "dyno=heroku.2808254.d97d0ea7-cf3d-411b-b453-d2943a50b456";

#[test]
fn ok_runtime_memory() {
    check(
        "heroku",
        "web.1",
        &format!(
            "source=web.1 {DYNO} sample#memory_total=180.43MB sample#memory_swap=0.00MB sample#memory_pgpgin=84329pages sample#memory_quota=512.00MB"
        ),
        &[
            "memory_pgpgin{source=web.1} =84329pages",
            "memory_quota{source=web.1} =512MB",
            "memory_swap{source=web.1} =0MB",
            "memory_total{source=web.1} =180.43MB",
        ],
    );
}

#[test]
fn ok_runtime_load_takes_its_source_from_the_process() {
    check(
        "heroku",
        "worker.3",
        &format!("source=web.1 {DYNO} sample#load_avg_1m=2.46 count#x=1 sample#=3 sample#bad=x"),
        &["drain.losses{code=value} 1", "load_avg_1m{source=worker.3} =2.46"],
    );
}

#[test]
fn ok_runtime_prefix() {
    let body = framed(&[message(TIME, "heroku", "web.1", &format!("source=web.1 {DYNO} sample#load_avg_1m=1"))]);
    let delta = reduce(&body, &Origin { prefix: "shop", source_prefix: "eu", ..LOGPLEX });
    assert_eq!(shown(&delta), "shop.load_avg_1m{source=web.1} =1");
}

#[test]
fn ok_add_ons_are_l2met() {
    check(
        "app",
        "heroku-postgres",
        "source=DATABASE addon=postgresql-1 sample#db_size=147391814791bytes sample#load-avg-1m=0.3575",
        &["db_size{source=DATABASE} =147391814791bytes", "load-avg-1m{source=DATABASE} =0.3575"],
    );
}

#[test]
fn ok_dyno_errors() {
    check("heroku", "web.1", "Error R14 (Memory quota exceeded)", &["dyno.errors{source=web.1,code=R14} 1"]);
    check("heroku", "web.1", "> Error R10 (Boot timeout) -> Web", &["dyno.errors{source=web.1,code=R10} 1"]);
    check("heroku", "web.1", "Error Rxx Error R99", &["dyno.errors{source=web.1,code=R99} 1"]);
    for msg in ["Error R140", "myError R14", "Error R1", "error R14", "Process running mem=870M(170.1%)"] {
        check("heroku", "web.1", msg, &[]);
    }
    check("app", "web.1", "Error R14 (Memory quota exceeded)", &[]);
}

#[test]
fn ok_lost_lines() {
    let since = "since 2012-10-11T03:47:20+00:00.";
    check(
        "heroku",
        "logplex",
        &format!("Error L10 (output buffer overflow): 491 messages dropped {since}"),
        &["drain.lost{code=L10} 491"],
    );
    for (text, lines) in [
        ("Error L10 (output buffer overflow): drain 'd.437d5ca9' dropped 1 messages", 1),
        ("Error L10 (drain buffer overflow) -> This drain dropped 1101 messages", 1_101),
        ("Error L10 (Drain buffer overflow) -> 500 messages dropped", 500),
        ("L10 (output buffer overflow): 7 messages dropped", 7),
        ("drain 'd.437d5ca9' dropped 12 messages", 12),
    ] {
        check("heroku", "logplex", &format!("{text} {since}"), &[&format!("drain.lost{{code=L10}} {lines}")]);
    }
    check("app", "log-shuttle", &format!("Error L12: 222 messages dropped {since}"), &["drain.lost{code=L12} 222"]);
    check("token", "log-shuttle", &format!("Error L13: 1 message lost {since}"), &["drain.lost{code=L13} 1"]);
}

#[test]
fn ok_other_texts_report_no_loss() {
    for msg in [
        "Error L10",
        "Error L10 (x): many messages",
        "Error L10: 5 apples",
        "Error H10: 5 messages dropped",
        "Error L10: dropped messages",
        "L11 (Tail buffer overflow) -> This tail session dropped 1101 messages since 2011-05-03T17:35:00+00:00",
        "Error Lé1",
    ] {
        check("heroku", "logplex", msg, &[]);
    }
    check("app", "web.1", "Error L10 (output buffer overflow): 491 messages dropped", &[]);
    check("app", "log-shuttle", "measure#a=1", &["a ~1"]);
}
