//! The Metrics page: one metric of an app, any statistic, grouped, beside an earlier time.

use serde::{Deserialize, Serialize};

use crate::{
    AppHeader, Event, Kind, Label, LossInterval, Offset, Range, Span, Stat,
    alert::IncidentMark,
    series::{MetricInfo, QueryAnswer},
};

/// What the page shows, as its address says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct MetricsPageQuery {
    /// The metric; empty for the first one.
    pub metric: String,
    /// The statistic; `None` for the one that suits the metric.
    pub stat: Option<Stat>,
    /// The labels to group by.
    pub by: Vec<Label>,
    /// How much earlier the same range is wanted too.
    pub compare: Option<Offset>,
    /// The range of time.
    pub range: Range,
    /// What of the address makes no sense, in words; the page then shows this sentence instead of
    /// points.
    pub problem: Option<String>,
}

impl MetricsPageQuery {
    /// Reads an address, of which `word` gives the value of a name; an empty one leaves
    /// the choice to the server. What makes no sense becomes [`Self::problem`].
    #[must_use]
    pub fn parse<'a>(word: impl Fn(&str) -> &'a str, range: Range) -> Self {
        let mut query = Self { metric: word("metric").to_owned(), range, ..Self::default() };
        if let Err(problem) = query.read(word("stat"), word("by"), word("compare")) {
            query.problem = Some(problem);
        }
        query
    }

    fn read(&mut self, stat: &str, by: &str, compare: &str) -> Result<(), String> {
        self.compare = (!compare.is_empty()).then(|| compare.parse()).transpose()?;
        self.stat = (!stat.is_empty()).then(|| stat.parse()).transpose()?;
        self.by = Label::list(by)?;
        Ok(())
    }
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MetricsPage {
    /// The app's state.
    pub head: AppHeader,
    /// The app's metrics, by name.
    pub metrics: Vec<MetricInfo>,
    /// The query, with the metric and the statistic chosen where it left them open.
    pub query: MetricsPageQuery,
    /// The range of time that is shown.
    pub span: Span,
    /// Events in the range, in order of time.
    #[serde(default)]
    pub events: Vec<Event>,
    /// Incidents in the range, in order of time.
    #[serde(default)]
    pub incidents: Vec<IncidentMark>,
    /// Where lines are missing in the range.
    #[serde(default)]
    pub losses: Vec<LossInterval>,
    /// The points of the metric, or why there are none, in words.
    pub answer: Result<QueryAnswer, String>,
}

/// The statistics that make sense for a kind of metric, the most useful first.
#[must_use]
pub const fn stats(kind: Kind) -> &'static [Stat] {
    use Stat::{Count, Last, Max, Mean, Min, Percentile, Rate, Sum};
    match kind {
        Kind::Counter => &[Rate, Sum, Count],
        Kind::Gauge => &[Mean, Max, Min, Last],
        Kind::Distribution => &[Percentile(95.0), Percentile(50.0), Percentile(99.0), Max, Mean, Min, Rate],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(words: [&'static str; 4], range: Range) -> MetricsPageQuery {
        let names = ["metric", "stat", "by", "compare"];
        MetricsPageQuery::parse(|name| names.iter().zip(words).find(|it| *it.0 == name).map_or("", |it| it.1), range)
    }

    #[test]
    fn ok_words_of_an_address() {
        let query = parsed(["db.query", "p95", "source,path", "7d"], Range::Day);
        assert_eq!(query.stat, Some(Stat::Percentile(95.0)));
        assert_eq!(query.by, [Label::Source, Label::Path]);
        assert_eq!((query.compare.map(Offset::seconds), query.problem), (Some(604_800), None));
        assert_eq!(parsed(["", "", "", ""], Range::Live), MetricsPageQuery::default());
    }

    #[test]
    fn err_words_of_an_address_are_told() {
        for words in [["a", "median", "", ""], ["a", "", "colour", ""], ["a", "", "", "1w"]] {
            assert!(parsed(words, Range::Hour).problem.is_some_and(|it| it.contains("found")), "{words:?}");
        }
    }
}
