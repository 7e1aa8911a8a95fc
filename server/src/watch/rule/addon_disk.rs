//! The disk of a database fills up: the share in use that the database itself reports.

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::AddonDisk,
    name: "Database disk",
    sentence: "A database's disk or its log is more than 85 % full; from 95 % on it is critical.",
    remedy: "Delete what is no longer needed, or take a larger plan before writes stop.",
    severity: Severity::Critical,
    cause: Cause::Addon,
    timing: timing(600, 1_800),
    metric: Some("tmp-disk-used"),
    judge,
};

const WARNING: f64 = 0.85;
const CRITICAL: f64 = 0.95;
const CLEAR: f64 = 0.8;

fn judge(rule: &Entry, observed: &Observed, _: Option<&Expected>) -> Judgement {
    let rooms = observed.addons.iter().filter_map(|it| Some((&it.name, it.disk?)));
    let Some((name, share)) = rooms.max_by(|a, b| a.1.total_cmp(&b.1)) else { return rule.plain(Outcome::Unknown) };
    let outcome = match share {
        WARNING.. => Outcome::Breach,
        CLEAR.. => Outcome::Between,
        _ => Outcome::Clear,
    };
    Judgement {
        severity: if share >= CRITICAL { Severity::Critical } else { Severity::Warning },
        value: Some(share * 100.0),
        limit: Some(WARNING * 100.0),
        unit: "%".to_owned(),
        what: format!("{name} has used {:.0} % of its disk", share * 100.0),
        detail: format!("limit {:.0} %", WARNING * 100.0),
        ..rule.plain(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::super::observed::AddonRoom;
    use super::*;

    #[test]
    fn ok_levels() {
        let check = |disk: Option<f64>, outcome: Outcome, severity: Severity| {
            let addons = [AddonRoom { name: "DATABASE".into(), disk, ..AddonRoom::default() }].into();
            let found = judge(&RULE, &Observed { addons, ..Observed::default() }, None);
            assert_eq!((found.outcome, found.severity), (outcome, severity), "{disk:?}");
        };
        check(None, Outcome::Unknown, Severity::Critical);
        check(Some(0.5), Outcome::Clear, Severity::Warning);
        check(Some(0.82), Outcome::Between, Severity::Warning);
        check(Some(0.9), Outcome::Breach, Severity::Warning);
        check(Some(0.96), Outcome::Breach, Severity::Critical);
    }
}
