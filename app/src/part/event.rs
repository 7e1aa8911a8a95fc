//! The text of an event: in full, and short for a row of the Overview.

use contract::Mark;

/// The text of an event, without the user who caused it: that name is masked anyway.
#[must_use]
pub fn event_text(mark: &Mark) -> String {
    let text = &explained(mark.text.split(" by user ").next().unwrap_or_default());
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
