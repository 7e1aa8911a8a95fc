//! Error codes in words, and how bad they are. The source of both is Heroku's own list of codes.

use contract::ErrorCode;

/// How bad a code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Requests or dynos are lost.
    Critical,
    /// Somebody should look.
    Warning,
    /// Part of a normal day.
    Info,
}

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// A few words.
    pub meaning: &'static str,
    /// How bad it is.
    pub severity: Severity,
}

impl Severity {
    /// The severity as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What stands for a code that Heroku's list does not have.
pub const UNKNOWN: Code = Code { meaning: "unknown code", severity: Severity::Warning };

/// What a code stands for; an unknown one is a warning.
#[must_use]
pub fn lookup(code: ErrorCode) -> Code {
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
        "H82" => ("dyno hours used up", Info),
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
        "L10" => ("the drain's buffer overflowed", Warning),
        "L11" => ("the tail's buffer overflowed", Warning),
        "L12" => ("the sender's own buffer overflowed", Warning),
        "L13" => ("the sender could not deliver", Critical),
        "L14" => ("the drain's certificate is not valid", Warning),
        "L15" => ("the tail's buffer is unavailable", Info),
        _ => return UNKNOWN,
    };
    Code { meaning, severity }
}
