//! The text of an event: in full, and short for a row of the Overview.

use contract::{Event, EventKind};

/// The text of an event, without the user who caused it: that name is masked anyway.
#[must_use]
pub fn event_text(event: &Event) -> String {
    let text = &explained(event.text.split(" by user ").next().unwrap_or_default());
    if event.source.is_empty() { text.to_owned() } else { format!("{} {text}", event.source) }
}

/// The class that gives a kind of event its shape and colour.
#[must_use]
pub const fn event_class(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Crash => "bad",
        EventKind::Release | EventKind::Deploy => "made",
        EventKind::Exit | EventKind::Restart | EventKind::Stop => "moved",
        _ => "plain",
    }
}

/// When there were releases, unix seconds.
#[must_use]
pub fn releases(events: &[Event]) -> Vec<i64> {
    events.iter().filter(|it| it.kind == EventKind::Release).map(|it| it.at_s).collect()
}

/// The text of an event in two or three words.
#[must_use]
pub fn short_event_text(event: &Event) -> String {
    let source = if event.source.is_empty() { "a dyno" } else { &event.source };
    let after = |head: &str| event.text.strip_prefix(head).and_then(|it| it.split(' ').next()).unwrap_or_default();
    match event.kind {
        EventKind::Release if after("Release ").starts_with('v') => format!("{} released", after("Release ")),
        EventKind::Deploy if !after("Deploy ").is_empty() => format!("deployed {}", after("Deploy ")),
        EventKind::Config => "config changed".to_owned(),
        EventKind::Scale if !after("Scaled to ").is_empty() => format!("scaled to {}", after("Scaled to ")),
        EventKind::Crash => format!("{source} crashed"),
        EventKind::Restart => format!("{source} restarted"),
        EventKind::Exit => format!("{source} exited"),
        EventKind::Idle => "idle".to_owned(),
        _ => event_text(event),
    }
}

/// The text with the meaning of an exit status, such as `Process exited with status 143 (SIGTERM,
/// normal stop)`. A status above 128 is 128 and the number of a signal, in the numbering of Linux.
#[must_use]
pub fn explained(text: &str) -> String {
    let status = text.strip_prefix("Process exited with status ").and_then(|it| it.trim_end().parse::<u8>().ok());
    let meaning = match status {
        Some(126) => "command not executable",
        Some(127) => "command not found",
        Some(129) => "SIGHUP",
        Some(130) => "SIGINT",
        Some(131) => "SIGQUIT",
        Some(132) => "SIGILL",
        Some(133) => "SIGTRAP",
        Some(134) => "SIGABRT",
        Some(135) => "SIGBUS",
        Some(136) => "SIGFPE",
        Some(137) => "SIGKILL, forced stop",
        Some(138) => "SIGUSR1",
        Some(139) => "SIGSEGV",
        Some(140) => "SIGUSR2",
        Some(141) => "SIGPIPE",
        Some(142) => "SIGALRM",
        Some(143) => "SIGTERM, normal stop",
        _ => return text.to_owned(),
    };
    format!("{} ({meaning})", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_exit_statuses() {
        for (text, expected) in [
            ("Process exited with status 143", "Process exited with status 143 (SIGTERM, normal stop)"),
            ("Process exited with status 127", "Process exited with status 127 (command not found)"),
            ("Process exited with status 1", "Process exited with status 1"),
            ("Process exited with status many", "Process exited with status many"),
            ("State changed from up to crashed", "State changed from up to crashed"),
        ] {
            assert_eq!(explained(text), expected);
        }
    }

    #[test]
    fn ok_short_words() {
        for (kind, source, text, expected) in [
            (EventKind::Release, "", "Release v214 created by user ***", "v214 released"),
            (EventKind::Release, "", "Running release v214 commands by user ***", "Running release v214 commands"),
            (EventKind::Deploy, "", "Deploy 9a8b7c6d by user ***", "deployed 9a8b7c6d"),
            (
                EventKind::Scale,
                "",
                "Scaled to web@3:Standard-2X mailer@1:Performance-L by user ***",
                "scaled to web@3:Standard-2X",
            ),
            (EventKind::Config, "", "Set A, B config vars by user ***", "config changed"),
            (EventKind::Crash, "web.3", "State changed from up to crashed", "web.3 crashed"),
            (EventKind::Restart, "web.4", "Cycling", "web.4 restarted"),
            (EventKind::Note, "", "Migration done", "Migration done"),
        ] {
            let mark = Event { at_s: 0, kind, source: source.into(), text: text.into() };
            assert_eq!(short_event_text(&mark), expected, "{text}");
        }
    }
}
