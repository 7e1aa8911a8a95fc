//! The merged cells of a metric by group and step, for whoever works out statistics over windows of
//! several steps. Answers of the API are made in `answer`.

use std::collections::BTreeMap;

use contract::{Label, Span, Stat, Step, StepChoice, series::Labels};
use pipeline::{Kind, SeriesKey};

use super::{
    answer::ROWS_MAX,
    error::{ASK_MAX, Error},
    group::{Found, Group, group_by_labels, kind_of, labels_of, units, value},
    merge::{self, Steps},
    plan::Plan,
    reader::Reader,
    stat,
};
use crate::live::SeriesId;

/// Which cells are wanted.
#[derive(Clone, Debug)]
pub(crate) struct CellsQuery {
    /// The app's name.
    pub app: String,
    /// The metric's name.
    pub metric: String,
    /// The statistic that they are for.
    pub stat: Stat,
    /// Only series with these labels.
    pub only: BTreeMap<Label, String>,
    /// The labels to group by.
    pub by: Vec<Label>,
    /// The range of time.
    pub span: Span,
    /// Width of a step.
    pub step: StepChoice,
}

/// The cells of one group.
#[derive(Clone, Debug)]
pub(crate) struct GroupCells {
    /// What its series have in common.
    pub labels: Labels,
    /// How they are measured.
    pub kind: Kind,
    /// The cells by the start of their step, unix seconds.
    pub steps: Steps,
}

/// Cells of a metric.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    /// The range as whole steps.
    pub span: Span,
    /// Width of a step.
    pub step: Step,
    /// The unit of the values, where they have one.
    pub unit: String,
    /// The groups, sorted by labels.
    pub groups: Vec<GroupCells>,
}

/// Whether a series has these labels.
#[must_use]
pub(crate) fn has_labels(key: &SeriesKey, only: &BTreeMap<Label, String>) -> bool {
    only.iter().all(|(label, wanted)| value(key, *label) == *wanted)
}

/// The unit that series have in common; empty where they have none or several.
#[must_use]
pub(crate) fn unit_of(found: &[Found]) -> String {
    let units = units(found);
    if units.len() == 1 { units[0].to_owned() } else { String::new() }
}

/// The series of one group.
#[derive(Clone, Debug)]
pub(crate) struct GroupSeries {
    /// What they have in common.
    pub labels: Labels,
    /// How they are measured.
    pub kind: Kind,
    /// Their numbers.
    pub series: Vec<SeriesId>,
}

/// Sorts series into groups by their labels.
///
/// # Errors
/// [`Error::Invalid`] when there would be too many groups.
pub(crate) fn grouped(found: &[Found], by: &[Label]) -> Result<Vec<GroupSeries>, Error> {
    let groups = group_by_labels(found, &labels_of(found, by))?;
    let of = |group: Group<Labels>| {
        let kind = kind_of(found, &group);
        GroupSeries { labels: group.key, kind, series: group.series }
    };
    Ok(groups.into_iter().map(of).collect())
}

impl Reader {
    /// Reads cells from rows, open cells and windows.
    ///
    /// # Errors
    /// See [`Error`].
    pub(crate) async fn cells(&self, query: &CellsQuery, now_s: i64) -> Result<Cells, Error> {
        let known = self.find(&query.app, |key| key.metric.as_ref() == query.metric)?;
        if known.is_empty() {
            return Err(Error::NotFound(format!("{} has no metric named {}", query.app, query.metric)));
        }
        let found: Vec<_> = known.into_iter().filter(|it| has_labels(&it.1, &query.only)).collect();
        let plan = Plan::make(query.span, query.step, now_s, &self.reach(now_s)).map_err(Error::Invalid)?;
        let groups = group_by_labels(&found, &labels_of(&found, &query.by))?;
        let rows = plan.rows() * found.len() as i64;
        if rows > ROWS_MAX {
            let n = found.len();
            return Err(Error::Invalid(format!("expected at most {ROWS_MAX} rows, found {rows} of {n} series")));
        }
        let reading = merge::read(self, &groups, &plan, stat::columns(query.stat));
        let merged = tokio::time::timeout(ASK_MAX, reading).await.map_err(|_| Error::TooLong)??;
        let cells = groups.iter().zip(merged).map(|(group, steps)| GroupCells {
            labels: group.key.clone(),
            kind: kind_of(&found, group),
            steps,
        });
        Ok(Cells { span: plan.span, step: plan.step, unit: unit_of(&found), groups: cells.collect() })
    }
}
