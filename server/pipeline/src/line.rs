//! One log line: a message with the fields of its header, borrowed from its frame.

/// One syslog message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Line<'a> {
    /// Facility, 0 to 23.
    pub facility: u8,
    /// Severity, 0 (emergency) to 7 (debug). The transport sets it, rarely the application.
    pub severity: u8,
    /// The line's own time, unix milliseconds; `None` if it has none that can be read.
    pub time_ms: Option<i64>,
    /// HOSTNAME: the word `host` over HTTP, the drain's token over TCP.
    pub host: &'a [u8],
    /// APP-NAME: `heroku` or `app` from Heroku.
    pub app: &'a [u8],
    /// PROCID: `web.1`, `router`, an add-on.
    pub proc_id: &'a [u8],
    /// The text, without STRUCTURED-DATA and without its final line end.
    pub msg: &'a [u8],
}
