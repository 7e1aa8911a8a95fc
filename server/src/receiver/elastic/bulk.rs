//! The body of `_bulk`: a line with the action, then a line with the document. `create` and `index`
//! become lines. A `delete`, which has no second line, and an `update` are refused one by one.
//!
//! # Limits
//! [`ITEMS_MAX`], because the reply names each one.

use std::fmt::Write as _;

use memchr::memchr;

use crate::receiver::{
    app_frames::AppFrames,
    json::{raw::each_field, record::Record},
};

/// Most documents of one request; shippers send 50 to 5,000. The reply takes 36 bytes for each.
pub(crate) const ITEMS_MAX: usize = 50_000;

/// What is done with a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Create,
    Index,
    Update,
    Delete,
}

/// Why a document was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    /// Only new documents can be taken.
    Action,
    /// It is no JSON object, or cannot become a line.
    Document,
}

/// What became of each document.
#[derive(Debug, Default)]
pub(crate) struct Items(Vec<(Option<Action>, Option<Refusal>)>);

impl Items {
    /// Writes the lines of a body; `None` if it has too many documents.
    pub(crate) fn write(body: &str, frames: &mut AppFrames) -> Option<Self> {
        let mut items = Self::default();
        let mut rest = body;
        while let Some(line) = next_line(&mut rest) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            if items.0.len() >= ITEMS_MAX {
                return None;
            }
            let action = action(line);
            let is_alone = matches!(action, None | Some(Action::Delete));
            let document = if is_alone { "" } else { next_line(&mut rest).unwrap_or_default() };
            let refusal = match action {
                Some(Action::Create | Action::Index) => document_refusal(document, frames),
                Some(Action::Update | Action::Delete) | None => Some(Refusal::Action),
            };
            if refusal == Some(Refusal::Action) {
                frames.lose(|| "expected create or index as the action of _bulk".into());
            }
            items.0.push((action, refusal));
        }
        Some(items)
    }

    /// The reply.
    pub(crate) fn reply(&self) -> String {
        let has_errors = self.0.iter().any(|it| it.1.is_some());
        let mut reply = format!("{{\"took\":0,\"errors\":{has_errors},\"items\":[");
        for (at, (action, refusal)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let (word, created) = match action {
                Some(Action::Create) => ("create", 201),
                Some(Action::Index) | None => ("index", 201),
                Some(Action::Update) => ("update", 200),
                Some(Action::Delete) => ("delete", 200),
            };
            // Writing to a `String` cannot fail.
            let _written = match refusal {
                None => write!(reply, "{comma}{{\"{word}\":{{\"status\":{created}}}}}"),
                Some(refusal) => {
                    let (kind, reason) = refusal.words();
                    write!(
                        reply,
                        "{comma}{{\"{word}\":{{\"status\":400,\"error\":{{\"type\":\"{kind}\",\"reason\":\"{reason}\"}}}}}}"
                    )
                }
            };
        }
        reply.push_str("]}");
        reply
    }
}

impl Refusal {
    /// Its type in Elasticsearch's words, and a sentence.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Action => ("illegal_argument_exception", "expected create or index: lines are only added"),
            Self::Document => ("mapper_parsing_exception", "expected a JSON object whose app is known"),
        }
    }
}

fn next_line<'a>(rest: &mut &'a str) -> Option<&'a str> {
    if rest.is_empty() {
        return None;
    }
    let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    let line = &rest[..end];
    *rest = rest.get(end + 1..).unwrap_or_default();
    Some(line)
}

/// The action of a line: an object with one field.
fn action(line: &str) -> Option<Action> {
    let mut found = None;
    let whole = each_field(line, |name, _| {
        found = match &*name {
            "create" => Some(Action::Create),
            "index" => Some(Action::Index),
            "update" => Some(Action::Update),
            "delete" => Some(Action::Delete),
            _ => None,
        };
    });
    found.filter(|_| whole.is_ok())
}

fn document_refusal(document: &str, frames: &mut AppFrames) -> Option<Refusal> {
    match Record::of(document) {
        Ok(record) => (!record.write(document.trim_ascii(), frames)).then_some(Refusal::Document),
        Err(error) => {
            frames.lose(|| format!("expected a document: {error}"));
            Some(Refusal::Document)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let mut frames = AppFrames::of(&Arc::from("app"));
        let reply = Items::write(body, &mut frames).map(|it| it.reply());
        let expected = format!("{{\"took\":0,{expected}}}");
        assert_eq!(reply, Some(expected), "{body}");
    }

    #[test]
    fn ok_new_documents() {
        check(
            "{\"create\":{}}\n{\"message\":\"one\"}\n{\"index\":{\"_index\":\"x\"}}\r\n{\"message\":\"two\"}\n\n",
            r#""errors":false,"items":[{"create":{"status":201}},{"index":{"status":201}}]"#,
        );
        check("", r#""errors":false,"items":[]"#);
    }

    #[test]
    fn err_each_item_for_itself() {
        let action =
            r#"{"type":"illegal_argument_exception","reason":"expected create or index: lines are only added"}"#;
        let document = r#"{"type":"mapper_parsing_exception","reason":"expected a JSON object whose app is known"}"#;
        check(
            "{\"delete\":{\"_id\":\"1\"}}\n{\"create\":{}}\n{\"message\":\"one\"}\n{\"update\":{}}\n{\"doc\":{}}\n",
            &format!(
                r#""errors":true,"items":[{{"delete":{{"status":400,"error":{action}}}}},{{"create":{{"status":201}}}},{{"update":{{"status":400,"error":{action}}}}}]"#
            ),
        );
        check(
            "{\"create\":{}}\nNaN\n",
            &format!(r#""errors":true,"items":[{{"create":{{"status":400,"error":{document}}}}}]"#),
        );
        check("{\"index\":{}}", &format!(r#""errors":true,"items":[{{"index":{{"status":400,"error":{document}}}}}]"#));
        check("what\n", &format!(r#""errors":true,"items":[{{"index":{{"status":400,"error":{action}}}}}]"#));
    }

    #[test]
    fn err_too_many_documents() {
        let mut frames = AppFrames::of(&Arc::from("app"));
        assert!(Items::write(&"{\"index\":{}}\n{}\n".repeat(ITEMS_MAX + 1), &mut frames).is_none());
    }
}
