//! log-shuttle's way to write flags. What each flag means is not decided here.

use std::ffi::OsString;

/// Flags without a value, which Go's style gives one.
const SWITCHES: [&str; 8] =
    ["--gzip", "--drop", "--tee", "--json", "--verbose", "--skip-verify", "--skip-headers", "--log-to-syslog"];

/// Rewrites the flags of `shuttle` from Go's style, which log-shuttle's users have in their
/// Procfiles: `-logs-url=…` becomes `--logs-url=…`, `-gzip=true` becomes `--gzip`, and
/// `-drop=false` is removed. `-version` asks for the program's version. The arguments of other
/// commands stay as they are.
pub(crate) fn from_log_shuttle_flags(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_none_or(|it| it != "shuttle") {
        return arguments;
    }
    let changed = |argument: OsString| {
        let Some(text) = argument.to_str() else { return Some(argument) };
        let is_one_dash = text.len() > 2 && text.starts_with('-') && !text.starts_with("--");
        let flag = if is_one_dash { format!("-{text}") } else { text.to_owned() };
        match flag.split_once('=') {
            Some((name, "true")) if SWITCHES.contains(&name) => Some(name.into()),
            Some((name, "false")) if SWITCHES.contains(&name) => None,
            _ => Some(flag.into()),
        }
    };
    let changed: Vec<OsString> = arguments.into_iter().filter_map(changed).collect();
    if changed.iter().any(|it| it == "--version") {
        return changed.into_iter().take(1).chain(["--version".into()]).collect();
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_flags_of_log_shuttle() {
        for (given, expected) in [
            (
                "s shuttle -logs-url=http://h/ -gzip=true -drop=false -wait 100ms",
                "s shuttle --logs-url=http://h/ --gzip --wait 100ms",
            ),
            ("s shuttle --tee -h", "s shuttle --tee -h"),
            ("s tap -x", "s tap -x"),
            ("s shuttle -skip-verify=true -verbose=false -prival=13", "s shuttle --skip-verify --prival=13"),
            ("s shuttle -version", "s --version"),
        ] {
            let changed = from_log_shuttle_flags(given.split(' ').map(OsString::from));
            assert_eq!(changed, expected.split(' ').map(OsString::from).collect::<Vec<_>>(), "{given}");
        }
    }
}
