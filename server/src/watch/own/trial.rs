//! A rule tried on the past: the machine of the judge runs over the steps, and says when it would
//! have fired. Pure.

use contract::{
    Span, Step,
    alert::{Absence, Condition, IncidentId, IncidentState, Occurrence, Preview, RuleId, Signal, Verdict},
    series::{Points, QueryAnswer},
};
use pipeline::Cell;

use super::{
    condition::{self, GroupValue, group_text, value_of},
    rule::OwnRule,
    usual,
};
use crate::{
    store::query::cells::GroupCells,
    watch::{
        incident::{About, AppIncidents, Context, Moment, phase::ELAPSED_MAX_MS},
        judgement::{Judgement, Outcome},
        mute::Held,
    },
};

/// How far back a preview looks, seconds.
pub(crate) const BACK_S: i64 = 7 * 86_400;
/// Most points of one group in the chart.
const POINTS_MAX: usize = 2_000;
/// Most groups in the chart.
const CHART_GROUPS_MAX: usize = 20;

/// The past of a rule's signal.
pub(crate) struct Past {
    /// Width of a step, seconds.
    pub step_s: i64,
    /// Where the data begin and end, unix seconds.
    pub from_s: i64,
    pub to_s: i64,
    /// The unit of the values.
    pub unit: String,
    /// The steps of each group.
    pub groups: Vec<GroupCells>,
    /// The hours that what is usual is worked out from, where the rule looks at that.
    pub hours: Vec<GroupCells>,
}

/// Every rule is known and nothing is held back: only times matter.
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

/// How many steps a window has, rounded up.
pub(crate) const fn steps_of(window_s: i64, step_s: i64) -> i64 {
    if window_s <= step_s { 1 } else { (window_s + step_s - 1) / step_s }
}

/// Runs the machine over the past.
pub(crate) fn run(app: &str, rule: &OwnRule, past: &Past, now_s: i64) -> Preview {
    let window_s = steps_of(rule.window_s(), past.step_s) * past.step_s;
    let mut machine = AppIncidents::default();
    let mut lives = Lives::default();
    let mut chart: Vec<Vec<(i64, f64)>> = vec![vec![]; past.groups.len()];
    let mut limits: Vec<(i64, f64)> = vec![];
    let mut usual = UsualByHour::new(past);
    let mut now = vec![];
    let is_short = past.to_s - past.from_s < window_s;
    let first_s = if is_short { past.to_s - past.step_s } else { past.from_s + window_s - past.step_s };
    let mut at_s = first_s - first_s.rem_euclid(past.step_s);
    while at_s < past.to_s {
        let end_s = at_s + past.step_s;
        let judgements = judge_step(rule, past, usual.at(rule, end_s - 1), window_s, end_s, is_short);
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
    let verdict = |judged: &Judgement| Verdict {
        app: app.to_owned(),
        group: judged.group.clone(),
        at_ms: now_s * 1_000,
        value: judged.value,
        limit: judged.limit,
        usual: judged.usual,
        state: (judged.outcome == Outcome::Breach).then_some(IncidentState::Firing),
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
fn judge_step(
    rule: &OwnRule,
    past: &Past,
    usual: &[Option<f64>],
    window_s: i64,
    end_s: i64,
    is_short: bool,
) -> Vec<Judgement> {
    let of_group = |(group, usual): (&GroupCells, &Option<f64>)| {
        let mut merged = Cell::default();
        group.steps.range(end_s - window_s..end_s).for_each(|it| merged.merge(it.1));
        let found = GroupValue {
            group: group_text(&group.labels),
            value: value_of(rule.stat(), &merged, group.kind, window_s.min(end_s - past.from_s).max(1)),
            usual: *usual,
        };
        condition::judge(rule, &found, &past.unit, !is_short)
    };
    past.groups.iter().zip(usual).map(of_group).collect()
}

/// What is usual for each group, worked out once an hour of the past: it is the same for all steps
/// of an hour.
struct UsualByHour<'a> {
    /// The hours of each group, where there are any.
    hours: Vec<Option<&'a GroupCells>>,
    hour: Option<i64>,
    usual: Vec<Option<f64>>,
}

impl<'a> UsualByHour<'a> {
    fn new(past: &'a Past) -> Self {
        let of_group = |group: &GroupCells| past.hours.iter().find(|it| it.labels == group.labels);
        let hours: Vec<_> = past.groups.iter().map(of_group).collect();
        Self { usual: vec![None; hours.len()], hours, hour: None }
    }

    /// What is usual at a time, unix seconds, in the order of the groups.
    fn at(&mut self, rule: &OwnRule, at_s: i64) -> &[Option<f64>] {
        let hour = at_s.div_euclid(usual::HOUR_S);
        if self.hour != Some(hour) {
            self.usual = self.hours.iter().map(|it| usual::at((*it)?, rule, at_s)).collect();
            self.hour = Some(hour);
        }
        &self.usual
    }
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
        let worst = breaches.map(|it| (it, it.value.unwrap_or(0.0), it.limit.unwrap_or(0.0)));
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
        format!("In the last {} (no older data)", rough(back_s))
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

/// The values that were judged, thinned out to what a chart can show: of each stretch the value
/// that is farthest on the wrong side.
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
    use std::collections::BTreeMap;

    use contract::{
        Kind, Stat,
        alert::{Direction, RuleDraft, Severity},
        series::Labels,
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
        let from_s = 1_790_000_040;
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
        check(0, 2 * day, &[], &[], "In the last 2 days (no older data) it would not have fired.");
        let once = "In the last 2 days (no older data) it would have fired once.";
        check(0, 2 * day, &[(100, 110)], &[(100, 112, 129.0)], once);
        check(300, 2 * day, &[(100, 104), (200, 220)], &[(205, 222, 239.0)], once);
        let joined = "In the last 10 hours (no older data) it would have fired 2 times.";
        let flaps: Vec<(i64, i64)> = (0..20).map(|it| (100 + 8 * it, 104 + 8 * it)).collect();
        check(0, 600, &flaps, &[(100, 106, 123.0), (108, 264, 275.0)], joined);
        check(
            0,
            7 * day,
            &[(9, 12), (9_000, 9_001)],
            &[(9, 14, 31.0), (9_000, 9_003, 9_020.0)],
            "In the last 7 days it would have fired 2 times.",
        );
    }
}
