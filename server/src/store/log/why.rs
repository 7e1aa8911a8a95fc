//! Why a search found nothing: the terms of its filter that match no line on their own. Lines are
//! read as far back as time allows; what was not found by then is not named.

use contract::{
    LogFilter,
    log::{LogWhy, UnmatchedTerm},
    log_filter::{Pattern, quote},
};

use super::{
    block_lines::{BlockLine, BlockLines},
    block_reader::BlockReader,
    compiled_query::CompiledQuery,
    filter::Matcher,
    search::SCAN_BYTES_MAX,
};
use crate::store::{Store, search_slots::Cancel};

/// Lines between two checks whether the search is still wanted.
const LINES_PER_CHECK: usize = 256;

/// A term that no line has matched so far.
struct Probe {
    term: String,
    matcher: Matcher,
    /// Finds lines that have its field, whatever the value, until there is one.
    field: Option<Matcher>,
    is_met: bool,
}

/// Whether there is a line in the span at all, and one of the source that is wanted.
struct Seen {
    source: bool,
    line: bool,
}

impl Probe {
    fn new(term: &str, pattern: &Pattern) -> Option<Self> {
        let matcher = |text: &str| LogFilter::parse(text).ok().map(|it| Matcher::new(&it));
        let field = match pattern {
            Pattern::Field { key, .. } => matcher(&format!("{key}=*")),
            _ => None,
        };
        Some(Self { term: term.to_owned(), matcher: matcher(term)?, field, is_met: false })
    }

    fn is_open(&self) -> bool {
        !self.is_met
    }

    fn look(&mut self, it: &BlockLine<'_>) {
        self.is_met = self.is_met || self.matcher.matches(&it.line);
        self.field = self.field.take().filter(|field| !field.matches(&it.line));
    }
}

/// Says which terms of a query match no line of its span on their own, and whether its source
/// wrote any.
///
/// # Errors
/// If the store can't be read.
pub(crate) async fn unmatched(
    store: &Store,
    app: &str,
    query: &CompiledQuery,
    cancel: &Cancel,
) -> Result<LogWhy, sqlx::Error> {
    let terms = query.filter().wanted_terms();
    let mut probes: Vec<Probe> = terms.iter().filter_map(|it| Probe::new(&it.text, &it.pattern)).collect();
    let mut seen = Seen { source: query.source().is_empty(), line: false };
    let mut blocks = BlockReader::newest_first(store, app, i64::MAX);
    let mut scanned_bytes = 0;
    while let Some(rows) = blocks.next(query.span_ms.clone()).await? {
        for row in rows {
            if cancel.is_over() || scanned_bytes >= SCAN_BYTES_MAX {
                return Ok(LogWhy::default());
            }
            let Some(block) = BlockLines::read(&row)? else { continue };
            scanned_bytes += block.bytes.len() as u64;
            look(&block, query, &mut probes, &mut seen, cancel);
            if seen.line && seen.source && !probes.iter().any(Probe::is_open) {
                return Ok(LogWhy { is_whole: true, ..LogWhy::default() });
            }
        }
    }
    if !seen.line {
        return Ok(LogWhy::default());
    }
    let open = probes.into_iter().filter(Probe::is_open);
    let unmatched = open.map(|it| UnmatchedTerm { term: it.term, is_field_unknown: it.field.is_some() });
    let source = (!seen.source)
        .then(|| UnmatchedTerm { term: format!("source={}", quote(query.source())), is_field_unknown: false });
    Ok(LogWhy { is_whole: true, unmatched: source.into_iter().chain(unmatched).collect() })
}

/// Looks for what is missing in a block.
fn look(block: &BlockLines, query: &CompiledQuery, probes: &mut [Probe], seen: &mut Seen, cancel: &Cancel) {
    let may_match = |probe: &Probe| {
        let has_field = |field: &Matcher| field.may_match(&block.bytes);
        probe.is_open() && (probe.matcher.may_match(&block.bytes) || probe.field.as_ref().is_some_and(has_field))
    };
    let mut wanted: Vec<&mut Probe> = probes.iter_mut().filter(|it| may_match(it)).collect();
    if wanted.is_empty() && seen.source && seen.line {
        return;
    }
    for (n, it) in block.lines().enumerate() {
        if n % LINES_PER_CHECK == 0 && cancel.is_abandoned() {
            return;
        }
        if query.span_ms.contains(&it.at_ms) {
            seen.line = true;
            seen.source = seen.source || query.matches_source(it.line.proc_id);
            wanted.iter_mut().for_each(|probe| probe.look(&it));
        }
    }
}
