//! The text of an event: in full, and short for a row of the Overview.

use contract::Mark;

/// The text of an event, without the user who caused it: that name is masked anyway.
#[must_use]
pub fn event_text(mark: &Mark) -> String {
    let text = mark.text.split(" by user ").next().unwrap_or_default();
    if mark.source.is_empty() { text.to_owned() } else { format!("{} {text}", mark.source) }
}

/// When there were releases, unix seconds.
#[must_use]
pub fn releases(marks: &[Mark]) -> Vec<i64> {
    marks.iter().filter(|it| it.kind == "release").map(|it| it.at_s).collect()
}

/// The text of an event in two or three words.
#[must_use]
pub fn short_event_text(mark: &Mark) -> String {
    let source = if mark.source.is_empty() { "a dyno" } else { &mark.source };
    let after = |head: &str| mark.text.strip_prefix(head).and_then(|it| it.split(' ').next()).unwrap_or_default();
    match mark.kind.as_str() {
        "release" if after("Release ").starts_with('v') => format!("{} released", after("Release ")),
        "deploy" if !after("Deploy ").is_empty() => format!("deployed {}", after("Deploy ")),
        "config" => "config changed".to_owned(),
        "scale" if !after("Scaled to ").is_empty() => format!("scaled to {}", after("Scaled to ")),
        "crash" => format!("{source} crashed"),
        "restart" => format!("{source} restarted"),
        "exit" => format!("{source} exited"),
        "idle" => "idle".to_owned(),
        _ => event_text(mark),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_short_words() {
        for (kind, source, text, expected) in [
            ("release", "", "Release v214 created by user ***", "v214 released"),
            ("release", "", "Running release v214 commands by user ***", "Running release v214 commands"),
            ("deploy", "", "Deploy 9a8b7c6d by user ***", "deployed 9a8b7c6d"),
            (
                "scale",
                "",
                "Scaled to web@3:Standard-2X mailer@1:Performance-L by user ***",
                "scaled to web@3:Standard-2X",
            ),
            ("config", "", "Set A, B config vars by user ***", "config changed"),
            ("crash", "web.3", "State changed from up to crashed", "web.3 crashed"),
            ("restart", "web.4", "Cycling", "web.4 restarted"),
            ("note", "", "Migration done", "Migration done"),
        ] {
            let mark = Mark { at_s: 0, kind: kind.into(), source: source.into(), text: text.into() };
            assert_eq!(short_event_text(&mark), expected, "{text}");
        }
    }
}
