//! Joins the parts of lines in the files of container runtimes. Other lines pass as they are.
//!
//! Parts of stdout and stderr may be mixed. Then the lines that begin after an open one wait for
//! it, so that no position of the file lies within a line.

use pipeline::extract::container;

use crate::shuttle::input::WholeLine;

/// Most bytes that wait for the last part of a line. A container that writes more without a line
/// end gets several lines.
const HELD_BYTES_MAX: usize = 256 << 10;
/// Most lines that wait behind an open one.
const HELD_LINES_MAX: usize = 1_000;

/// Joins the parts of one file.
#[derive(Debug)]
pub(crate) struct Parts {
    /// Whether the forms of container runtimes are read at all.
    is_on: bool,
    held: Vec<Held>,
    held_bytes: usize,
    plain: Vec<u8>,
}

#[derive(Debug)]
struct Held {
    text: Vec<u8>,
    at_us: i64,
    /// Whether it is stderr's; `None` for a line of no container.
    is_stderr: Option<bool>,
    is_open: bool,
}

impl Parts {
    /// Reads the forms of container runtimes if it `is_on`.
    pub(crate) const fn new(is_on: bool) -> Self {
        Self { is_on, held: Vec::new(), held_bytes: 0, plain: Vec::new() }
    }

    /// Whether a line waits for its end.
    pub(crate) const fn is_waiting(&self) -> bool {
        !self.held.is_empty()
    }

    /// Adds a line of the file, with its LF, that ends at this offset.
    pub(crate) fn push(&mut self, line: &[u8], read_us: i64, end: u64, out: &mut Vec<WholeLine>) {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let entry = if self.is_on { container::read(text, &mut self.plain) } else { None };
        match entry {
            None => {
                self.held_bytes += line.len();
                self.held.push(Held { text: line.to_vec(), at_us: read_us, is_stderr: None, is_open: false });
            }
            Some(entry) => {
                let is_stderr = Some(entry.stream == b"stderr");
                let at_us = entry.time_ms.map_or(read_us, |it| it.saturating_mul(1_000));
                self.held_bytes += entry.text.len();
                match self.held.iter_mut().rfind(|it| it.is_open && it.is_stderr == is_stderr) {
                    Some(open) => {
                        open.text.extend_from_slice(entry.text);
                        open.is_open = entry.is_partial;
                    }
                    None => {
                        let (text, is_open) = (entry.text.to_vec(), entry.is_partial);
                        self.held.push(Held { text, at_us, is_stderr, is_open });
                    }
                }
            }
        }
        let is_too_much = self.held_bytes > HELD_BYTES_MAX || self.held.len() > HELD_LINES_MAX;
        if is_too_much || !self.held.iter().any(|it| it.is_open) {
            self.flush(end, out);
        }
    }

    /// Gives what waits as it is.
    pub(crate) fn flush(&mut self, end: u64, out: &mut Vec<WholeLine>) {
        let last = self.held.len().saturating_sub(1);
        for (place, mut held) in self.held.drain(..).enumerate() {
            if held.is_stderr.is_some() {
                held.text.push(b'\n');
            }
            out.push(WholeLine { text: held.text, at_us: held.at_us, end: (place == last).then_some(end) });
        }
        self.held_bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-27T10:00:00.916508402Z";
    const AT_US: i64 = 1_795_773_600_916_000;

    /// Texts with the end that they have, `~` for none; `!` before those with the time of reading.
    fn joined(is_on: bool, lines: &[String]) -> Vec<String> {
        let (mut parts, mut out, mut at) = (Parts::new(is_on), Vec::new(), 0);
        for line in lines {
            at += line.len() as u64;
            parts.push(line.as_bytes(), 1, at, &mut out);
        }
        parts.flush(at, &mut out);
        let told = out.iter().map(|line| {
            assert!(matches!(line.at_us, 1 | AT_US), "{}", line.at_us);
            let read = if line.at_us == 1 { "!" } else { "" };
            let end = line.end.map_or("~".to_owned(), |it| it.to_string());
            format!("{read}{}{end}", String::from_utf8_lossy(&line.text))
        });
        told.collect()
    }

    fn docker(log: &str, stream: &str) -> String {
        format!("{{\"log\":\"{log}\",\"stream\":\"{stream}\",\"time\":\"{AT}\"}}\n")
    }

    #[test]
    fn ok_docker() {
        let lines = [docker("a\\t", "stdout"), docker("b\\n", "stdout"), docker("c\\n", "stderr")];
        let lengths: Vec<_> = lines.iter().map(String::len).collect();
        let ends = [lengths[0] + lengths[1], lengths.iter().sum()];
        assert_eq!(joined(true, &lines), [format!("a\tb\n{}", ends[0]), format!("c\n{}", ends[1])]);
    }

    #[test]
    fn ok_mixed_streams_of_cri() {
        let lines = [("stdout P", "a"), ("stderr P", "x"), ("stdout F", "b"), ("stderr F", "y"), ("stdout F", "")]
            .map(|it| format!("{AT} {} {}\n", it.0, it.1));
        let before_last = lines[..4].iter().map(String::len).sum::<usize>();
        let all = before_last + lines[4].len();
        assert_eq!(joined(true, &lines), ["ab\n~".to_owned(), format!("xy\n{before_last}"), format!("\n{all}")]);
    }

    #[test]
    fn ok_other_lines_pass() {
        let lines = ["plain\r\n".to_owned(), "{\"log\":1}\n".to_owned(), docker("a\\n", "stdout")];
        assert_eq!(joined(true, &lines)[..2], ["!plain\r\n7", "!{\"log\":1}\n17"]);
        assert!(joined(false, &lines)[2].starts_with("!{\"log\":\"a"));
    }

    #[test]
    fn err_no_line_waits_for_ever() {
        let part = docker(&"x".repeat(16 << 10), "stdout");
        let (mut parts, mut out) = (Parts::new(true), Vec::new());
        (0..40).for_each(|_| parts.push(part.as_bytes(), 1, 1, &mut out));
        assert_eq!(out.iter().map(|it| it.text.len()).collect::<Vec<_>>(), [(17 << 14) + 1; 2]);
        let (mut parts, mut out) = (Parts::new(true), Vec::new());
        parts.push(docker("open", "stderr").as_bytes(), 1, 1, &mut out);
        (0..HELD_LINES_MAX).for_each(|_| parts.push(b"\n", 1, 1, &mut out));
        assert_eq!(out.len(), HELD_LINES_MAX + 1);
    }
}
