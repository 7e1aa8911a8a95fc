//! What a rule would have done in the last days: the same values, conditions and machine as those of
//! the judge, over rollups or stored lines.

use std::{collections::BTreeMap, time::Duration};

use contract::{
    Span, Stat, Step, StepChoice,
    alert::{Absence, Condition, IncidentId, Occurrence, Preview, Rule, RuleId, Signal, Verdict},
    series::{Labels, Points, QueryAnswer},
};
use pipeline::Cell;

use super::{
    condition::{self, GroupValue, group_text, value_of},
    lines::measure_of,
    rule::OwnRule,
    usual,
    windows::GROUPS_MAX,
};
use crate::{
    store::{
        log::measure,
        query::{
            self, Reader,
            cells::{CellsQuery, GroupCells},
        },
        search_slots,
    },
    watch::{
        incident::{About, AppIncidents, Context, Moment, phase::ELAPSED_MAX_MS},
        judgement::{Judgement, Outcome},
        mute::Held,
    },
};

/// How far back a preview looks, seconds.
const BACK_S: i64 = 7 * 86_400;
/// Data that go back less than this are looked at in steps of ten seconds.
const FINE_S: i64 = 86_400;
/// Most cells that are merged: half a second of work.
const MERGES_MAX: i64 = 1_000_000;
/// Most points of one group in the chart.
const POINTS_MAX: usize = 2_000;
/// Most groups in the chart.
const CHART_GROUPS_MAX: usize = 20;
/// Longest time that stored lines are looked at.
const LINES_MAX: Duration = Duration::from_secs(5);
/// Widths of a step, seconds.
const STEPS_S: [i64; 5] = [10, 60, 300, 900, 3_600];

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It can't be worked out, in words.
    #[error("{0}")]
    Invalid(String),
    /// Others are searching.
    #[error("too many searches are under way")]
    Busy,
    /// The store can't be read.
    #[error("the store could not be read: {0}")]
    Store(sqlx::Error),
}

impl From<query::Error> for Error {
    fn from(error: query::Error) -> Self {
        match error {
            query::Error::NotFound(text) | query::Error::Invalid(text) => Self::Invalid(text),
            query::Error::TooLong => Self::Invalid("the preview took too long: choose fewer series".to_owned()),
            query::Error::Store(error) => Self::Store(error),
        }
    }
}

/// The past of a rule's signal.
struct Past {
    step_s: i64,
    from_s: i64,
    to_s: i64,
    unit: String,
    groups: Vec<GroupCells>,
    /// The hours that what is usual is worked out from, where the rule looks at that.
    hours: Vec<GroupCells>,
}

/// Every message is held back and every rule is known: only times matter.
struct Alone;

impl Context for Alone {
    fn about(&self, _rule: RuleId) -> Option<About> {
        Some(About { name: String::new(), remedy: String::new() })
    }

    fn held(&self, _rule: RuleId, _incident: IncidentId) -> Option<Held> {
        None
    }

    fn is_heard_in_silence(&self, _rule: RuleId) -> bool {
        true
    }
}

/// Tries a rule on the past of one app.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn make(reader: &Reader, app: &str, rule: &Rule, now_ms: i64) -> Result<Preview, Error> {
    let rule = OwnRule { id: 0, draft: rule.get().clone(), changed_ms: 0 };
    let now_s = now_ms.div_euclid(1_000);
    let past = match &rule.draft.signal {
        Signal::Metric { .. } => of_metric(reader, app, &rule, now_s).await?,
        Signal::Search { .. } => of_lines(reader, app, &rule, now_s).await?,
    };
    let app = app.to_owned();
    let work = tokio::task::spawn_blocking(move || run(&app, &rule, &past, now_s));
    work.await.map_err(|_| Error::Invalid("the preview could not be worked out".to_owned()))
}

async fn of_metric(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<Past, Error> {
    let Signal::Metric { metric, only, by, .. } = &rule.draft.signal else {
        return Err(Error::Invalid("expected a metric, found a search".to_owned()));
    };
    let mut problem = String::new();
    let first_s = first_s(reader, app, rule, now_s).await?;
    for step_s in STEPS_S.into_iter().filter(|it| *it > 10 || now_s - first_s <= FINE_S) {
        let from_s = first_s - first_s.rem_euclid(step_s);
        let query = CellsQuery {
            app: app.to_owned(),
            metric: metric.clone(),
            stat: rule.stat(),
            only: only.clone(),
            by: by.clone(),
            span: Span::clamped(from_s, now_s + 1),
            step: StepChoice::Width(Step::clamped(step_s)),
        };
        let mut cells = match reader.cells(&query, now_s).await {
            Ok(cells) => cells,
            Err(query::Error::Invalid(text)) => {
                problem = text;
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        cells.groups.truncate(GROUPS_MAX);
        let step_s = cells.step.seconds();
        let per_window = steps_of(rule.window_s(), step_s);
        let filled: i64 = cells.groups.iter().map(|it| it.steps.len() as i64).sum();
        if filled * per_window > MERGES_MAX && step_s < STEPS_S[STEPS_S.len() - 1] {
            continue;
        }
        let hours = if rule.is_of_usual() { usual::history(reader, app, rule, now_s).await? } else { vec![] };
        let (from_s, to_s) = (cells.span.from_s(), now_s + 1);
        return Ok(Past { step_s, from_s, to_s, unit: cells.unit, groups: cells.groups, hours });
    }
    Err(Error::Invalid(problem))
}

/// Where the data of a rule begin within the last days, unix seconds: by the hour.
async fn first_s(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<i64, Error> {
    let Signal::Metric { metric, .. } = &rule.draft.signal else { return Ok(now_s) };
    let query = CellsQuery {
        app: app.to_owned(),
        metric: metric.clone(),
        stat: Stat::Count,
        only: BTreeMap::new(),
        by: vec![],
        span: Span::clamped(now_s - BACK_S, now_s + 1),
        step: StepChoice::Width(Step::clamped(3_600)),
    };
    let cells = reader.cells(&query, now_s).await?;
    let first = cells.groups.iter().filter_map(|it| it.steps.keys().next().copied()).min();
    Ok(first.unwrap_or(now_s).max(now_s - BACK_S).min(now_s))
}

async fn of_lines(reader: &Reader, app: &str, rule: &OwnRule, now_s: i64) -> Result<Past, Error> {
    let step_s = if rule.window_s() < 600 { 10 } else { 60 };
    let mut measure = measure_of(rule, step_s).map_err(Error::Invalid)?;
    measure.query.span_ms = (now_s - BACK_S) * 1_000..(now_s + 1) * 1_000;
    let (kind, store, app) = (measure.kind(), reader.store.clone(), app.to_owned());
    let counting = reader.store.counts.run(LINES_MAX, move |cancel| async move {
        let oldest: Option<i64> = measure::oldest_ms(&store, &app).await?;
        let measured = measure::span(&store, &app, &measure, &cancel).await?;
        Ok((measured, oldest))
    });
    let (measured, oldest_ms) = counting.await.map_err(|error| match error {
        search_slots::Error::Busy => Error::Busy,
        search_slots::Error::Store(error) => Error::Store(error),
    })?;
    let from_s = measured.from_ms.max(oldest_ms.unwrap_or(i64::MAX)).div_euclid(1_000).min(now_s);
    let groups = vec![GroupCells { labels: Labels::new(), kind, steps: measured.steps }];
    let from_s = from_s - from_s.rem_euclid(step_s);
    Ok(Past { step_s, from_s, to_s: now_s + 1, unit: String::new(), groups, hours: vec![] })
}

/// How many steps a window has, rounded up.
const fn steps_of(window_s: i64, step_s: i64) -> i64 {
    if window_s <= step_s { 1 } else { (window_s + step_s - 1) / step_s }
}

/// Runs the machine over the past.
fn run(app: &str, rule: &OwnRule, past: &Past, now_s: i64) -> Preview {
    let window_s = steps_of(rule.window_s(), past.step_s) * past.step_s;
    let mut machine = AppIncidents::default();
    let mut lives = Lives::default();
    let mut chart: Vec<Vec<(i64, f64)>> = vec![vec![]; past.groups.len()];
    let mut limits: Vec<(i64, f64)> = vec![];
    let mut now = vec![];
    let is_short = past.to_s - past.from_s < window_s;
    let first_s = if is_short { past.to_s - past.step_s } else { past.from_s + window_s - past.step_s };
    let mut at_s = first_s - first_s.rem_euclid(past.step_s);
    while at_s < past.to_s {
        let end_s = at_s + past.step_s;
        let judgements = judge_step(rule, past, window_s, end_s, is_short);
        for (points, judgement) in chart.iter_mut().zip(&judgements) {
            points.extend(judgement.value.map(|it| (at_s, it)));
        }
        let limit = judgements.iter().find_map(|it| it.limit);
        if let Some(limit) = limit.filter(|it| limits.last().is_none_or(|last| last.1 != *it)) {
            limits.push((at_s, limit));
        }
        // The server judges within a step as well: waits add up to the step.
        let mut left_ms = past.step_s * 1_000;
        while left_ms > 0 {
            let elapsed_ms = left_ms.min(ELAPSED_MAX_MS);
            left_ms -= elapsed_ms;
            let moment = Moment { at_ms: (end_s * 1_000) - left_ms, elapsed_ms };
            let judged: Vec<&Judgement> = judgements.iter().collect();
            let _unwritten = machine.step((0, app), moment, &judged, &Alone);
            lives.see(&machine, &judgements, moment.at_ms.div_euclid(1_000));
        }
        now = judgements;
        at_s = end_s;
    }
    let occurrences = lives.end(now_s);
    let verdict = |it: &Judgement| Verdict {
        app: app.to_owned(),
        group: it.group.clone(),
        at_ms: now_s * 1_000,
        value: it.value,
        limit: it.limit,
        usual: it.usual,
        state: (it.outcome == Outcome::Breach).then_some(contract::alert::IncidentState::Firing),
    };
    Preview {
        span: Span::clamped(past.from_s, past.to_s),
        sentence: sentence(occurrences.len(), past, rule, now_s),
        now: now.iter().map(verdict).collect(),
        chart: answer(rule, past, chart),
        limits,
        occurrences,
    }
}

/// What the rule says at the end of a step.
fn judge_step(rule: &OwnRule, past: &Past, window_s: i64, end_s: i64, is_short: bool) -> Vec<Judgement> {
    let of_group = |group: &GroupCells| {
        let mut merged = Cell::default();
        group.steps.range(end_s - window_s..end_s).for_each(|it| merged.merge(it.1));
        let hours = past.hours.iter().find(|it| it.labels == group.labels);
        let found = GroupValue {
            group: group_text(&group.labels),
            value: value_of(rule.stat(), &merged, group.kind, window_s.min(end_s - past.from_s).max(1)),
            usual: hours.and_then(|it| usual::at(it, rule, end_s - 1)),
        };
        condition::judge(rule, &found, &past.unit, !is_short)
    };
    past.groups.iter().map(of_group).collect()
}

/// The times at which the machine had an incident that fired.
#[derive(Debug, Default)]
struct Lives {
    over: Vec<Occurrence>,
    open: Option<Occurrence>,
}

impl Lives {
    fn see(&mut self, machine: &AppIncidents, judgements: &[Judgement], at_s: i64) {
        let firing = machine.open().find(|it| it.incident.fired_ms.is_some());
        let Some(firing) = firing else {
            self.over.extend(self.open.take().map(|it| Occurrence { span: until(it.span, at_s), ..it }));
            return;
        };
        let breaches = judgements.iter().filter(|it| it.outcome == Outcome::Breach);
        let worst = breaches.filter_map(|it| Some((it, it.value.unwrap_or(0.0), it.limit.unwrap_or(0.0))));
        let worst = worst.max_by(|a, b| (a.1 - a.2).abs().total_cmp(&(b.1 - b.2).abs()));
        let began_s = firing.incident.fired_ms.unwrap_or(0).div_euclid(1_000);
        let open = self.open.get_or_insert_with(|| Occurrence {
            span: Span::clamped(began_s, began_s + 1),
            group: worst.map(|it| it.0.group.clone()).unwrap_or_default(),
            value: worst.map_or(0.0, |it| it.1),
        });
        if let Some((judgement, value, limit)) = worst
            && (value - limit).abs() > (open.value - limit).abs()
        {
            (open.value, open.group) = (value, judgement.group.clone());
        }
    }

    /// The newest occurrences, in order of time; those that came and went are one.
    fn end(mut self, now_s: i64) -> Vec<Occurrence> {
        self.over.extend(self.open.take().map(|it| Occurrence { span: until(it.span, now_s), ..it }));
        let skipped = self.over.len().saturating_sub(Preview::OCCURRENCES_MAX);
        self.over.split_off(skipped)
    }
}

fn until(span: Span, to_s: i64) -> Span {
    Span::clamped(span.from_s(), to_s.max(span.from_s() + 1))
}

fn sentence(times: usize, past: &Past, rule: &OwnRule, now_s: i64) -> String {
    let back_s = now_s - past.from_s;
    let range = if back_s >= BACK_S - 3_600 {
        "In the last 7 days".to_owned()
    } else if past.groups.iter().all(|it| it.steps.is_empty()) && back_s < rule.window_s() {
        return "There are no data of the last 7 days to try it on.".to_owned();
    } else {
        format!("In the last {}, as far as there are data,", rough(back_s))
    };
    match times {
        0 => format!("{range} it would not have fired."),
        1 => format!("{range} it would have fired once."),
        Preview::OCCURRENCES_MAX => format!("{range} it would have fired {times} times or more."),
        _ => format!("{range} it would have fired {times} times."),
    }
}

/// A length of time in one unit: `5 days`, `20 hours`, `12 minutes`.
fn rough(seconds: i64) -> String {
    let (n, unit) = match seconds {
        172_800.. => (seconds / 86_400, "day"),
        7_200.. => (seconds / 3_600, "hour"),
        _ => ((seconds / 60).max(1), "minute"),
    };
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// The values that were judged, thinned out to what a chart can show: of each stretch the value that
/// is farthest on the wrong side.
fn answer(rule: &OwnRule, past: &Past, chart: Vec<Vec<(i64, f64)>>) -> QueryAnswer {
    let (metric, stat) = match &rule.draft.signal {
        Signal::Metric { metric, .. } => (metric.clone(), rule.stat()),
        signal @ Signal::Search { .. } => (signal.describe(), rule.stat()),
    };
    let longest = chart.iter().map(Vec::len).max().unwrap_or(0);
    let every = longest.div_ceil(POINTS_MAX).max(1);
    let is_low = match rule.draft.condition {
        Condition::Threshold { direction, .. } | Condition::Usual { direction, .. } => direction.is_beyond(0.0, 1.0),
        Condition::Absence(Absence { .. }) => true,
    };
    let worst = |part: &[(i64, f64)]| {
        let values = part.iter().copied();
        let found =
            if is_low { values.min_by(|a, b| a.1.total_cmp(&b.1)) } else { values.max_by(|a, b| a.1.total_cmp(&b.1)) };
        found.zip(part.first()).map(|(worst, first)| (first.0, worst.1))
    };
    let series = past.groups.iter().zip(chart).take(CHART_GROUPS_MAX).map(|(group, points)| Points {
        labels: group.labels.clone(),
        points: points.chunks(every).filter_map(worst).collect(),
    });
    QueryAnswer {
        metric,
        stat,
        unit: past.unit.clone(),
        step: Step::clamped(past.step_s * i64::try_from(every).unwrap_or(1)),
        series: series.collect(),
        compared: None,
    }
}

#[cfg(test)]
mod tests {
    use contract::{
        Kind,
        alert::{Direction, RuleDraft, Severity},
    };

    use super::*;

    fn rule(for_s: i64, clear_s: i64) -> OwnRule {
        let signal = Signal::Metric { metric: "jobs".to_owned(), stat: Stat::Max, only: BTreeMap::new(), by: vec![] };
        let draft = RuleDraft {
            name: "jobs".to_owned(),
            app: None,
            signal,
            window_s: 60,
            condition: Condition::Threshold { direction: Direction::Above, limit: 10.0, clear: None },
            for_s,
            clear_s,
            severity: Severity::Warning,
            remind_s: None,
            remedy: String::new(),
            is_enabled: true,
        };
        OwnRule { id: 0, draft, changed_ms: 0 }
    }

    /// A past of `minutes` minutes in which the value is 20 during the ranges of `high`.
    fn past(minutes: i64, high: &[(i64, i64)]) -> Past {
        let from_s = 1_790_000_040 - 1_790_000_040 % 60;
        let steps = (0..minutes).map(|minute| {
            let mut cell = Cell::default();
            let is_high = high.iter().any(|it| (it.0..it.1).contains(&minute));
            cell.record(Kind::Gauge, if is_high { 20.0 + minute as f64 } else { 1.0 }, 0);
            (from_s + minute * 60, cell)
        });
        let group = GroupCells { labels: Labels::new(), kind: Kind::Gauge, steps: steps.collect() };
        let to_s = from_s + minutes * 60;
        Past { step_s: 60, from_s, to_s, unit: String::new(), groups: vec![group], hours: vec![] }
    }

    #[track_caller]
    fn check(for_s: i64, minutes: i64, high: &[(i64, i64)], expected: &[(i64, i64, f64)], said: &str) {
        let past = past(minutes, high);
        let preview = run("app", &rule(for_s, 120), &past, past.to_s);
        let found = preview
            .occurrences
            .iter()
            .map(|it| ((it.span.from_s() - past.from_s) / 60, (it.span.to_s() - past.from_s) / 60, it.value));
        assert_eq!(found.collect::<Vec<_>>(), expected);
        assert_eq!(preview.sentence, said);
    }

    #[test]
    fn ok_occurrences() {
        let day = 1_440;
        check(0, 2 * day, &[], &[], "In the last 2 days, as far as there are data, it would not have fired.");
        let once = "In the last 2 days, as far as there are data, it would have fired once.";
        check(0, 2 * day, &[(100, 110)], &[(100, 112, 129.0)], once);
        check(300, 2 * day, &[(100, 104), (200, 220)], &[(204, 222, 239.0)], once);
        let joined = "In the last 10 hours, as far as there are data, it would have fired 2 times.";
        let flaps: Vec<(i64, i64)> = (0..20).map(|it| (100 + 8 * it, 104 + 8 * it)).collect();
        check(0, 600, &flaps, &[(100, 106, 123.0), (108, 292, 275.0)], joined);
        check(
            0,
            7 * day,
            &[(9, 12), (9_000, 9_001)],
            &[(9, 14, 31.0), (9_000, 9_003, 9_020.0)],
            "In the last 7 days it would have fired 2 times.",
        );
    }
}
