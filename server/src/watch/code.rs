//! The meaning and severity of Heroku's error codes, after Heroku's own list of codes; [`proxy`]
//! has those of others. Counts nothing.

/// How serious a code is.
mod severity;

/// The codes of proxies and other platforms.
mod proxy;

/// What helps.
mod remedy;

use contract::ErrorCode;

pub(crate) use remedy::remedy;
pub(crate) use severity::Severity;

/// The meaning and severity of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    /// A few words, in lower case.
    pub meaning: &'static str,
    /// How serious it is.
    pub severity: Severity,
}

/// Stands for codes that no list has.
pub(crate) const UNKNOWN: Code = Code { meaning: "unknown code", severity: Severity::Warning };

/// Looks a code up; an unknown one is a warning.
#[must_use]
pub(crate) fn lookup(code: ErrorCode) -> Code {
    use Severity::{Critical, Info, Warning};
    let (meaning, severity) = match code.as_str() {
        "H10" => ("app crashed", Critical),
        "H11" => ("backlog too deep", Critical),
        "H12" => ("request timeout", Critical),
        "H13" => ("connection closed without response", Critical),
        "H14" => ("no web dynos running", Critical),
        "H15" => ("idle connection", Warning),
        "H16" => ("redirect to herokuapp.com", Warning),
        "H17" => ("poorly formatted response", Warning),
        "H18" => ("server request interrupted", Critical),
        "H19" => ("backend connection timeout", Critical),
        "H20" => ("app boot timeout", Critical),
        "H21" => ("backend connection refused", Critical),
        "H22" => ("connection limit reached", Critical),
        "H23" => ("endpoint misconfigured", Critical),
        "H24" => ("forced close", Critical),
        "H25" => ("HTTP restriction", Critical),
        "H26" => ("request error", Critical),
        "H27" => ("client request interrupted", Info),
        "H28" => ("client connection idle", Warning),
        "H31" => ("misdirected request", Critical),
        "H32" => ("TLS certificate mismatch", Warning),
        "H33" => ("HTTP/2 stream broken", Warning),
        "H34" => ("all dynos quarantined", Critical),
        "H80" => ("maintenance mode", Warning),
        "H81" => ("blank app", Info),
        "H82" => ("dyno hours exhausted", Info),
        "H83" => ("planned service degradation", Info),
        "H99" => ("platform error", Critical),
        "R10" => ("boot timeout", Critical),
        "R11" => ("bad bind", Critical),
        "R12" => ("exit timeout", Warning),
        "R13" => ("attach error", Warning),
        "R14" => ("memory quota exceeded", Critical),
        "R15" => ("memory quota vastly exceeded", Critical),
        "R16" => ("detached", Warning),
        "R17" => ("checksum error", Critical),
        "R99" => ("platform error", Warning),
        "L10" => ("drain buffer overflow", Warning),
        "L11" => ("tail buffer overflow", Warning),
        "L12" => ("local buffer overflow at the sender", Warning),
        "L13" => ("local delivery error at the sender", Critical),
        "L14" => ("certificate validation error", Warning),
        "L15" => ("tail buffer temporarily unavailable", Info),
        other => match proxy::lookup(other) {
            Some(found) => found,
            None => return UNKNOWN,
        },
    };
    Code { meaning, severity }
}

/// The meaning as the name of several: `request timeouts`. One that can't be counted stays as it
/// is.
#[must_use]
pub(crate) fn plural(code: ErrorCode) -> &'static str {
    match code.as_str() {
        "H10" => "app crashes",
        "H12" => "request timeouts",
        "H13" => "connections closed without response",
        "H15" => "idle connections",
        "H16" => "redirects to herokuapp.com",
        "H17" => "poorly formatted responses",
        "H18" => "server requests interrupted",
        "H19" => "backend connection timeouts",
        "H20" => "app boot timeouts",
        "H21" => "backend connections refused",
        "H24" => "forced closes",
        "H25" => "HTTP restrictions",
        "H26" => "request errors",
        "H27" => "client requests interrupted",
        "H28" => "idle client connections",
        "H31" => "misdirected requests",
        "H32" => "TLS certificate mismatches",
        "H33" => "HTTP/2 streams broken",
        "H99" | "R99" => "platform errors",
        "R10" => "boot timeouts",
        "R12" => "exit timeouts",
        "R13" => "attach errors",
        "R17" => "checksum errors",
        "L10" => "drain buffer overflows",
        "L11" => "tail buffer overflows",
        "L12" => "local buffer overflows at the sender",
        "L13" => "local delivery errors at the sender",
        "L14" => "certificate validation errors",
        _ => lookup(code).meaning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_each_listed_code_has_a_meaning() {
        let haproxy = ["CD--", "cR--", "SC--", "sH--", "PR--", "RC--", "IH--", "DD--", "KD--", "UD--", "P---"];
        let haproxy = haproxy.iter().filter_map(|it| it.parse().ok());
        for code in ErrorCode::listed().chain(haproxy) {
            let found = lookup(code);
            assert_ne!(found, UNKNOWN, "{code}");
            let remedy = remedy(code);
            assert!(found.severity != Severity::Critical || !remedy.is_empty(), "{code}");
            assert!(remedy.is_empty() || remedy.ends_with('.'), "{code}: {remedy}");
        }
    }

    #[test]
    fn ok_clients_and_servers_are_told_apart() {
        for (code, severity) in [
            ("CD--", Severity::Info),
            ("DC", Severity::Info),
            ("sH--", Severity::Critical),
            ("UT", Severity::Critical),
            ("endpoint_failure", Severity::Critical),
            ("-1", Severity::Critical),
            ("NR", Severity::Warning),
            ("H77", Severity::Warning),
        ] {
            assert_eq!(code.parse().map(|it| lookup(it).severity), Ok(severity), "{code}");
        }
    }
}
