//! Which lines become events, and which do not. Storing events is tested with the server.

use pipeline::{EVENTS_PER_BATCH_MAX, Loss};

use crate::support::{LOGPLEX, RECEIVED_MS, TIME, delta_of, framed, message, reduce};

/// Each event of a message as `kind source text`.
fn events(app: &str, proc_id: &str, msg: &str) -> Vec<String> {
    let delta = delta_of(app, proc_id, msg);
    delta.events.iter().map(|it| format!("{} {} {}", it.kind.word(), it.source, it.text)).collect()
}

#[test]
fn ok_dynos() {
    for (msg, expected) in [
        ("State changed from starting to up", "up web.1 State changed from starting to up"),
        ("State changed from up to crashed", "crash web.1 State changed from up to crashed"),
        ("State changed from up to down", "stop web.1 State changed from up to down"),
        ("Starting process with command `bin/web`", "start web.1 Starting process with command `bin/web`"),
        ("Process exited with status 137", "exit web.1 Process exited with status 137"),
        ("Process exited", "exit web.1 Process exited"),
        ("Stopping all processes with SIGTERM", "stop web.1 Stopping all processes with SIGTERM"),
        ("Cycling", "restart web.1 Cycling"),
        ("Restarting", "restart web.1 Restarting"),
        ("Idling", "idle web.1 Idling"),
        ("Unidling", "idle web.1 Unidling"),
    ] {
        assert_eq!(events("heroku", "web.1", msg), [expected], "{msg}");
        assert!(events("app", "web.1", msg).is_empty(), "an app's own text is not an event: {msg}");
    }
    assert!(events("heroku", "web.1", "State changed from up to elsewhere").is_empty());
}

#[test]
fn ok_platform_with_masked_addresses() {
    for (msg, expected) in [
        ("Release v42 created by user ann@example.com", "release  Release v42 created by user ***"),
        ("Initial release by user ann@example.com", "release  Initial release by user ***"),
        ("Deploy 1a2b3c4d by user ann@example.com", "deploy  Deploy 1a2b3c4d by user ***"),
        (
            "Build failed -- check your build output: https://x.example/b",
            "deploy  Build failed -- check your build output: https://x.example/b",
        ),
        ("Set A, B config vars by user ann@example.com", "config  Set A, B config vars by user ***"),
        ("Scaled to web@3:Standard-2X by user ann@example.com", "scale  Scaled to web@3:Standard-2X by user ***"),
        (
            "Attach DATABASE (@ref:postgresql-x-1) by user ann@example.com",
            "config  Attach DATABASE (@ref:postgresql-x-1) by user ***",
        ),
    ] {
        assert_eq!(events("app", "api", msg), [expected], "{msg}");
    }
    assert!(events("app", "api", "Running release v99 commands by user ann@example.com").is_empty());
    assert!(events("app", "web.1", "Release v42 created by user ann@example.com").is_empty());
}

#[test]
fn ok_notes() {
    let delta = delta_of(
        "app",
        "web.1",
        r#"event#title="v42 \"blue\"" event#description=out event#start_time=1655131900 event#end_time=1655131910.5 event#url=https://x.example/42 source=web"#,
    );
    let note = &delta.events[0];
    assert_eq!((note.at_ms, note.end_ms), (1_655_131_900_000, Some(1_655_131_910_500)));
    assert_eq!((&*note.source, &*note.text, &*note.link), ("web", "v42 \"blue\": out", "https://x.example/42"));

    let plain = delta_of("app", "web.1", "event#title=deploy event#url=javascript:alert(1)");
    assert_eq!((plain.events[0].at_ms, &*plain.events[0].link), (RECEIVED_MS, ""));
    assert!(delta_of("app", "web.1", "event#title=").events.is_empty());
}

#[test]
fn err_more_events_than_a_batch_may_hold() {
    let messages = vec![message(TIME, "heroku", "web.1", "Restarting"); EVENTS_PER_BATCH_MAX + 3];
    let delta = reduce(&framed(&messages), &LOGPLEX);
    assert_eq!(delta.events.len(), EVENTS_PER_BATCH_MAX);
    assert_eq!(delta.losses, [(Loss::EventLimit, 3)]);
}
