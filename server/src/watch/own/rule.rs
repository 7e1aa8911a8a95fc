//! A rule of the user's own as the judge works with it: checked, and with how often and from where
//! its value is taken.

use std::time::Duration;

use contract::{
    Span, Stat, StepChoice,
    alert::{Condition, RuleDraft, Signal},
};

use crate::{
    live::WINDOW_S,
    store::{alert::rules::StoredRule, query::cells::CellsQuery},
    watch::incident::About,
};

/// A rule is judged so many times a window.
const JUDGED_PER_WINDOW: i64 = 20;
/// Longest time between two judgings, seconds.
const EVERY_MAX_S: i64 = 300;

/// Where the values of a rule come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The live windows.
    Windows,
    /// Rollup rows: the window is longer than memory.
    Rows,
    /// Log lines.
    Lines,
}

impl Source {
    /// Shortest time between two judgings, seconds.
    const fn every_min_s(self) -> i64 {
        match self {
            Self::Windows => 2,
            Self::Lines => 5,
            Self::Rows => 10,
        }
    }
}

/// A rule of the user's own.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OwnRule {
    /// Its number.
    pub id: i64,
    /// The rule.
    pub draft: RuleDraft,
    /// When it was last changed, unix milliseconds.
    pub changed_ms: i64,
}

impl OwnRule {
    /// A stored rule, unless it is disabled or makes no sense any more.
    pub(crate) fn of(stored: &StoredRule) -> Option<Self> {
        let rule = stored.rule.clone().checked().ok().filter(|it| it.get().is_enabled)?;
        Some(Self { id: stored.id, draft: rule.get().clone(), changed_ms: stored.changed_ms })
    }

    /// The range of each value, seconds: that in which nothing came, for absence.
    pub(crate) const fn window_s(&self) -> i64 {
        match self.draft.condition {
            Condition::Absence(absence) => absence.for_s,
            _ => self.draft.window_s,
        }
    }

    /// The statistic of the value: how many measurements, for absence.
    pub(crate) const fn stat(&self) -> Stat {
        match (&self.draft.condition, &self.draft.signal) {
            (Condition::Absence(_), _) => Stat::Count,
            (_, Signal::Metric { stat, .. }) => *stat,
            (_, Signal::Search { field: Some(field), .. }) => field.stat,
            (_, Signal::Search { .. }) => Stat::Count,
        }
    }

    /// The query for the cells of its metric; `None` for a rule about log lines.
    pub(crate) fn cells(&self, app: &str, span: Span, step: StepChoice) -> Option<CellsQuery> {
        let Signal::Metric { metric, only, by, .. } = &self.draft.signal else { return None };
        Some(CellsQuery {
            app: app.to_owned(),
            metric: metric.clone(),
            stat: self.stat(),
            only: only.clone(),
            by: by.clone(),
            span,
            step,
        })
    }

    /// Where its values come from.
    pub(crate) const fn source(&self) -> Source {
        match self.draft.signal {
            Signal::Search { .. } => Source::Lines,
            Signal::Metric { .. } if self.window_s() <= WINDOW_S => Source::Windows,
            Signal::Metric { .. } => Source::Rows,
        }
    }

    /// Time between two judgings.
    pub(crate) fn every(&self, source: Source) -> Duration {
        let seconds = (self.window_s() / JUDGED_PER_WINDOW).clamp(source.every_min_s(), EVERY_MAX_S);
        Duration::from_secs(seconds.unsigned_abs())
    }

    /// Whether it is about the absence of something.
    pub(crate) const fn is_of_absence(&self) -> bool {
        matches!(self.draft.condition, Condition::Absence(_))
    }

    /// Whether it compares with what is usual.
    pub(crate) const fn is_of_usual(&self) -> bool {
        matches!(self.draft.condition, Condition::Usual { .. })
    }

    /// What messages say about it.
    pub(crate) fn about(&self) -> About {
        About { name: self.draft.name.clone(), remedy: self.draft.remedy.clone() }
    }
}
