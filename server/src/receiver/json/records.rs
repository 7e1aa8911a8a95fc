//! Cuts a body into records: an object is one, and so is each element of an array. Any other line
//! is text.
//!
//! A line that begins like JSON and is none stays a line of text, because nobody else keeps it.
//! Where the sender has stated JSON, it counts as a loss as well. The work is linear in the body:
//! once a value has no end, further ones have to end on their line.

use memchr::memchr;

use super::raw::{each_element, first_value, kind};

/// What a body is made of.
#[derive(Debug)]
pub(crate) enum Item<'a> {
    /// The text of a JSON object. It is whole, and its fields are not read yet.
    Object(&'a str),
    /// A line of text, or a string of an array as it is written.
    Line(&'a str),
    String(&'a str),
    /// A record that cannot be used, with the reason.
    Lost(String),
}

/// Gives the records of a body in order. `is_json`: whether the sender has stated JSON.
pub(crate) fn each_record<'a>(body: &'a str, is_json: bool, mut found: impl FnMut(Item<'a>)) {
    let mut reader = Reader { rest: body, is_json, is_by_line: false };
    while reader.next(&mut found) {}
}

struct Reader<'a> {
    rest: &'a str,
    is_json: bool,
    /// Whether a value has to end on the line on which it begins.
    is_by_line: bool,
}

impl<'a> Reader<'a> {
    fn next(&mut self, found: &mut impl FnMut(Item<'a>)) -> bool {
        self.rest = self.rest.trim_start_matches(['\n', '\r', '\u{feff}']);
        if self.rest.is_empty() {
            return false;
        }
        let value = self.rest.trim_start_matches([' ', '\t']);
        match value.as_bytes().first() {
            Some(b'{' | b'[') => self.value(value, found),
            // Between two objects, and at the end of a line of spaces.
            None | Some(b'\n' | b'\r') => self.rest = value,
            Some(b',') if self.is_json => self.rest = &value[1..],
            Some(_) => {
                let line = self.line();
                found(Item::Line(line));
            }
        }
        true
    }

    fn value(&mut self, value: &'a str, found: &mut impl FnMut(Item<'a>)) {
        let scope = if self.is_by_line { &value[..line_end(value)] } else { value };
        match first_value(scope) {
            Ok((first, _)) if first.starts_with('{') => {
                found(Item::Object(first));
                self.rest = &value[first.len()..];
            }
            // A line such as `[1] done` is text.
            Ok((first, rest)) if self.is_json || rest.trim_start_matches([' ', '\t', '\r']).is_empty_line() => {
                // It is whole, so all its elements are given.
                let _whole = each_element(first, |element| found(of_element(element)));
                self.rest = &value[first.len()..];
            }
            Ok(_) => found(Item::Line(self.line())),
            Err(error) => self.broken(value, scope, &error, found),
        }
    }

    fn broken(&mut self, value: &'a str, scope: &'a str, error: &serde_json::Error, found: &mut impl FnMut(Item<'a>)) {
        self.is_by_line |= error.is_eof();
        let why = || format!("expected JSON: {error}");
        let mut elements = 0_u64;
        if value.starts_with('[') && self.is_json {
            let _broken = each_element(scope, |element| {
                elements += 1;
                found(of_element(element));
            });
        }
        if elements > 0 {
            // The elements before the damage count. Where the next one begins, nobody knows.
            self.rest = &value[scope.len()..];
        } else {
            found(Item::Line(self.line()));
        }
        if self.is_json {
            found(Item::Lost(why()));
        }
    }

    /// Takes the rest of the line.
    fn line(&mut self) -> &'a str {
        let (line, rest) = self.rest.split_at(line_end(self.rest));
        self.rest = rest;
        line.strip_suffix('\r').unwrap_or(line)
    }
}

trait EmptyLine {
    fn is_empty_line(&self) -> bool;
}

impl EmptyLine for str {
    fn is_empty_line(&self) -> bool {
        self.is_empty() || self.starts_with('\n')
    }
}

fn line_end(text: &str) -> usize {
    memchr(b'\n', text.as_bytes()).unwrap_or(text.len())
}

fn of_element(element: &str) -> Item<'_> {
    match element.as_bytes().first() {
        Some(b'{') => Item::Object(element),
        Some(b'"') => Item::String(element),
        _ => Item::Lost(format!("expected an object or a string in the array, found {}", kind(element))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, is_json: bool, expected: &[&str]) {
        let mut found = vec![];
        each_record(body, is_json, |item| {
            found.push(match item {
                Item::Object(text) => format!("object {text}"),
                Item::Line(text) => format!("line {text}"),
                Item::String(text) => format!("string {text}"),
                Item::Lost(_) => "lost".to_owned(),
            });
        });
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn ok_every_form() {
        check("", true, &[]);
        check(" \r\n\n", true, &[]);
        check("{\"a\":1}\n{\"b\":2}\r\n", true, &["object {\"a\":1}", "object {\"b\":2}"]);
        check("{\"a\":1}{\"b\":2},{}", true, &["object {\"a\":1}", "object {\"b\":2}", "object {}"]);
        check("[{\"a\":1}, \"x\"]", true, &["object {\"a\":1}", "string \"x\""]);
        check("{\n \"a\": 1\n}\n", true, &["object {\n \"a\": 1\n}"]);
        check("\u{feff}[]", true, &[]);
    }

    #[test]
    fn ok_text_stays_text() {
        check("one\n\ttwo\n{\"a\":1}\n", false, &["line one", "line \ttwo", "object {\"a\":1}"]);
        check("[12] done\n[2026-11-27] x\n{curly\n", false, &["line [12] done", "line [2026-11-27] x", "line {curly"]);
    }

    #[test]
    fn err_bad_records_cost_only_themselves() {
        check("{\"a\":\n{\"b\":2}\n", true, &["line {\"a\":", "lost", "object {\"b\":2}"]);
        check("{\"a\":\"x\n{\"b\":2}", true, &["line {\"a\":\"x", "lost", "object {\"b\":2}"]);
        check("[1,{},null", true, &["lost", "object {}", "lost", "lost"]);
        check("[1,[],true,{}]", true, &["lost", "lost", "lost", "object {}"]);
        check("NaN", true, &["line NaN"]);
    }

    #[test]
    fn ok_the_work_is_linear() {
        let body = "{\"a\":\n".repeat(1 << 20);
        let mut lines = 0_u64;
        each_record(&body, true, |item| lines += u64::from(matches!(item, Item::Line(_))));
        assert_eq!(lines, 1 << 20);
    }
}
