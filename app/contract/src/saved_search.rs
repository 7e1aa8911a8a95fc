//! Searches for log lines that people keep under a name. A search has no range of its own, only a
//! length of time before now, so that it means the same at every opening.

use serde::{Deserialize, Serialize};

use crate::{Level, LogFilter, LogKind, LogQuery, LogTime, LookBack, error::quoted};

/// The number of a saved search.
pub type SavedSearchId = i64;

/// A search as a person writes it. [`SearchDraft::checked`] checks it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SearchDraft {
    /// What people call it: one line.
    pub name: String,
    /// The app that it is for; `None` for every app.
    #[serde(default)]
    pub app: Option<String>,
    /// Words and comparisons in the grammar of [`LogFilter`].
    #[serde(default)]
    pub q: String,
    /// `web.1`, or `web` for all of its processes; empty for every source.
    #[serde(default)]
    pub source: String,
    /// Who wrote the lines; anyone if `None`.
    #[serde(default)]
    pub kind: Option<LogKind>,
    /// Their level; any if `None`.
    #[serde(default)]
    pub level: Option<Level>,
    /// Requests of this endpoint alone; empty for all lines.
    #[serde(default)]
    pub endpoint: String,
    /// How far back it searches; live if `None`.
    #[serde(default)]
    pub back: Option<LookBack>,
}

impl SearchDraft {
    /// Longest name, bytes: it stands on one line of a list.
    pub const NAME_BYTES_MAX: usize = 200;
    /// Longest filter, source and endpoint, bytes: they stand in an address together.
    pub const TEXT_BYTES_MAX: usize = 1_000;

    /// The search of a query of the Logs page. A range that does not move with the time is left
    /// out.
    #[must_use]
    pub fn of_query(name: &str, app: Option<&str>, query: &LogQuery) -> Self {
        Self {
            name: name.to_owned(),
            app: app.map(str::to_owned),
            q: query.filter.clone(),
            source: query.source.clone(),
            kind: query.kind,
            level: query.level,
            endpoint: query.endpoint.clone(),
            back: query.time.back(),
        }
    }

    /// The query of the Logs page.
    #[must_use]
    pub fn query(&self) -> LogQuery {
        LogQuery {
            filter: self.q.clone(),
            source: self.source.clone(),
            kind: self.kind,
            level: self.level,
            endpoint: self.endpoint.clone(),
            time: self.back.map_or(LogTime::Live, LogTime::Back),
            ..LogQuery::default()
        }
    }

    /// Checks every part but whether there is such an app.
    ///
    /// # Errors
    /// A sentence that names the part, what was expected and what was found; for the filter also
    /// where.
    pub fn checked(mut self) -> Result<Self, String> {
        self.name = checked_name(&self.name)?;
        for (part, text) in [("search", &self.q), ("source", &self.source), ("endpoint", &self.endpoint)] {
            one_line(part, text, Self::TEXT_BYTES_MAX)?;
        }
        LogFilter::parse(&self.q).map_err(|it| it.to_string())?;
        Ok(self)
    }
}

/// A name without blanks around it.
///
/// # Errors
/// A sentence that says what was expected and found.
pub fn checked_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("expected a name, found none".to_owned());
    }
    one_line("name", name, SearchDraft::NAME_BYTES_MAX)?;
    Ok(name.to_owned())
}

fn one_line(part: &str, text: &str, bytes_max: usize) -> Result<(), String> {
    if text.len() > bytes_max {
        return Err(format!("expected a {part} of at most {bytes_max} bytes, found {}", text.len()));
    }
    if text.contains(char::is_control) {
        return Err(format!("expected a {part} on one line, found {}", quoted(text)));
    }
    Ok(())
}

/// A saved search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SavedSearch {
    /// Its number.
    pub id: SavedSearchId,
    /// When it was changed last, unix milliseconds, and by whom.
    pub changed_ms: i64,
    /// Who changed it last.
    pub changed_by: String,
    /// What it searches for.
    #[serde(flatten)]
    pub draft: SearchDraft,
}

/// A change of saved searches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchChange {
    /// Adds a search.
    Add(SearchDraft),
    /// Replaces a search.
    Replace(SavedSearchId, SearchDraft),
    /// Gives a search another name.
    Rename(SavedSearchId, String),
    /// Removes a search.
    Remove(SavedSearchId),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(name: &str, q: &str) -> SearchDraft {
        SearchDraft { name: name.to_owned(), q: q.to_owned(), ..SearchDraft::default() }
    }

    #[test]
    fn ok_a_search_is_its_query() {
        let query = LogQuery {
            filter: "code=H12".to_owned(),
            source: "router".to_owned(),
            level: Some(Level::Error),
            time: LogTime::Back(LookBack::Day),
            ..LogQuery::default()
        };
        let search = SearchDraft::of_query(" Timeouts ", Some("shop"), &query).checked();
        assert_eq!(search.as_ref().map(|it| (it.name.as_str(), it.query())), Ok(("Timeouts", query.clone())));
        let fixed = LogQuery { time: LogTime::Span(crate::Span::clamped(1, 2)), ..query };
        assert!(SearchDraft::of_query("a", None, &fixed).query().is_live());
    }

    #[test]
    fn err_searches() {
        let check = |draft: SearchDraft, said: &str| {
            let error = draft.checked().err().unwrap_or_default();
            assert!(error.contains(said), "{error}");
        };
        check(draft(" ", ""), "a name, found none");
        check(draft(&"x".repeat(201), ""), "name of at most 200 bytes, found 201");
        check(draft("a\nb", ""), "name on one line");
        check(draft("a", "status>="), "(search, character");
        check(draft("a", &"x".repeat(1_001)), "search of at most 1000 bytes");
        check(SearchDraft { source: "a\tb".to_owned(), ..draft("a", "") }, "source on one line");
    }
}
