//! Lines of add-ons, databases and web frameworks. Prefixes of loggers are tested in
//! `framework.rs`.

use crate::support::{delta_of, shown};

#[track_caller]
fn check(app: &str, proc_id: &str, msg: &str, expected: &[&str]) {
    assert_eq!(shown(&delta_of(app, proc_id, msg)), expected.join("\n"), "message: {msg:?}");
}

#[test]
fn ok_postgres_gauges() {
    check(
        "app",
        "heroku-postgres",
        "source=DATABASE addon=postgresql-defined-1 sample#current_transaction=4171563.0 sample#db_size=90755887bytes \
         sample#tmp-disk-used=543633408 sample#memory-total=3944484kB sample#load-avg-1m=0.285 sample#bad=x \
         sample#write-iops=3.5e+02",
        &[
            "current_transaction{source=DATABASE} =4171563",
            "db_size{source=DATABASE} =90755887bytes",
            "drain.losses{code=value} 1",
            "load-avg-1m{source=DATABASE} =0.285",
            "memory-total{source=DATABASE} =3944484kB",
            "tmp-disk-used{source=DATABASE} =543633408bytes",
            "write-iops{source=DATABASE} =350",
        ],
    );
}

#[test]
fn ok_redis_kafka_and_pooler_gauges() {
    check(
        "app",
        "heroku-redis",
        "source=REDIS addon=redis-1 sample#memory-redis=5029520 sample#hit-rate=0.99",
        &["hit-rate{source=REDIS} =0.99", "memory-redis{source=REDIS} =5029520bytes"],
    );
    check(
        "app",
        "heroku-pgbouncer",
        "source=pgbouncer addon=postgresql-1 sample#client_active=3 sample#avg_query=1500",
        &["avg_query{source=pgbouncer} =1500µs", "client_active{source=pgbouncer} =3"],
    );
    check("app", "heroku-kafka", "source=KAFKA addon=kafka-1 sample#any-new.key=7", &["any-new.key{source=KAFKA} =7"]);
}

#[test]
fn ok_postgres_server() {
    check(
        "app",
        "postgres.12345",
        "[DATABASE] [10-1]  sql_error_code = 00000 LOG:  duration: 2405.887 ms  statement: SELECT 'duration: 1 ms'",
        &["postgres.duration{source=DATABASE} ~2405.887ms"],
    );
    check(
        "app",
        "postgres.12345",
        "[DATABASE] [10-1]  sql_error_code = 00000 pid=\"7\" user=\"\" LOG:  duration: 2.4e3 ms  execute <unnamed>: SELECT 1",
        &["postgres.duration{source=DATABASE} ~2400ms"],
    );
    check(
        "app",
        "postgres",
        r#"[ROSE] [3-1]  sql_error_code = 23505 time_ms = "2026-01-01" pid="7" ERROR:  duplicate key"#,
        &["postgres.errors{source=ROSE,code=23505} 1"],
    );
    check("app", "postgres", "[3-2] \tcontinued", &[]);
    check("app", "postgres", "[ROSE] [3-2] \tERROR: continued", &[]);
}

#[test]
fn ok_postgres_errors_count_once() {
    let line = |severity: &str| {
        format!(
            "[ROSE] [65-1]  sql_error_code = 22012 time_ms = \"2026-01-01 00:54:04.414 UTC\" pid=\"7\" session_id=\"62.1\" \
             connection_source=\"203.0.113.7(34910)\" user=\"u\" application_name=\"ERROR: x\" {severity}:  text ERROR: duration: 1 ms"
        )
    };
    for severity in ["ERROR", "FATAL", "PANIC"] {
        check("app", "postgres.7", &line(severity), &["postgres.errors{source=ROSE,code=22012} 1"]);
    }
    for severity in
        ["STATEMENT", "DETAIL", "HINT", "CONTEXT", "QUERY", "LOCATION", "WARNING", "NOTICE", "INFO", "LOG", "DEBUG1"]
    {
        check("app", "postgres.7", &line(severity), &[]);
    }
}

#[test]
fn ok_frameworks() {
    check(
        "app",
        "web.1",
        "method=GET path=/a format=html controller=A action=show status=200 duration=58.33 view=40.43 db=15.26",
        &["app.db{source=web.1} ~15.26ms", "app.duration{source=web.1} ~58.33ms", "app.view{source=web.1} ~40.43ms"],
    );
    check(
        "app",
        "web.1",
        "Completed 200 OK in 31ms (Views: 20.1ms | ActiveRecord: 5.0ms)",
        &["app.db{source=web.1} ~5ms", "app.duration{source=web.1} ~31ms", "app.view{source=web.1} ~20.1ms"],
    );
    check("app", "web.1", "Completed 12 jobs in 31ms", &[]);
    check(
        "app",
        "web.1",
        "source=rack-timeout id=u wait=5ms timeout=15000ms service=31ms state=completed at=info",
        &["app.duration{source=web.1} ~31ms", "router.queue{source=web.1} ~5ms"],
    );
    check("app", "web.1", "source=rack-timeout id=u wait=5ms timeout=15000ms state=ready at=info", &[]);
    check("app", "web.1", "request_id=u queue=12ms measure#a=1", &["a ~1", "router.queue{source=web.1} ~12ms"]);
    check("app", "web.1", "jobs queue=default", &[]);
}

#[test]
fn ok_reserved_names_are_refused() {
    check(
        "app",
        "web.1",
        "count#router.requests=5 measure#router.service=1 count#drain.lost=9 count#router.own=2",
        &["drain.losses{code=reserved_name} 3/3", "router.own 2"],
    );
}
