//! A dyno crashes again and again, or several crash at once.

use std::collections::BTreeMap;

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
    words::{counted, time_of_day},
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::CrashLoop,
    name: "Crash loop",
    sentence: "A dyno crashes twice within 10 min, or dynos crash three times within 15 min.",
    remedy: "Read the dyno's last lines before it crashed, and roll the release back if it began with one.",
    severity: Severity::Critical,
    cause: Cause::Processes,
    timing: timing(0, 900),
    metric: Some("dyno.crashes"),
    judge,
};

/// One dyno that crashes this often within so many seconds.
const SAME_DYNO: usize = 2;
const SAME_DYNO_S: i64 = 600;
/// All dynos together, in the 15 min that are looked at.
const ALL_DYNOS: usize = 3;

fn judge(rule: &Entry, observed: &Observed, _: Option<&Expected>) -> Judgement {
    let crashes = &observed.crashes;
    let Some(first) = crashes.first() else { return rule.plain(Outcome::Clear) };
    let mut by_dyno: BTreeMap<&str, usize> = BTreeMap::new();
    for crash in crashes.iter().filter(|it| it.at_s > observed.now_s - SAME_DYNO_S) {
        *by_dyno.entry(&crash.dyno).or_default() += 1;
    }
    let worst = by_dyno.iter().max_by_key(|it| *it.1).filter(|it| *it.1 >= SAME_DYNO);
    if worst.is_none() && crashes.len() < ALL_DYNOS {
        return rule.plain(Outcome::Between);
    }
    let n = crashes.len() as u64;
    let what = match worst {
        Some((dyno, n)) => format!("{dyno} crashed {}", counted(*n as u64, "time", "times")),
        None => counted(n, "crash", "crashes"),
    };
    Judgement {
        value: Some(n as f64),
        limit: Some(SAME_DYNO as f64),
        since_s: Some(first.at_s),
        what,
        detail: format!("{} in 15 min, since {}", counted(n, "crash", "crashes"), time_of_day(first.at_s)),
        ..rule.plain(Outcome::Breach)
    }
}

#[cfg(test)]
mod tests {
    use super::super::observed::Crash;
    use super::*;

    #[track_caller]
    fn check(crashes: &[(i64, &str)], said: &str) {
        let crashes = crashes.iter().map(|it| Crash { at_s: it.0, dyno: it.1.into() }).collect();
        let found = judge(&RULE, &Observed { now_s: 900, crashes, ..Observed::default() }, None);
        let text = format!("{}, {}", found.what, found.detail);
        let text = if found.outcome == Outcome::Breach { text } else { format!("{:?}", found.outcome).to_lowercase() };
        assert_eq!(text, said);
    }

    #[test]
    fn ok_loops() {
        check(&[], "clear");
        check(&[(800, "web.1")], "between");
        check(&[(100, "web.1"), (800, "web.1")], "between");
        check(&[(400, "web.1"), (800, "web.1")], "web.1 crashed 2 times, 2 crashes in 15 min, since 00:06");
        check(&[(10, "web.1"), (20, "web.2"), (30, "web.3")], "3 crashes, 3 crashes in 15 min, since 00:00");
    }
}
