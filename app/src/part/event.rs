//! Events in words: whole, and as short as a row of the Overview needs them.

use contract::{Event, EventKind};

/// An event in words. The user who caused it is masked, so that part is left out.
#[must_use]
pub fn words(event: &Event) -> String {
    let text = event.text.split(" by user ").next().unwrap_or_default();
    if event.source.is_empty() { text.to_owned() } else { format!("{} {text}", event.source) }
}

/// The same in two or three words.
#[must_use]
pub fn short(event: &Event) -> String {
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
        _ => words(event),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            let event = Event { at_s: 0, kind, source: source.into(), text: text.into() };
            assert_eq!(short(&event), expected, "{text}");
        }
    }
}
