//! Events put together: what dynos do while they restart is one restart, and the crashes of several
//! are one, which unfold. Releases and everything else stay as they are. Pure.

use contract::{Event, EventKind};

use crate::part::event::event_text;

/// Events of dynos with at most this much time between them are one restart, seconds.
const GAP_S: i64 = 30;
/// Most dynos that are named; more are counted.
const NAMED_MAX: usize = 2;

/// One event, or what dynos did together.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// When it began, unix seconds.
    pub at_s: i64,
    /// The kind that gives it its look.
    pub kind: EventKind,
    pub text: String,
    /// What it is made of, in order of time; empty for a single event.
    pub parts: Vec<Event>,
}

/// What an event of a dyno is put together with: steps of restarts, or crashes.
fn group(event: &Event) -> Option<usize> {
    let group = match event.kind {
        EventKind::Restart | EventKind::Stop | EventKind::Exit | EventKind::Start | EventKind::Up => 0,
        EventKind::Crash => 1,
        _ => return None,
    };
    (!event.source.is_empty()).then_some(group)
}

/// The events in order of time, each restart as one. It stands where it began, so that a release is
/// before the restart that it causes.
#[must_use]
pub fn put_together(events: &[Event]) -> Vec<Happening> {
    let mut all: Vec<Happening> = vec![];
    // Of each group, the one that goes on, and when its last event was.
    let mut open: [Option<(usize, i64)>; 2] = [None; 2];
    for event in events {
        let group = group(event);
        let going_on = group.and_then(|it| open[it]).filter(|it| event.at_s - it.1 <= GAP_S).map(|it| it.0);
        let at = going_on.unwrap_or(all.len());
        match all.get_mut(at) {
            Some(known) => known.parts.push(event.clone()),
            None => {
                let (at_s, kind, text) = (event.at_s, event.kind, event_text(event));
                all.push(Happening { at_s, kind, text, parts: vec![event.clone()] });
            }
        }
        if let Some(group) = group {
            open[group] = Some((at, event.at_s));
        }
    }
    for it in &mut all {
        if it.parts.len() == 1 {
            it.parts.clear();
        } else {
            it.text = told(&it.parts);
            it.kind = if it.kind == EventKind::Crash { EventKind::Crash } else { EventKind::Restart };
        }
    }
    all
}

/// What dynos did in words, such as `3 dynos restarted`.
fn told(parts: &[Event]) -> String {
    let mut sources: Vec<&str> = parts.iter().map(|it| &*it.source).collect();
    sources.sort_unstable();
    sources.dedup();
    let who = if sources.len() > NAMED_MAX { format!("{} dynos", sources.len()) } else { sources.join(", ") };
    let has = |kinds: &[EventKind]| parts.iter().any(|it| kinds.contains(&it.kind));
    let (ends, begins) = (has(&[EventKind::Stop, EventKind::Exit]), has(&[EventKind::Start, EventKind::Up]));
    let what = match (has(&[EventKind::Restart]), ends, begins) {
        _ if has(&[EventKind::Crash]) => "crashed",
        (false, false, true) => "started",
        (false, true, false) => "stopped",
        _ => "restarted",
    };
    format!("{who} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(at_s: i64, kind: EventKind, source: &str, text: &str) -> Event {
        Event { at_s, kind, source: source.to_owned(), text: text.to_owned() }
    }

    fn check(events: &[Event], expected: &[(i64, &str, usize)]) {
        let found = put_together(events);
        let found: Vec<_> = found.iter().map(|it| (it.at_s, &*it.text, it.parts.len())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn ok_a_restart_of_three_dynos_is_one() {
        let mut events = vec![event(100, EventKind::Release, "", "v42")];
        for (after_s, kind, text) in [
            (2, EventKind::Restart, "Restarting"),
            (3, EventKind::Stop, "Stopping all processes with SIGTERM"),
            (4, EventKind::Exit, "Process exited with status 143"),
            (9, EventKind::Start, "State changed from down to starting"),
            (20, EventKind::Up, "State changed from starting to up"),
        ] {
            events.extend(["web.1", "web.2", "web.3"].map(|it| event(100 + after_s, kind, it, text)));
        }
        // A release in between changes nothing.
        events.insert(8, event(104, EventKind::Release, "", "v43"));
        check(&events, &[(100, "v42", 0), (102, "3 dynos restarted", 15), (104, "v43", 0)]);
    }

    #[test]
    fn ok_what_dynos_do_in_words() {
        let (stop, exit, start, up) = (EventKind::Stop, EventKind::Exit, EventKind::Start, EventKind::Up);
        check(&[event(1, start, "web.1", "a"), event(9, up, "web.1", "b")], &[(1, "web.1 started", 2)]);
        check(&[event(1, stop, "web.1", "a"), event(9, exit, "web.2", "b")], &[(1, "web.1, web.2 stopped", 2)]);
        check(&[event(1, exit, "web.1", "a"), event(9, up, "web.1", "b")], &[(1, "web.1 restarted", 2)]);
    }

    #[test]
    fn ok_others_stay_as_they_are() {
        let (up, crash) = (EventKind::Up, EventKind::Crash);
        check(&[event(1, up, "web.1", "up"), event(32, up, "web.2", "up")], &[(1, "web.1 up", 0), (32, "web.2 up", 0)]);
        check(
            &[event(1, up, "web.1", "up"), event(2, crash, "web.1", "crashed"), event(3, up, "web.1", "up")],
            &[(1, "web.1 started", 2), (2, "web.1 crashed", 0)],
        );
        let crashes = ["web.1", "web.2", "web.3"].map(|it| event(2, crash, it, "crashed"));
        check(&crashes, &[(2, "3 dynos crashed", 3)]);
        check(&[], &[]);
    }
}
