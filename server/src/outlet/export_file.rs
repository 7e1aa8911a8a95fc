//! A file of log lines, masked as they are shown: as text in the form of `heroku logs`, which
//! `streamgauge shuttle` reads again, or as NDJSON with the objects of `/api/v1/apps/{app}/logs`.
//! Knows what a file may hold and how it says that it holds no more. Which lines come is decided
//! elsewhere.
//!
//! ```text
//! 2026-11-23T14:31:07.123000+00:00 app[web.1]: the first line of a text
//!     its second line, after a tab
//! # truncated at 1000000 lines: …
//! ```

use std::fmt;

use contract::{SpanMs, error::excerpt};
use pipeline::mask::masked;
use serde_json::json;

use super::log_line::line_json;
use crate::{
    clock::{push_timestamp, rfc3339},
    store::{log::block_lines::StoredLine, log::search::SCAN_BYTES_MAX},
};

/// Most lines of a file: more than anyone reads, and what spreadsheets and editors still open.
pub(crate) const LINES_MAX: u64 = 1_000_000;
/// Most bytes of a file: a browser that shows the progress holds all of it.
pub(crate) const BYTES_MAX: u64 = 256 << 20;
/// Longest time that a file takes, seconds.
pub(crate) const SECONDS_MAX: u64 = 120;
/// Begins a record about the progress: no line of a file has this byte (RFC 7464 uses it so).
const RECORD_SEPARATOR: u8 = 0x1E;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Ndjson,
}

impl Format {
    /// The format that `format=` names; text unless given.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub(crate) fn from_param(word: Option<&str>) -> Result<Self, String> {
        match word {
            None | Some("" | "text") => Ok(Self::Text),
            Some("ndjson") => Ok(Self::Ndjson),
            Some(other) => Err(format!("expected format= to be text or ndjson, found {:?}", excerpt(other))),
        }
    }

    /// The media type.
    #[must_use]
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// The name of a file about an app and a span:
    /// `checkout-logs-20261123T143107Z-20261123T153107Z.log`.
    #[must_use]
    pub(crate) fn file_name(self, of: &str, span: SpanMs) -> String {
        let time = |at_ms: i64| rfc3339(at_ms.div_euclid(1_000)).replace(['-', ':'], "");
        let extension = match self {
            Self::Text => "log",
            Self::Ndjson => "ndjson",
        };
        format!("{of}-logs-{}-{}.{extension}", time(span.from_ms), time(span.to_ms))
    }
}

/// Why a file holds fewer lines than match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Lines,
    Bytes,
    Scanned,
    Time,
    Stopping,
}

impl fmt::Display for Cut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines => write!(out, "an export has at most {LINES_MAX} lines"),
            Self::Bytes => write!(out, "an export has at most {BYTES_MAX} bytes"),
            Self::Scanned => write!(out, "an export searches at most {SCAN_BYTES_MAX} bytes of lines"),
            Self::Time => write!(out, "an export takes at most {SECONDS_MAX} s"),
            Self::Stopping => out.write_str("the server is stopping"),
        }
    }
}

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct ExportFile {
    format: Format,
    /// Whether each line says its app.
    names_apps: bool,
    lines: u64,
    bytes: u64,
    buffer: Vec<u8>,
}

impl ExportFile {
    /// An empty file.
    #[must_use]
    pub(crate) const fn new(format: Format, names_apps: bool) -> Self {
        Self { format, names_apps, lines: 0, bytes: 0, buffer: vec![] }
    }

    /// Adds a line of an app.
    ///
    /// # Errors
    /// If the file has as many lines or bytes as it may have; then the line is not added.
    pub(crate) fn add(&mut self, app: &str, line: &StoredLine) -> Result<(), Cut> {
        if self.lines >= LINES_MAX {
            return Err(Cut::Lines);
        }
        let begin = self.buffer.len();
        match self.format {
            Format::Text => self.add_text(app, line),
            Format::Ndjson => {
                let mut json = line_json(line, usize::MAX);
                if self.names_apps {
                    json["of"] = json!(app);
                }
                self.buffer.extend_from_slice(json.to_string().as_bytes());
            }
        }
        self.buffer.push(b'\n');
        let bytes = self.bytes + (self.buffer.len() - begin) as u64;
        if bytes > BYTES_MAX {
            self.buffer.truncate(begin);
            return Err(Cut::Bytes);
        }
        (self.lines, self.bytes) = (self.lines + 1, bytes);
        Ok(())
    }

    fn add_text(&mut self, app: &str, line: &StoredLine) {
        let out = &mut self.buffer;
        if self.names_apps {
            out.extend_from_slice(app.as_bytes());
            out.push(b' ');
        }
        push_timestamp(out, line.at_ms.saturating_mul(1_000));
        out.extend_from_slice(format!(" {}[{}]: ", line.app, line.source).as_bytes());
        // So that no line of a text can pass for one of the file.
        out.extend_from_slice(masked(&line.text, usize::MAX).replace('\n', "\n\t").as_bytes());
    }

    /// Says at the end that lines are missing, and where to go on: lines of `app`, and of the apps
    /// behind it if the file is about all, before that time (unix milliseconds) are in the file.
    pub(crate) fn truncate(&mut self, why: Cut, app: &str, reached_ms: i64) {
        let (lines, bytes) = (self.lines, self.bytes);
        let from_s = reached_ms.div_euclid(1_000);
        let end = match self.format {
            Format::Text => {
                let of = if self.names_apps { format!(" in {app}") } else { String::new() };
                format!("# truncated at {lines} lines: {why}; go on{of} with from={}", rfc3339(from_s))
            }
            Format::Ndjson => {
                let mut end = json!({ "lines": lines, "bytes": bytes, "why": why.to_string(), "from": from_s });
                if self.names_apps {
                    end["app"] = json!(app);
                }
                json!({ "truncated": end }).to_string()
            }
        };
        self.buffer.extend_from_slice(end.as_bytes());
        self.buffer.push(b'\n');
    }

    /// Adds a record about the progress, which belongs to no file: thousandths of the span that are
    /// searched, the lines so far, and at the end why there are no more.
    pub(crate) fn tell(&mut self, share: u16, cut: Option<Cut>) {
        let record = json!({ "share": share, "lines": self.lines, "cut": cut.map(|it| it.to_string()) });
        self.buffer.push(RECORD_SEPARATOR);
        self.buffer.extend_from_slice(record.to_string().as_bytes());
        self.buffer.push(b'\n');
    }

    /// Bytes that wait to be sent.
    #[must_use]
    pub(crate) const fn waiting_bytes(&self) -> usize {
        self.buffer.len()
    }

    /// Takes the bytes that wait to be sent.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use contract::{Level, LineId};

    use super::*;

    fn line(text: &str) -> StoredLine {
        StoredLine {
            id: LineId { block: 812, index: 7 },
            at_ms: 1_790_000_000_123,
            app: "app".to_owned(),
            source: "web.1".to_owned(),
            severity: 6,
            level: Level::Other,
            text: text.as_bytes().to_vec(),
            bytes: text.len() as u64,
        }
    }

    fn written(mut file: ExportFile) -> String {
        String::from_utf8_lossy(&file.take()).into_owned()
    }

    #[track_caller]
    fn check(format: Format, names_apps: bool, text: &str, expected: &str) {
        let mut file = ExportFile::new(format, names_apps);
        assert_eq!(file.add("shop", &line(text)), Ok(()));
        assert_eq!(written(file), expected);
    }

    #[test]
    fn ok_lines_of_each_format() {
        let head = "2026-09-21T14:13:20.123000+00:00 app[web.1]:";
        check(Format::Text, false, "hello", &format!("{head} hello\n"));
        check(Format::Text, true, "hello", &format!("shop {head} hello\n"));
        check(Format::Text, false, "password=hunter2 \u{1e}", &format!("{head} password=*** \u{241e}\n"));
        check(Format::Text, false, "one\n# truncated at 1", &format!("{head} one\n\t# truncated at 1\n"));
        let fields = "\"at_ms\":1790000000123,\"bytes\":5,\"id\":\"812-7\",\"level\":\"\"";
        let rest = "\"severity\":6,\"source\":\"web.1\",\"text\":\"hello\"}\n";
        check(Format::Ndjson, false, "hello", &format!("{{\"app\":\"app\",{fields},{rest}"));
        check(Format::Ndjson, true, "hello", &format!("{{\"app\":\"app\",{fields},\"of\":\"shop\",{rest}"));
    }

    #[test]
    fn ok_a_text_is_read_by_the_shuttle() {
        use crate::shuttle::line_format::{InputFormat, LineFormat};
        let mut file = ExportFile::new(Format::Text, false);
        assert_eq!(file.add("shop", &line("hello")), Ok(()));
        let text = written(file);
        assert!(matches!(InputFormat::Auto.detect(text.as_bytes()), LineFormat::Cli(it) if it.proc_id == b"web.1"));
    }

    #[test]
    fn ok_the_end_says_why_and_where_to_go_on() {
        let end = |format, names_apps| {
            let mut file = ExportFile::new(format, names_apps);
            file.truncate(Cut::Time, "shop", 1_790_000_000_999);
            written(file)
        };
        let why = "# truncated at 0 lines: an export takes at most 120 s; go on";
        assert_eq!(end(Format::Text, false), format!("{why} with from=2026-09-21T14:13:20Z\n"));
        assert_eq!(end(Format::Text, true), format!("{why} in shop with from=2026-09-21T14:13:20Z\n"));
        let why =
            "{\"truncated\":{\"bytes\":0,\"from\":1790000000,\"lines\":0,\"why\":\"an export takes at most 120 s\"}}\n";
        assert_eq!(end(Format::Ndjson, false), why);
    }

    #[test]
    fn err_more_than_a_file_may_hold() {
        let mut file = ExportFile { lines: LINES_MAX, ..ExportFile::new(Format::Text, false) };
        assert_eq!(file.add("shop", &line("x")), Err(Cut::Lines));
        let mut file = ExportFile { bytes: BYTES_MAX - 10, ..ExportFile::new(Format::Text, false) };
        assert_eq!((file.add("shop", &line("x")), file.waiting_bytes()), (Err(Cut::Bytes), 0));
    }

    #[test]
    fn ok_a_name_says_app_and_span() {
        let span = SpanMs { from_ms: 1_790_000_000_000, to_ms: 1_790_003_600_000 };
        let name = Format::Text.file_name("shop", span);
        assert_eq!(name, "shop-logs-20260921T141320Z-20260921T151320Z.log");
        assert!(Format::Ndjson.file_name("shop", span).ends_with(".ndjson"));
    }
}
