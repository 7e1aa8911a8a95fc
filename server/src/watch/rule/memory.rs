//! Memory comes near its quota: how much is in use, and when it is full if it goes on growing.

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::{MemoryTrend, Observed},
    words::duration,
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::Memory,
    name: "Memory",
    sentence: "A dyno uses more than 97 % of its memory quota, or grows steadily and is full within an hour.",
    remedy: "Restart the dyno to win time, then look for what grows since the last release.",
    severity: Severity::Warning,
    cause: Cause::Memory,
    timing: timing(600, 900),
    metric: Some("memory_total"),
    judge,
};

/// In use, as a share of the quota.
pub(in crate::watch) const FULL: f64 = 0.97;
/// With less in use than this, growth is no matter yet.
const GROWING_FROM: f64 = 0.75;
/// Full within this time, seconds.
const FULL_IN_S: f64 = 3_600.0;
/// A firing rule goes on above this share of the quota.
const CLEAR: f64 = 0.9;

fn judge(rule: &Entry, observed: &Observed, _: Option<&Expected>) -> Judgement {
    let Some(quota_mb) = observed.quota_mb.filter(|it| *it > 0.0) else { return rule.plain(Outcome::Unknown) };
    let share = |it: &MemoryTrend| it.now_mb / quota_mb;
    let Some(fullest) = observed.memory.iter().max_by(|a, b| a.now_mb.total_cmp(&b.now_mb)) else {
        return rule.plain(Outcome::Unknown);
    };
    let growing = observed.memory.iter().filter(|it| share(it) >= GROWING_FROM);
    let soonest = growing.filter_map(|it| Some((it, it.full_in_s(quota_mb)?)));
    let soonest = soonest.min_by(|a, b| a.1.total_cmp(&b.1)).filter(|it| it.1 <= FULL_IN_S);
    let judgement = |dyno: &MemoryTrend, outcome| Judgement {
        value: Some(dyno.now_mb),
        limit: Some(quota_mb * FULL),
        unit: "MB".to_owned(),
        what: format!("{} uses {:.0} % of its memory", dyno.dyno, share(dyno) * 100.0),
        detail: format!("{:.0} of {quota_mb:.0} MB", dyno.now_mb),
        ..rule.plain(outcome)
    };
    match soonest {
        Some((dyno, full_in_s)) if share(dyno) < 1.0 => {
            let growth = dyno.mb_per_h.unwrap_or(0.0);
            let mut said = judgement(dyno, Outcome::Breach);
            said.detail += &format!(", +{growth:.0} MB/h: full in {}", duration((full_in_s as i64).max(60)));
            said
        }
        _ if share(fullest) >= FULL => judgement(fullest, Outcome::Breach),
        _ if share(fullest) >= CLEAR => judgement(fullest, Outcome::Between),
        _ => judgement(fullest, Outcome::Clear),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now_mb: f64, mb_per_h: Option<f64>, said: &str) {
        let memory = [MemoryTrend { dyno: "web.1".into(), now_mb, mb_per_h }].into();
        let found = judge(&RULE, &Observed { quota_mb: Some(512.0), memory, ..Observed::default() }, None);
        let text = format!("{}, {}", found.what, found.detail);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_full_and_soon_full() {
        check(200.0, Some(600.0), "clear");
        check(400.0, Some(20.0), "clear");
        check(400.0, Some(160.0), "web.1 uses 78 % of its memory, 400 of 512 MB, +160 MB/h: full in 42 min");
        check(480.0, None, "between");
        check(505.0, None, "web.1 uses 99 % of its memory, 505 of 512 MB");
        check(600.0, Some(50.0), "web.1 uses 117 % of its memory, 600 of 512 MB");
        let found = judge(&RULE, &Observed::default(), None);
        assert_eq!(found.outcome, Outcome::Unknown);
    }
}
