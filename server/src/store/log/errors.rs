//! Groups the error lines of an app by what stays the same in them, newest lines first.
//!
//! # Limits
//! [`GROUPS_MAX`] groups, and those of a search. The counts of the groups that are kept are exact:
//! a group is kept from its newest line on, and lines of groups that found no room are counted
//! together.

use contract::{
    Level, LogFilter,
    errors_page::{ErrorGroup, ErrorGroups},
};
use pipeline::{fold, level};
use rustc_hash::FxHashMap;

use super::{
    block_lines::{BlockLine, BlockLines},
    block_reader::{BlockReader, received_ms},
    compiled_query::CompiledQuery,
    search::SCAN_BYTES_MAX,
};
use crate::store::{Store, search_slots::Cancel};

/// Most groups: more than a person looks through.
const GROUPS_MAX: usize = 200;
/// Parts of the span in which the lines of a group are counted.
const PARTS: usize = 48;
/// Lines between two checks whether the search is still wanted.
const LINES_PER_CHECK: usize = 1_024;
/// Most texts of a group's search, and the shortest of them, bytes.
const TEXTS_MAX: usize = 4;
const TEXT_BYTES_MIN: usize = 3;

/// Groups the errors of a query's span until it is cancelled.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn groups(
    store: &Store,
    app: &str,
    query: &CompiledQuery,
    cancel: &Cancel,
) -> Result<ErrorGroups, sqlx::Error> {
    let span_ms = &query.span_ms;
    let mut found = ErrorGroups { from_ms: span_ms.start, to_ms: span_ms.end, ..ErrorGroups::default() };
    let mut by_text = FxHashMap::default();
    let mut blocks = BlockReader::newest_first(store, app, i64::MAX);
    let mut reached_ms = i64::MAX;
    'all: while let Some(rows) = blocks.next(span_ms.clone()).await? {
        for row in rows {
            if cancel.is_over() || found.scanned_bytes >= SCAN_BYTES_MAX {
                found.from_ms = reached_ms.clamp(span_ms.start, span_ms.end);
                break 'all;
            }
            reached_ms = received_ms(&row)?;
            let block = BlockLines::read(&row)?;
            drop(row);
            let Some(block) = block else { continue };
            found.scanned_bytes += block.bytes.len() as u64;
            add_block(&block, query, cancel, &mut by_text, &mut found);
        }
    }
    found.groups.sort_by_key(|it| std::cmp::Reverse(it.last_ms));
    Ok(found)
}

/// Adds the errors of a block. `by_text` is where each group is.
fn add_block(
    block: &BlockLines,
    query: &CompiledQuery,
    cancel: &Cancel,
    by_text: &mut FxHashMap<String, usize>,
    found: &mut ErrorGroups,
) {
    for (n, it) in block.lines().enumerate() {
        if n % LINES_PER_CHECK == 0 && cancel.is_abandoned() {
            return;
        }
        if level::of(&it.line) != Level::Error || !query.span_ms.contains(&it.at_ms) || !query.matches(&it.line) {
            continue;
        }
        let text = fold::line(&it.line);
        let place = by_text.get(&text).copied().or_else(|| {
            (found.groups.len() < GROUPS_MAX).then(|| {
                by_text.insert(text.clone(), found.groups.len());
                found.groups.push(new_group(block, &it, text));
                found.groups.len() - 1
            })
        });
        match place {
            Some(place) => count(&mut found.groups[place], block, &it, query),
            None => found.others += 1,
        }
    }
}

fn new_group(block: &BlockLines, it: &BlockLine<'_>, text: String) -> ErrorGroup {
    let filter = filter_of(&text);
    ErrorGroup {
        filter,
        text,
        first_ms: it.at_ms,
        last_ms: i64::MIN,
        counts: vec![0; PARTS],
        newest: block.id(it.index),
        ..ErrorGroup::default()
    }
}

fn count(group: &mut ErrorGroup, block: &BlockLines, it: &BlockLine<'_>, query: &CompiledQuery) {
    group.count += 1;
    group.first_ms = group.first_ms.min(it.at_ms);
    if it.at_ms >= group.last_ms {
        group.last_ms = it.at_ms;
        group.newest = block.id(it.index);
        group.source = String::from_utf8_lossy(it.line.proc_id).into_owned();
    }
    let length_ms = (query.span_ms.end - query.span_ms.start).max(1);
    let part = usize::try_from((it.at_ms - query.span_ms.start) * PARTS as i64 / length_ms).unwrap_or(0);
    if let Some(part) = group.counts.get_mut(part) {
        *part = part.saturating_add(1);
    }
}

/// A search for the lines of a group: the longest texts between what was folded. It may find some
/// other lines too.
fn filter_of(text: &str) -> String {
    let mut texts: Vec<&str> = text.split(['#', '…']).map(|it| it.trim_matches(['"', '\'', '`', ' '])).collect();
    texts.retain(|it| it.len() >= TEXT_BYTES_MIN && it.chars().any(char::is_alphabetic));
    texts.sort_by_key(|it| std::cmp::Reverse(it.len()));
    texts.truncate(TEXTS_MAX);
    let filter: Vec<String> = texts.iter().map(|it| exact(it)).collect();
    let filter = filter.join(" ");
    // What can't be searched for is no search: the line itself is still a click away.
    if LogFilter::parse(&filter).is_ok() { filter } else { String::new() }
}

/// A text in quotes.
fn exact(text: &str) -> String {
    ["\"", &text.replace('\\', "\\\\").replace('"', "\\\""), "\""].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_searches_for_groups() {
        for (text, expected) in [
            ("Timeout after #ms for user #", r#""Timeout after" "ms for user""#),
            ("no \"…\" in 'x' #", r#""in 'x""#),
            ("code=H12 desc=\"Request timeout\"", r#""code=H12 desc=\"Request timeout""#),
            ("#", ""),
        ] {
            assert_eq!(filter_of(text), expected, "{text}");
            assert!(LogFilter::parse(&filter_of(text)).is_ok());
        }
    }
}
