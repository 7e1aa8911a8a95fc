//! Values of metrics over the last minutes, from the live windows. Series are found by app and
//! metric, and looked up again only when the app has new ones.

use std::sync::Arc;

use pipeline::{Cell, SeriesKey};
use rustc_hash::FxHashMap;

use contract::alert::Signal;

use super::{
    condition::{GroupValue, group_text, value_of},
    rule::OwnRule,
};
use crate::{
    live::{Live, SeriesId},
    store::query::cells::{GroupSeries, grouped, has_labels, unit_of},
};

/// Most groups of a rule that are judged for one app.
pub(crate) const GROUPS_MAX: usize = 100;
/// Most seconds of series that are merged while the windows are locked: some ten milliseconds. What
/// needs more is read from rollups.
const CELLS_MAX: i64 = 20_000;

type Found = (SeriesId, Arc<SeriesKey>);

/// The series of apps by metric.
#[derive(Debug, Default)]
pub(crate) struct SeriesIndex {
    apps: FxHashMap<Arc<str>, AppSeries>,
}

/// The series of one app.
#[derive(Debug)]
struct AppSeries {
    /// How many series the app had when this was made.
    count: usize,
    by_metric: FxHashMap<Box<str>, Vec<Found>>,
}

/// The groups of a rule for one app.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    /// How many series the app had when they were made.
    count: usize,
    unit: String,
    groups: Vec<GroupSeries>,
    /// Groups that are not judged.
    beyond: usize,
}

/// What was measured for one app.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// One value for each group.
    pub groups: Vec<GroupValue>,
    /// The unit of the metric.
    pub unit: String,
    /// Why there is no value, or what is left out.
    pub problem: Option<String>,
}

/// Why the windows have no answer.
pub(crate) enum NotHere {
    /// There is no such app, or no such metric, in words.
    Gone(String),
    /// So many series are read from rollups.
    TooMany,
}

impl SeriesIndex {
    /// Forgets apps that are gone.
    pub(crate) fn keep(&mut self, is_there: impl Fn(&str) -> bool) {
        self.apps.retain(|name, _| is_there(name));
    }

    /// The values of a rule for an app. `groups` is kept by the caller from call to call.
    pub(crate) fn values(
        &mut self,
        live: &Live,
        app: &Arc<str>,
        rule: &OwnRule,
        groups: &mut Groups,
        now_s: i64,
    ) -> Result<Values, NotHere> {
        let Signal::Metric { metric, only, by, .. } = &rule.draft.signal else { return Err(NotHere::TooMany) };
        let live = live.lock();
        let Some(windows) = live.apps.get(app) else {
            return Err(NotHere::Gone(format!("there is no app named {app}")));
        };
        let count = live.registry.count(app);
        if self.apps.get(app).is_none_or(|it| it.count != count) {
            let mut by_metric: FxHashMap<Box<str>, Vec<Found>> = FxHashMap::default();
            for series in live.registry.of(app) {
                by_metric.entry(series.key.metric.clone()).or_default().push((series.id, Arc::clone(&series.key)));
            }
            self.apps.insert(Arc::clone(app), AppSeries { count, by_metric });
        }
        let gone = || NotHere::Gone(format!("{app} has no metric named {metric}"));
        let found = self.apps.get(app).and_then(|it| it.by_metric.get(&**metric)).ok_or_else(gone)?;
        if groups.count != count {
            let found: Vec<Found> = found.iter().filter(|it| has_labels(&it.1, only)).cloned().collect();
            let mut all = grouped(&found, by).map_err(|it| NotHere::Gone(it.to_string()))?;
            let beyond = all.len().saturating_sub(GROUPS_MAX);
            all.truncate(GROUPS_MAX);
            *groups = Groups { count, unit: unit_of(&found), groups: all, beyond };
        }
        let series: usize = groups.groups.iter().map(|it| it.series.len()).sum();
        let window_s = rule.window_s();
        if i64::try_from(series).unwrap_or(i64::MAX).saturating_mul(window_s) > CELLS_MAX && series > 1 {
            return Err(NotHere::TooMany);
        }
        let value = |group: &GroupSeries| {
            let mut merged = Cell::default();
            for window in group.series.iter().filter_map(|it| windows.series.get(it)).map(|it| &it.window) {
                window.each(now_s + 1 - window_s, now_s + 1, |_, cell| merged.merge(cell));
            }
            let value = value_of(rule.stat(), &merged, group.kind, window_s);
            GroupValue { group: group_text(&group.labels), value, usual: None }
        };
        let mut values: Vec<GroupValue> = groups.groups.iter().map(value).collect();
        drop_gone(&mut values);
        Ok(Values { groups: values, unit: groups.unit.clone(), problem: beyond_text(groups.beyond) })
    }
}

/// Of several groups, those that are not measured any more are left out: a path that nobody asks
/// for has no slow requests.
pub(crate) fn drop_gone(values: &mut Vec<GroupValue>) {
    if values.len() > 1 && values.iter().any(|it| it.value.is_some()) {
        values.retain(|it| it.value.is_some());
    }
}

/// What is said of groups that are not judged.
pub(crate) fn beyond_text(beyond: usize) -> Option<String> {
    (beyond > 0).then(|| format!("expected at most {GROUPS_MAX} groups, found {}", GROUPS_MAX + beyond))
}
