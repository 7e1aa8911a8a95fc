//! The fields that an app's newest lines have, with their most frequent values: what a search can
//! compare.
//!
//! # Limits
//! [`LINES_MAX`] lines are read, [`FIELDS_MAX`] fields and [`VALUES_MAX`] values of each are
//! counted. A field with more values than that, such as an id, is listed without values.

use std::collections::BTreeMap;

use contract::log::LogField;
use pipeline::{extract, mask::plain};
use serde_json::Value;

use super::{
    block_lines::{BlockLine, BlockLines},
    block_reader::BlockReader,
    compiled_query::CompiledQuery,
    filter::json_of,
};
use crate::store::{Store, search_slots::Cancel};

/// Most lines that are read: enough to see what lines usually have.
const LINES_MAX: usize = 5_000;
/// Most fields that are counted, and that an answer lists.
const FIELDS_MAX: usize = 100;
/// Most values of a field that are counted.
const VALUES_MAX: usize = 50;
/// Most values of a field in an answer.
const VALUES_SHOWN_MAX: usize = 8;
/// Longest name of a field, and longest value, bytes. Longer ones are no help when typing.
const TEXT_BYTES_MAX: usize = 60;

#[derive(Debug, Default)]
struct Seen {
    lines: u64,
    values: BTreeMap<String, u32>,
    has_too_many: bool,
}

/// The fields of the newest lines of a query's span, most frequent first.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn of_newest(
    store: &Store,
    app: &str,
    query: &CompiledQuery,
    cancel: &Cancel,
) -> Result<Vec<LogField>, sqlx::Error> {
    let (mut seen, mut left) = (BTreeMap::new(), LINES_MAX);
    let mut blocks = BlockReader::newest_first(store, app, i64::MAX);
    'all: while let Some(rows) = blocks.next(query.span_ms.clone()).await? {
        for row in rows {
            if cancel.is_over() || left == 0 {
                break 'all;
            }
            let Some(block) = BlockLines::read(&row)? else { continue };
            for it in block.lines().filter(|it| query.span_ms.contains(&it.at_ms)).take(left) {
                left -= 1;
                add(&mut seen, &it);
            }
        }
    }
    let mut fields: Vec<LogField> = seen.into_iter().map(|(name, seen)| seen.answer(name)).collect();
    fields.sort_by(|a, b| b.lines.cmp(&a.lines).then_with(|| a.name.cmp(&b.name)));
    Ok(fields)
}

fn add(seen: &mut BTreeMap<String, Seen>, it: &BlockLine<'_>) {
    for (name, value) in of_line(it.line.proc_id, it.line.msg) {
        if !seen.contains_key(&name) && seen.len() >= FIELDS_MAX {
            continue;
        }
        let field = seen.entry(name).or_default();
        field.lines += 1;
        if value.len() > TEXT_BYTES_MAX || (field.values.len() >= VALUES_MAX && !field.values.contains_key(&value)) {
            field.has_too_many = true;
        } else {
            *field.values.entry(value).or_default() += 1;
        }
    }
}

/// The fields of a masked line with their values, in the order of the line, or of names if it is
/// JSON. Names that a filter can't hold are left out.
#[must_use]
pub(crate) fn of_line(source: &[u8], msg: &[u8]) -> Vec<(String, String)> {
    let shown = plain(msg);
    // Blocks are masked; what does not print is no help in a search.
    let text = |it: &[u8]| String::from_utf8_lossy(it).replace(char::is_control, " ");
    let fields: Vec<(String, String)> = match json_of(&shown) {
        Some(map) => map
            .into_iter()
            .filter_map(|(name, value)| match value {
                Value::String(value) => Some((name, text(value.as_bytes()))),
                Value::Array(_) | Value::Object(_) | Value::Null => None,
                other => Some((name, other.to_string())),
            })
            .collect(),
        None => {
            let pairs = extract::pairs(source, &shown).filter(|it| !it.value.is_empty());
            pairs.map(|it| (text(it.key), text(&it.unescaped()))).collect()
        }
    };
    fields.into_iter().filter(|it| is_name(&it.0)).collect()
}

/// Whether a filter can compare a field of this name.
fn is_name(name: &str) -> bool {
    let is_part = |it: u8| it.is_ascii_alphanumeric() || b"_.#@-".contains(&it);
    name.len() <= TEXT_BYTES_MAX
        && name.bytes().next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && name.bytes().all(is_part)
}

impl Seen {
    fn answer(self, name: String) -> LogField {
        let mut values: Vec<(String, u32)> = if self.has_too_many { vec![] } else { self.values.into_iter().collect() };
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let values = values.into_iter().take(VALUES_SHOWN_MAX).map(|it| it.0).collect();
        LogField { name, lines: self.lines, values }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, msg: &str, expected: &[(&str, &str)]) {
        let fields = of_line(source.as_bytes(), msg.as_bytes());
        let expected: Vec<_> = expected.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect();
        assert_eq!(fields, expected, "{msg}");
    }

    #[test]
    fn ok_fields_of_lines() {
        check("web.1", "done a=1 b=\"say \\\"hi\\\"\" c= 7x=2", &[("a", "1"), ("b", "say \"hi\"")]);
        check("web.1", r#"{"level":"warn","ms":12.5,"tags":[1],"no":null}"#, &[("level", "warn"), ("ms", "12.5")]);
        check(
            "router",
            "method=GET path=\"/a?b=\\\"\" host=h",
            &[("method", "GET"), ("path", "/a?b=\\\""), ("host", "h")],
        );
        check("web.1", "words alone", &[]);
    }
}
