//! Rules, incidents and messages in words, as the pages of alerts share them. Pure.

use contract::{
    Stat,
    alert::{Condition, Delivery, Direction, Incident, IncidentState, Mute, RuleDraft, RuleId, Signal},
};

use super::metric::{shown_unit, words};
use crate::part::{
    number::figure_text,
    time::{clock, day, length, stamp},
};

/// A moment seen from another one, unix seconds: `14:06`, `Mon 21 14:06`, or `2026-09-21 14:06`.
#[must_use]
pub fn when(at_s: i64, now_s: i64) -> String {
    const DAY_S: i64 = 86_400;
    // Beyond that the day of the week may be that of another week.
    const NAMED_S: i64 = 6 * DAY_S;
    if at_s.div_euclid(DAY_S) == now_s.div_euclid(DAY_S) {
        clock(at_s)
    } else if (at_s - now_s).abs() < NAMED_S {
        format!("{} {}", day(at_s), clock(at_s))
    } else {
        stamp(at_s)[..16].replace('T', " ")
    }
}

/// A duration that a person chose, in the largest unit that fits it: `90 s`, `5 min`, `6 h`, `7 d`.
#[must_use]
pub fn chosen_length(seconds: i64) -> String {
    match seconds {
        it if it > 0 && it % 86_400 == 0 => format!("{} d", it / 86_400),
        it if it > 0 && it % 3_600 == 0 => format!("{} h", it / 3_600),
        it if it > 0 && it % 60 == 0 => format!("{} min", it / 60),
        it => format!("{it} s"),
    }
}

/// The statistic whose unit the values of a signal have. Lines are counted.
#[must_use]
pub fn stat_of(signal: &Signal) -> Stat {
    match signal {
        Signal::Metric { stat, .. } => *stat,
        Signal::Search { field, .. } => field.as_ref().map_or(Stat::Count, |it| it.stat),
    }
}

/// A value of a signal with its unit.
#[must_use]
pub fn value_text(signal: &Signal, unit: &str, value: f64) -> String {
    let unit = match signal {
        Signal::Metric { metric, .. } => shown_unit(metric, unit),
        Signal::Search { .. } => unit,
    };
    figure_text(Some((words(unit, stat_of(signal)).figure)(value)))
}

/// When a rule fires, such as `p95 of router.service over 5 min above 400 ms for 2 min`.
#[must_use]
pub fn rule_text(rule: &RuleDraft, unit: &str) -> String {
    let (mut text, mut cleared) = (rule.signal.describe(), String::new());
    let over = format!(" over {}", chosen_length(rule.window_s));
    match rule.condition {
        Condition::Threshold { direction, limit, clear } => {
            text += &format!("{over} {} {}", direction.word(), value_text(&rule.signal, unit, limit));
            cleared =
                clear.map(|it| format!(", cleared at {}", value_text(&rule.signal, unit, it))).unwrap_or_default();
        }
        Condition::Usual { direction: Direction::Above, times } => text += &format!("{over} above {times}× usual"),
        Condition::Usual { direction: Direction::Below, times } => text += &format!("{over} below usual ÷ {times}"),
        Condition::Absence(absence) => text = format!("No {text} for {}", chosen_length(absence.for_s)),
    }
    if rule.for_s > 0 && !matches!(rule.condition, Condition::Absence(_)) {
        text += &format!(" for {}", chosen_length(rule.for_s));
    }
    text + &cleared
}

/// How long an incident has lasted, or lasted until it was over.
#[must_use]
pub fn lasting(incident: &Incident, now_s: i64) -> String {
    let until_s = incident.resolved_ms.map_or(now_s, |it| it.div_euclid(1_000));
    length(until_s - incident.began_ms.div_euclid(1_000))
}

/// The mute that holds back messages of an incident, the one that ends last.
#[must_use]
pub fn mute_of<'a>(mutes: &'a [Mute], incident: &Incident) -> Option<&'a Mute> {
    if incident.state == IncidentState::Resolved {
        return None;
    }
    let holds = |mute: &&Mute| {
        let mute = &mute.draft;
        mute.app.as_ref().is_none_or(|it| *it == incident.app)
            && mute.rule.is_none_or(|it| it == incident.rule)
            && mute.incident.is_none_or(|it| it == incident.id)
    };
    mutes.iter().filter(holds).max_by_key(|it| it.draft.until_ms)
}

/// What a mute holds back: `checkout`, `rule errors of api`, `incident #12`, `everything`.
#[must_use]
pub fn mute_scope(mute: &Mute) -> String {
    let rule = mute.draft.rule.map(|rule| match rule {
        RuleId::BuiltIn(rule) => format!("rule {}", rule.word()),
        RuleId::Own(number) => format!("rule {number}"),
    });
    match (mute.draft.incident, rule, &mute.draft.app) {
        (Some(id), ..) => format!("Incident {id}"),
        (None, Some(rule), Some(app)) => format!("{app}, {rule}"),
        (None, Some(rule), None) => format!("All apps, {rule}"),
        (None, None, Some(app)) => app.clone(),
        (None, None, None) => "Everything".to_owned(),
    }
}

/// The value of a group such as `path=/orders`, without its label.
#[must_use]
pub fn group_value(group: &str) -> &str {
    group.split_once('=').map_or(group, |it| it.1)
}

/// The attempts to deliver a message, and when the next one is.
#[must_use]
pub fn attempts_text(message: &Delivery, now_s: i64) -> String {
    let tries = counted(message.attempts as usize, "attempt");
    match message.next_ms.map(|it| it.div_euclid(1_000) - now_s) {
        None => format!("Given up after {tries}"),
        Some(wait_s @ 1..) => format!("{tries}, next in {}", length(wait_s)),
        Some(_) => format!("{tries}, next now"),
    }
}

/// A number and its noun, such as `1 message` or `3 messages`.
#[must_use]
pub fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}

#[cfg(test)]
mod tests {
    use contract::alert::{Absence, Severity};

    use super::*;

    #[test]
    fn ok_moments_and_lengths() {
        let now_s = 1_790_000_000;
        assert_eq!(
            [when(now_s - 60, now_s), when(now_s - 86_400, now_s), when(now_s - 864_000, now_s)],
            ["14:12", "Sun 20 14:13", "2026-09-11 14:13"]
        );
        for (seconds, expected) in [(0, "0 s"), (90, "90 s"), (300, "5 min"), (21_600, "6 h"), (604_800, "7 d")] {
            assert_eq!(chosen_length(seconds), expected);
        }
    }

    #[test]
    fn ok_rules_in_words() {
        let rule = |signal, condition| RuleDraft {
            name: "slow".to_owned(),
            app: None,
            signal,
            window_s: 300,
            condition,
            for_s: 120,
            clear_s: 120,
            severity: Severity::Warning,
            remind_s: None,
            remedy: String::new(),
            is_enabled: true,
        };
        let service = || Signal::Metric {
            metric: "router.service".to_owned(),
            stat: Stat::Percentile(95.0),
            only: std::collections::BTreeMap::new(),
            by: vec![],
        };
        let lines = || Signal::Search { q: "timeout".to_owned(), source: String::new(), field: None };
        let (above, below) = (Direction::Above, Direction::Below);
        for (signal, condition, expected) in [
            (
                service(),
                Condition::Threshold { direction: above, limit: 400.0, clear: Some(350.0) },
                "p95 of router.service over 5 min above 400 ms for 2 min, cleared at 350 ms",
            ),
            (
                service(),
                Condition::Usual { direction: above, times: 2.5 },
                "p95 of router.service over 5 min above 2.5× usual for 2 min",
            ),
            (
                service(),
                Condition::Usual { direction: below, times: 3.0 },
                "p95 of router.service over 5 min below usual ÷ 3 for 2 min",
            ),
            (
                lines(),
                Condition::Threshold { direction: above, limit: 10.0, clear: None },
                "log lines matching timeout over 5 min above 10 for 2 min",
            ),
            (lines(), Condition::Absence(Absence { for_s: 600 }), "No log lines matching timeout for 10 min"),
        ] {
            assert_eq!(rule_text(&rule(signal, condition), "ms"), expected);
        }
    }
}
