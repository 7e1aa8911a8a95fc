//! Values of log lines: each new block of an app is read once, for all rules that look at the app's
//! lines, and only sums of ten seconds are kept. What was before a rule is looked at once.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contract::{LogQuery, alert::Signal};
use pipeline::Cell;

use super::{
    condition::{GroupValue, value_of},
    rule::OwnRule,
    windows::Values,
};
use crate::store::{
    Store,
    log::{
        compiled_query::CompiledQuery,
        measure::{self, Measure},
        missed,
        search::newest_block,
    },
    search_slots::{self, Cancel},
};

/// Width of what is kept, seconds.
const STEP_S: i64 = 10;
/// The most that one look at an app's lines takes.
pub(crate) const LOOK_MAX: Duration = Duration::from_secs(2);
/// Groups of blocks that one look reads.
const READS_MAX: usize = 64;

/// The rules that look at one app's lines.
#[derive(Debug, Default)]
pub(crate) struct AppLines {
    /// The last block that was looked at.
    through: Option<i64>,
    rules: BTreeMap<i64, RuleLines>,
}

/// What one rule has found.
#[derive(Clone, Debug)]
struct RuleLines {
    rule: Arc<OwnRule>,
    measure: Measure,
    steps: BTreeMap<i64, Cell>,
    /// Lines from this time on were looked at, unix milliseconds.
    from_ms: Option<i64>,
}

/// What a rule measures of lines.
///
/// # Errors
/// When its filter is not valid, in words.
pub(crate) fn measure_of(rule: &OwnRule, step_s: i64) -> Result<Measure, String> {
    let Signal::Search { q, source, field } = &rule.draft.signal else {
        return Err("expected a search, found a metric".to_owned());
    };
    let query = LogQuery { filter: q.clone(), source: source.clone(), ..LogQuery::default() };
    let query = CompiledQuery::at_any_time(&query).map_err(|it| it.to_string())?;
    Ok(Measure { query, field: field.as_ref().map(|it| it.name.clone()), step_s })
}

impl AppLines {
    /// Looks at the app's new lines. Returns what each rule finds in its window, by number.
    ///
    /// # Errors
    /// When the store can't be read, or its one slot is taken.
    pub(crate) async fn look(
        &mut self,
        store: &Store,
        app: &Arc<str>,
        wanted: &[Arc<OwnRule>],
        now_ms: i64,
    ) -> Result<BTreeMap<i64, Result<Values, String>>, search_slots::Error> {
        let mut found = self.plan(wanted);
        let (mut lines, look_at, name) = (std::mem::take(self), store.clone(), Arc::clone(app));
        let looking = store.rules.run(LOOK_MAX, move |cancel| async move {
            let done = lines.read(&look_at, &name, now_ms, &cancel).await;
            done.map(|()| lines)
        });
        *self = looking.await?;
        found.extend(self.rules.values().map(|it| (it.rule.id, Ok(it.values(now_ms)))));
        Ok(found)
    }

    /// Takes over the rules that there are now. Returns those that are not valid.
    fn plan(&mut self, wanted: &[Arc<OwnRule>]) -> BTreeMap<i64, Result<Values, String>> {
        let mut problems = BTreeMap::new();
        self.rules.retain(|_, known| wanted.contains(&known.rule));
        for rule in wanted {
            if self.rules.contains_key(&rule.id) {
                continue;
            }
            match measure_of(rule, STEP_S) {
                Ok(measure) => {
                    let lines = RuleLines { rule: Arc::clone(rule), measure, steps: BTreeMap::new(), from_ms: None };
                    self.rules.insert(rule.id, lines);
                }
                Err(problem) => drop(problems.insert(rule.id, Err(problem))),
            }
        }
        problems
    }

    async fn read(&mut self, store: &Store, app: &str, now_ms: i64, cancel: &Cancel) -> Result<(), sqlx::Error> {
        let longest_s = self.rules.values().map(|it| it.rule.window_s()).max().unwrap_or(0);
        let mut through = match self.through {
            Some(through) => through,
            None => newest_block(store).await?,
        };
        for _ in 0..READS_MAX {
            let heads = missed::next(store, app, through).await?;
            if heads.is_empty() || cancel.is_over() {
                break;
            }
            for head in heads {
                // Whoever lags by more than the longest window skips what is over.
                if head.received_ms >= now_ms - longest_s * 1_000
                    && let Some(block) = missed::block(store, head.block).await?
                {
                    for rule in self.rules.values_mut().filter(|it| it.from_ms.is_some()) {
                        rule.measure.add(&block, cancel, &mut rule.steps);
                    }
                }
                through = head.block;
                if cancel.is_over() {
                    break;
                }
            }
        }
        self.through = Some(through);
        for rule in self.rules.values_mut() {
            if rule.from_ms.is_none() && !cancel.is_over() {
                let mut measure = rule.measure.clone();
                measure.query.through = through;
                measure.query.span_ms = now_ms - rule.rule.window_s() * 1_000..i64::MAX;
                let before = measure::span(store, app, &measure, cancel).await?;
                (rule.steps, rule.from_ms) = (before.steps, Some(before.from_ms));
            }
            let oldest_s = now_ms.div_euclid(1_000) - rule.rule.window_s() - STEP_S;
            rule.steps = rule.steps.split_off(&oldest_s);
        }
        Ok(())
    }
}

impl RuleLines {
    fn values(&self, now_ms: i64) -> Values {
        let (now_s, window_s) = (now_ms.div_euclid(1_000), self.rule.window_s());
        let Some(from_ms) = self.from_ms else {
            let problem = Some("its log lines have not been read yet".to_owned());
            let group = GroupValue { group: String::new(), value: None, usual: None };
            return Values { groups: vec![group], unit: String::new(), problem };
        };
        let mut merged = Cell::default();
        for cell in self.steps.range(now_s - window_s..).map(|it| it.1) {
            merged.merge(cell);
        }
        let value = value_of(self.rule.stat(), &merged, self.measure.kind(), window_s);
        let missing_s = from_ms.div_euclid(1_000) - (now_s - window_s);
        let problem = (missing_s > STEP_S)
            .then(|| format!("there are too many log lines to read the first {missing_s} s of its window"));
        Values { groups: vec![GroupValue { group: String::new(), value, usual: None }], unit: String::new(), problem }
    }
}
