//! From a value to a judgement: the same for the judge and for the preview.

use contract::{
    Kind, Stat,
    alert::{Cause, Condition, Direction, RuleId, Signal},
    series::Labels,
};
use pipeline::Cell;

use super::rule::OwnRule;
use crate::{
    store::query::stat,
    watch::judgement::{Judgement, Outcome, Timing},
};

/// The value of one group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GroupValue {
    /// The group, such as `path=/orders`; empty without grouping.
    pub group: String,
    /// The value; `None` where nothing was measured.
    pub value: Option<f64>,
    /// What is usual at this hour, where that is looked at and known.
    pub usual: Option<f64>,
}

/// The group of some labels as text: `path=/orders, method=GET`.
pub(crate) fn group_text(labels: &Labels) -> String {
    labels.iter().map(|(label, value)| format!("{label}={value}")).collect::<Vec<_>>().join(", ")
}

/// A statistic of a window. Where nothing is counted, the count is zero; where nothing is measured,
/// there is no value.
pub(crate) fn value_of(wanted: Stat, cell: &Cell, kind: Kind, window_s: i64) -> Option<f64> {
    let is_counted = match wanted {
        Stat::Count | Stat::Rate => true,
        Stat::Sum => kind == Kind::Counter,
        _ => false,
    };
    stat::value(wanted, cell, kind, window_s).or(is_counted.then_some(0.0))
}

/// The limit of a value and the level below which it is right again, where they are known.
pub(crate) fn limits(rule: &OwnRule, usual: Option<f64>) -> Option<(f64, f64)> {
    match rule.draft.condition {
        Condition::Threshold { limit, clear, .. } => Some((limit, clear.unwrap_or(limit))),
        Condition::Usual { direction: Direction::Above, times } => usual.map(|it| (it * times, it * times)),
        Condition::Usual { direction: Direction::Below, times } => usual.map(|it| (it / times, it / times)),
        Condition::Absence(_) => None,
    }
}

/// Judges one value. A value that cannot be trusted, since the server has not seen the whole
/// window, breaches nothing by being small.
pub(crate) fn judge(rule: &OwnRule, found: &GroupValue, unit: &str, is_whole: bool) -> Judgement {
    let limits = limits(rule, found.usual);
    let outcome =
        match (rule.draft.condition, found.value) {
            (Condition::Absence(_), value) if value.is_none_or(|it| it <= 0.0) => {
                if is_whole {
                    Outcome::Breach
                } else {
                    Outcome::Unknown
                }
            }
            (Condition::Absence(_), _) => Outcome::Clear,
            (Condition::Threshold { direction, .. } | Condition::Usual { direction, .. }, Some(value)) => {
                match limits {
                    Some((limit, _)) if direction.is_beyond(value, limit) => {
                        if is_whole || direction == Direction::Above { Outcome::Breach } else { Outcome::Unknown }
                    }
                    Some((_, clear)) if direction.is_beyond(value, clear) => Outcome::Between,
                    Some(_) => Outcome::Clear,
                    None => Outcome::Unknown,
                }
            }
            (_, None) => Outcome::Unknown,
        };
    let draft = &rule.draft;
    let unit = unit_of(rule.stat(), unit);
    let limit = limits.map(|it| it.0);
    Judgement {
        rule: RuleId::Own(rule.id),
        group: found.group.clone(),
        cause: Cause::Own(rule.id),
        outcome,
        severity: draft.severity,
        timing: Timing { for_s: draft.for_s, clear_s: draft.clear_s, remind_s: draft.remind_s },
        value: if rule.is_of_absence() { None } else { found.value },
        limit,
        usual: found.usual,
        since_s: None,
        what: what(rule, found, &unit),
        detail: detail(rule, limit, found.usual, &unit),
        metric: match &draft.signal {
            Signal::Metric { metric, .. } => Some(metric.clone()),
            Signal::Search { .. } => None,
        },
        unit,
    }
}

/// The unit of a statistic of values in `unit`.
fn unit_of(stat: Stat, unit: &str) -> String {
    match stat {
        Stat::Rate => "/s".to_owned(),
        Stat::Count => String::new(),
        _ => unit.to_owned(),
    }
}

fn what(rule: &OwnRule, found: &GroupValue, unit: &str) -> String {
    let of = if found.group.is_empty() { String::new() } else { format!(", {}", found.group) };
    let signal = match &rule.draft.signal {
        Signal::Metric { metric, .. } if rule.is_of_absence() => metric.clone(),
        Signal::Metric { metric, stat, .. } => format!("{stat} of {metric}"),
        signal @ Signal::Search { .. } => signal.describe(),
    };
    match (rule.draft.condition, found.value) {
        (Condition::Absence(absence), _) => format!("no {signal} for {}{of}", duration(absence.for_s)),
        (_, Some(value)) => format!("{signal} {}{of}", number(value, unit)),
        (_, None) => format!("{signal}{of}"),
    }
}

fn detail(rule: &OwnRule, limit: Option<f64>, usual: Option<f64>, unit: &str) -> String {
    if rule.is_of_absence() {
        return String::new();
    }
    let mut parts = vec![];
    parts.extend(limit.map(|it| format!("limit {}", number(it, unit))));
    parts.extend(usual.map(|it| format!("usually {}", number(it, unit))));
    parts.push(format!("over {}", duration(rule.window_s())));
    parts.join(", ")
}

/// A number with its unit: `1.42 s`, `12.5 %`, `4,200`.
pub(crate) fn number(value: f64, unit: &str) -> String {
    let (value, unit) = if unit == "ms" && value.abs() >= 1_000.0 { (value / 1_000.0, "s") } else { (value, unit) };
    let digits = match value.abs() {
        100.0.. => 0,
        10.0.. => 1,
        _ => 2,
    };
    let mut text = format!("{value:.digits$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    let glue = if unit.is_empty() || unit.starts_with('/') { "" } else { " " };
    format!("{text}{glue}{unit}")
}

/// A length of time in words: `90 s`, `5 min`, `3 h`.
pub(crate) fn duration(seconds: i64) -> String {
    match seconds {
        it if it >= 86_400 && it % 86_400 == 0 => format!("{} d", it / 86_400),
        it if it >= 3_600 && it % 3_600 == 0 => format!("{} h", it / 3_600),
        it if it >= 60 && it % 60 == 0 => format!("{} min", it / 60),
        it if it >= 3_600 => format!("{} h {} min", it / 3_600, it % 3_600 / 60),
        it if it >= 300 => format!("{} min", it / 60),
        it => format!("{it} s"),
    }
}

#[cfg(test)]
mod tests {
    use contract::{
        Stat,
        alert::{Absence, RuleDraft, Severity},
    };

    use super::*;

    fn rule(condition: Condition) -> OwnRule {
        let signal = Signal::Metric {
            metric: "router.service".to_owned(),
            stat: Stat::Percentile(95.0),
            only: std::collections::BTreeMap::new(),
            by: vec![],
        };
        let draft = RuleDraft {
            name: "slow".to_owned(),
            app: None,
            signal,
            window_s: 300,
            condition,
            for_s: 0,
            clear_s: 60,
            severity: Severity::Warning,
            remind_s: None,
            remedy: String::new(),
            is_enabled: true,
        };
        OwnRule { id: 3, draft, changed_ms: 0 }
    }

    #[track_caller]
    fn check(condition: Condition, value: Option<f64>, usual: Option<f64>, expected: Outcome, said: &str) {
        let found = GroupValue { group: "path=/a".to_owned(), value, usual };
        let judged = judge(&rule(condition), &found, "ms", true);
        assert_eq!((judged.outcome, format!("{}; {}", judged.what, judged.detail)), (expected, said.to_owned()));
    }

    #[test]
    fn ok_each_condition() {
        let above = Condition::Threshold { direction: Direction::Above, limit: 1_000.0, clear: Some(800.0) };
        let said = |value: &str| format!("p95 of router.service {value}, path=/a; limit 1 s, over 5 min");
        check(above, Some(1_420.0), None, Outcome::Breach, &said("1.42 s"));
        check(above, Some(900.0), None, Outcome::Between, &said("900 ms"));
        check(above, Some(12.34), None, Outcome::Clear, &said("12.3 ms"));
        check(above, None, None, Outcome::Unknown, "p95 of router.service, path=/a; limit 1 s, over 5 min");
        let usual = Condition::Usual { direction: Direction::Below, times: 2.0 };
        let said = "p95 of router.service 40 ms, path=/a; limit 50 ms, usually 100 ms, over 5 min";
        check(usual, Some(40.0), Some(100.0), Outcome::Breach, said);
        check(usual, Some(40.0), None, Outcome::Unknown, "p95 of router.service 40 ms, path=/a; over 5 min");
        let absence = Condition::Absence(Absence { for_s: 5_400 });
        check(absence, None, None, Outcome::Breach, "no router.service for 90 min, path=/a; ");
        check(absence, Some(1.0), None, Outcome::Clear, "no router.service for 90 min, path=/a; ");
    }

    #[test]
    fn ok_a_window_before_the_start_breaches_nothing() {
        let below = Condition::Threshold { direction: Direction::Below, limit: 5.0, clear: None };
        for (condition, value) in [(below, Some(1.0)), (Condition::Absence(Absence { for_s: 60 }), None)] {
            let found = GroupValue { group: String::new(), value, usual: None };
            assert_eq!(judge(&rule(condition), &found, "", false).outcome, Outcome::Unknown);
        }
    }
}
