//! Pairs of a rule and an app: when each is judged next, and what it last said.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

use contract::alert::{IncidentState, OwnRule as PageRule, RuleId, Verdict};
use rustc_hash::FxHashMap;
use tokio_util::sync::CancellationToken;

use super::{
    background::Background,
    condition::{self, GroupValue},
    rule::{OwnRule, Source},
    windows::{Groups, NotHere, SeriesIndex, Values},
};
use crate::{
    live::{Live, WINDOW_S},
    store::{
        alert::{memory::Phase, rules::StoredRule},
        query::Reader,
    },
    watch::{
        incident::{About, open::Open},
        judgement::{Judgement, Outcome},
    },
};

/// Most pairs of a rule and an app. Rules beyond them say so.
pub(crate) const PAIRS_MAX: usize = 50_000;
/// The most that one judging spends on values of the last minutes. What is left is judged next.
const BUDGET: Duration = Duration::from_millis(200);
/// Time between two lists of verdicts for pages.
const VERDICTS_EVERY: Duration = Duration::from_secs(4);

/// How one rule was last judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct OwnVerdicts {
    /// How each app and group was judged.
    pub verdicts: Vec<Verdict>,
    /// The unit of its values; empty where it is not known.
    pub unit: String,
    /// Why it can't be judged, where it can't.
    pub problem: Option<String>,
}

/// A rule and an app.
type PairId = (i64, Arc<str>);

/// What a pair last said.
#[derive(Debug)]
struct Pair {
    rule: Arc<OwnRule>,
    source: Source,
    groups: Groups,
    judgements: Vec<Judgement>,
    at_ms: Option<i64>,
    problem: Option<String>,
    usual: FxHashMap<String, f64>,
}

/// Every rule of the user's own.
pub(crate) struct OwnRules {
    rules: BTreeMap<i64, Arc<OwnRule>>,
    /// Rules beyond [`PAIRS_MAX`].
    beyond: BTreeSet<i64>,
    pairs: BTreeMap<Arc<str>, BTreeMap<i64, Pair>>,
    due: BTreeSet<(Instant, PairId)>,
    index: SeriesIndex,
    background: Background,
    told: Option<Instant>,
}

impl OwnRules {
    /// Starts without rules.
    pub(crate) fn start(reader: &Reader, shutdown: CancellationToken) -> Self {
        Self {
            rules: BTreeMap::new(),
            beyond: BTreeSet::new(),
            pairs: BTreeMap::new(),
            due: BTreeSet::new(),
            index: SeriesIndex::default(),
            background: Background::start(reader.clone(), shutdown),
            told: None,
        }
    }

    /// Takes over the rules and apps that there are now. What has not changed goes on.
    pub(crate) fn sync(&mut self, rules: &[StoredRule], names: &BTreeMap<Arc<str>, i64>) {
        let rules = rules.iter().filter_map(OwnRule::of);
        self.rules = rules.map(|it| (it.id, Arc::new(it))).collect();
        let mut known = std::mem::take(&mut self.pairs);
        let due: FxHashMap<PairId, Instant> =
            std::mem::take(&mut self.due).into_iter().map(|(at, id)| (id, at)).collect();
        self.beyond = BTreeSet::new();
        let (mut count, mut nth, now) = (0, 0_u32, Instant::now());
        for rule in self.rules.values() {
            let apps: Vec<&Arc<str>> = match &rule.draft.app {
                Some(app) => names.get_key_value(&**app).map(|it| it.0).into_iter().collect(),
                None => names.keys().collect(),
            };
            if count + apps.len() > PAIRS_MAX {
                self.beyond.insert(rule.id);
                continue;
            }
            count += apps.len();
            for app in apps {
                let before = known.get_mut(app).and_then(|it| it.remove(&rule.id)).filter(|it| it.rule == *rule);
                let pair = before.unwrap_or_else(|| Pair::new(rule));
                if pair.source == Source::Windows {
                    // Spread over the first interval, so that they never all come at once; but none
                    // comes later than it would have, however often apps and rules change.
                    nth = nth.wrapping_add(1);
                    let every = rule.every(Source::Windows);
                    let offset = if pair.at_ms.is_none() { Duration::ZERO } else { every / 16 * (nth % 16) };
                    let id = (rule.id, Arc::clone(app));
                    let at = due.get(&id).map_or(now + offset, |it| (now + offset).min(*it));
                    self.due.insert((at, id));
                }
                self.pairs.entry(Arc::clone(app)).or_default().insert(rule.id, pair);
            }
        }
        self.index.keep(|name| self.pairs.contains_key(name));
        self.plan_background();
    }

    fn plan_background(&self) {
        let mut jobs = vec![];
        for (app, pairs) in &self.pairs {
            let needed = pairs.values().filter(|it| it.source != Source::Windows || it.rule.is_of_usual());
            jobs.extend(needed.map(|it| (Arc::clone(&it.rule), Arc::clone(app), it.source)));
        }
        self.background.plan(jobs);
    }

    /// Takes the values that are due, and those that the background has worked out. `up` is how
    /// long the server has seen the apps.
    pub(crate) fn evaluate(&mut self, live: &Live, now_ms: i64, up: Duration) {
        let begun = Instant::now();
        let mut is_moved = false;
        while let Some((due, (id, app))) = self.due.first().cloned() {
            if due > begun || begun.elapsed() > BUDGET {
                break;
            }
            self.due.pop_first();
            let Some(pair) = self.pairs.get_mut(&app).and_then(|it| it.get_mut(&id)) else { continue };
            let now_s = now_ms.div_euclid(1_000);
            match self.index.values(live, &app, &pair.rule, &mut pair.groups, now_s) {
                Ok(values) => pair.take(values, now_ms, up),
                Err(NotHere::Gone(problem)) => pair.lose(problem, now_ms),
                Err(NotHere::TooMany) => {
                    (pair.source, is_moved) = (Source::Rows, true);
                    continue;
                }
            }
            self.due.insert((begun + pair.rule.every(Source::Windows), (id, app)));
        }
        for ((app, rule), done) in self.background.take_done() {
            let Some(pair) = self.pairs.get_mut(&app).and_then(|it| it.get_mut(&rule)) else { continue };
            if let Some(usual) = done.usual {
                pair.usual = usual;
            }
            match done.values {
                Some(Ok(values)) => pair.take(values, now_ms, up),
                Some(Err(problem)) => pair.lose(problem, now_ms),
                None => {}
            }
        }
        if is_moved {
            self.plan_background();
        }
    }

    /// What the rules say of an app.
    pub(crate) fn judgements(&self, app: &str) -> impl Iterator<Item = &Judgement> {
        self.pairs.get(app).into_iter().flat_map(BTreeMap::values).flat_map(|it| &it.judgements)
    }

    /// What messages say about a rule; `None` when it isn't judged for the app.
    pub(crate) fn about(&self, rule: i64, app: &str) -> Option<About> {
        let rule = self.rules.get(&rule)?;
        rule.draft.app.as_deref().is_none_or(|it| it == app).then(|| rule.about())
    }

    /// Whether a rule is about the absence of something.
    pub(crate) fn is_of_absence(&self, rule: i64) -> bool {
        self.rules.get(&rule).is_some_and(|it| it.is_of_absence())
    }

    /// How each rule was last judged; `None` when the last list is not old enough.
    pub(crate) fn verdicts(&mut self, open: &[&Open]) -> Option<FxHashMap<i64, OwnVerdicts>> {
        if self.told.is_some_and(|it| it.elapsed() < VERDICTS_EVERY) {
            return None;
        }
        self.told = Some(Instant::now());
        let mut states: FxHashMap<(i64, &str, &str), IncidentState> = FxHashMap::default();
        for open in open {
            for rule in &open.memory.rules {
                let RuleId::Own(id) = rule.rule else { continue };
                let state = if rule.phase == Phase::Pending { IncidentState::Pending } else { open.incident.state };
                states.insert((id, &*open.incident.app, &*rule.group), state);
            }
        }
        let mut all: FxHashMap<i64, OwnVerdicts> = FxHashMap::default();
        for id in &self.beyond {
            let problem = format!("expected at most {PAIRS_MAX} pairs of rules and apps: this rule is not judged");
            all.entry(*id).or_default().problem = Some(problem);
        }
        for (app, pairs) in &self.pairs {
            for (id, pair) in pairs {
                let entry = all.entry(*id).or_default();
                if entry.problem.is_none() {
                    entry.problem.clone_from(&pair.problem);
                }
                if entry.unit.is_empty() {
                    entry.unit = pair.judgements.first().map(|it| it.unit.clone()).unwrap_or_default();
                }
                let room = PageRule::VERDICTS_MAX.saturating_sub(entry.verdicts.len());
                entry.verdicts.extend(pair.judgements.iter().take(room).map(|judged| Verdict {
                    app: app.to_string(),
                    group: judged.group.clone(),
                    at_ms: pair.at_ms.unwrap_or(0),
                    value: judged.value,
                    limit: judged.limit,
                    usual: judged.usual,
                    state: states.get(&(*id, &**app, &*judged.group)).copied(),
                }));
            }
        }
        for entry in all.values_mut() {
            entry.verdicts.sort_by_key(|it| (it.state.is_none(), it.app.clone(), it.group.clone()));
        }
        Some(all)
    }
}

impl Pair {
    fn new(rule: &Arc<OwnRule>) -> Self {
        Self {
            rule: Arc::clone(rule),
            source: rule.source(),
            groups: Groups::default(),
            judgements: vec![unknown(rule)],
            at_ms: None,
            problem: None,
            usual: FxHashMap::default(),
        }
    }

    fn take(&mut self, mut values: Values, now_ms: i64, up: Duration) {
        if self.rule.is_of_usual() {
            for found in &mut values.groups {
                found.usual = self.usual.get(&found.group).copied();
            }
            if values.problem.is_none() && values.groups.iter().all(|it| it.usual.is_none()) {
                values.problem = Some("there is too little history to know what is usual".to_owned());
            }
        }
        // The windows go back ten minutes at most, whatever was before the start.
        let is_whole = up.as_secs() >= self.rule.window_s().min(WINDOW_S).unsigned_abs();
        let judge = |it: &GroupValue| condition::judge(&self.rule, it, &values.unit, is_whole);
        self.judgements = values.groups.iter().map(judge).collect();
        (self.at_ms, self.problem) = (Some(now_ms), values.problem);
    }

    /// There is no value: whatever was said stays as it is.
    fn lose(&mut self, problem: String, now_ms: i64) {
        self.judgements = vec![unknown(&self.rule)];
        (self.at_ms, self.problem) = (Some(now_ms), Some(problem));
    }
}

/// What is said of a rule of which nothing is known: it stands for every group.
fn unknown(rule: &OwnRule) -> Judgement {
    let nothing = GroupValue { group: String::new(), value: None, usual: None };
    let judgement = condition::judge(rule, &nothing, "", true);
    Judgement { outcome: Outcome::Unknown, ..judgement }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use contract::{
        Stat,
        alert::{Condition, Direction, RuleDraft, Severity, Signal},
    };

    use super::*;

    /// A rule that is judged every 15 s.
    fn stored(id: i64) -> StoredRule {
        let signal = Signal::Metric { metric: "jobs".to_owned(), stat: Stat::Max, only: BTreeMap::new(), by: vec![] };
        let rule = RuleDraft {
            name: "jobs".to_owned(),
            app: None,
            signal,
            window_s: 300,
            condition: Condition::Threshold { direction: Direction::Above, limit: 10.0, clear: None },
            for_s: 0,
            clear_s: 0,
            severity: Severity::Warning,
            remind_s: None,
            remedy: String::new(),
            is_enabled: true,
        };
        StoredRule { id, rule, created_ms: 0, changed_ms: 0 }
    }

    #[test]
    fn ok_changes_elsewhere_put_nothing_off() {
        let mut own = OwnRules {
            rules: BTreeMap::new(),
            beyond: BTreeSet::new(),
            pairs: BTreeMap::new(),
            due: BTreeSet::new(),
            index: SeriesIndex::default(),
            background: Background::default(),
            told: None,
        };
        let rules: Vec<StoredRule> = (1..=16).map(stored).collect();
        let mut names = BTreeMap::from([(Arc::from("shop"), 1)]);
        own.sync(&rules, &names);
        own.pairs.values_mut().flat_map(BTreeMap::values_mut).for_each(|it| it.at_ms = Some(1));
        let soon = Instant::now() + Duration::from_secs(1);
        own.due = (1..=16).map(|id| (soon, (id, Arc::from("shop")))).collect();
        for n in 2..5 {
            names.insert(Arc::from(format!("app{n}")), n);
            own.sync(&rules, &names);
            let of_shop: Vec<Instant> = own.due.iter().filter(|it| &*it.1.1 == "shop").map(|it| it.0).collect();
            assert!(of_shop.len() == 16 && of_shop.iter().all(|it| *it <= soon));
        }
    }
}
