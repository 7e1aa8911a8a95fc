//! A [`LogQuery`] ready to be matched against lines: its filter is parsed and its time is a span.
//! Made in this place only.

use std::ops::Range;

use contract::{Level, LogFilter, LogKind, LogQuery, log_filter::LogFilterError};
use memchr::memmem;
use pipeline::{Line, level};

use super::{block_lines::BlockLines, endpoint_of::EndpointOf, filter::Matcher};
use crate::store::words::{BlockCounts, Wanted};

/// Which lines match.
#[derive(Clone, Debug)]
pub(crate) struct CompiledQuery {
    filter: LogFilter,
    matcher: Matcher,
    wanted: Wanted,
    source: String,
    kind: Option<LogKind>,
    level: Option<Level>,
    endpoint: Option<EndpointOf>,
    /// Times of the lines, unix milliseconds.
    pub span_ms: Range<i64>,
    /// Number of the newest block to search.
    pub through: i64,
    /// How many lines are wanted at most.
    pub limit: usize,
}

impl CompiledQuery {
    /// What a query means at the moment `now_ms`, unix milliseconds. Its cursor is brought into its
    /// span.
    ///
    /// # Errors
    /// If its filter is not valid.
    pub(crate) fn new(query: &LogQuery, now_ms: i64) -> Result<Self, LogFilterError> {
        let span = query.time.resolve(now_ms.div_euclid(1_000)).ms();
        let to_ms = query.before.map_or(span.to_ms, |it| span.nearest(it.at_ms()));
        Ok(Self { span_ms: span.from_ms..to_ms, ..Self::at_any_time(query)? })
    }

    /// The same for lines of any time: a tail takes them as they arrive, whenever they were
    /// written.
    ///
    /// # Errors
    /// If the filter is not valid.
    pub(crate) fn at_any_time(query: &LogQuery) -> Result<Self, LogFilterError> {
        let filter = LogFilter::parse(&query.filter)?;
        Ok(Self {
            matcher: Matcher::new(&filter),
            wanted: Wanted::of(filter.expr()),
            filter,
            source: query.source.clone(),
            kind: query.kind,
            level: query.level,
            endpoint: EndpointOf::new(&query.endpoint),
            span_ms: i64::MIN..i64::MAX,
            through: query.through.unwrap_or(i64::MAX),
            limit: query.limit.lines(),
        })
    }

    /// Texts of the filter that are highlighted in matching lines.
    #[must_use]
    pub(crate) fn highlights(&self) -> Vec<String> {
        self.filter.highlights()
    }

    /// Whether a line matches, whatever its time.
    #[must_use]
    pub(crate) fn matches(&self, line: &Line<'_>) -> bool {
        self.matches_source(line.proc_id)
            && self.kind.is_none_or(|it| it == kind(line))
            && self.level.is_none_or(|it| it == level::of(line))
            && self.endpoint.as_ref().is_none_or(|it| it.has(line))
            && self.matcher.matches(line)
    }

    /// What the tokens of a block must be for one of its lines to match.
    #[must_use]
    pub(crate) const fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// The lines of a block that match, as far as the counts of the block tell.
    #[must_use]
    pub(super) fn counted(&self, block: &BlockCounts, level: Option<Level>) -> Option<u32> {
        let is_counted = self.filter.is_empty() && self.source.is_empty() && self.endpoint.is_none();
        let is_possible = self.level.is_none() || level.is_none() || self.level == level;
        is_counted.then(|| if is_possible { block.lines(self.kind, level.or(self.level)) } else { 0 })
    }

    /// The filter that lines are matched with.
    #[must_use]
    pub(super) const fn filter(&self) -> &LogFilter {
        &self.filter
    }

    /// The source that lines are of; empty for every source.
    #[must_use]
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// Whether a line is of the source that is wanted.
    #[must_use]
    pub(super) fn matches_source(&self, proc_id: &[u8]) -> bool {
        if self.source.is_empty() {
            return true;
        }
        let rest = proc_id.strip_prefix(self.source.as_bytes());
        rest.is_some_and(|it| it.is_empty() || (it.first() == Some(&b'.') && !self.source.contains('.')))
    }

    /// Whether a block may hold lines that match, found out without parsing it.
    #[must_use]
    pub(crate) fn may_match(&self, block: &BlockLines) -> bool {
        block.number <= self.through
            && self.matcher.may_match(&block.bytes)
            && memmem::find(&block.bytes, self.source.as_bytes()).is_some()
    }
}

/// The kind of a line.
pub(crate) fn kind(line: &Line<'_>) -> LogKind {
    match (line.proc_id, line.app) {
        (b"router", _) => LogKind::Router,
        (_, b"heroku") => LogKind::Platform,
        _ => LogKind::App,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use contract::{LogCursor, LogTime, Span};

    use super::*;

    #[test]
    fn ok_sources_with_and_without_a_number() {
        for (source, proc_id, expected) in [
            ("", "web.1", true),
            ("web.1", "web.1", true),
            ("web", "web.1", true),
            ("web", "web", true),
            ("web", "webhook.1", false),
            ("web.1", "web.12", false),
        ] {
            let query = LogQuery { source: source.to_owned(), ..LogQuery::default() };
            let compiled = CompiledQuery::at_any_time(&query).unwrap();
            assert_eq!(compiled.matches_source(proc_id.as_bytes()), expected, "{source:?} {proc_id}");
        }
    }

    #[test]
    fn ok_a_cursor_is_brought_into_the_span() {
        let time = LogTime::Span(Span::new(10, 20).unwrap());
        for (before_ms, expected) in
            [(None, 20_000), (Some(15_500), 15_500), (Some(-1), 10_000), (Some(i64::MAX), 20_000)]
        {
            let query = LogQuery { time, before: before_ms.map(LogCursor::new), ..LogQuery::default() };
            assert_eq!(CompiledQuery::new(&query, 0).unwrap().span_ms, 10_000..expected, "{before_ms:?}");
        }
    }
}
