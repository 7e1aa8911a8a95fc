//! A database runs out of connections.

use contract::alert::{BuiltIn, Cause, Severity};

use super::{
    entry::{Entry, timing},
    expected::Expected,
    observed::Observed,
};
use crate::watch::judgement::{Judgement, Outcome};

pub(super) const RULE: Entry = Entry {
    rule: BuiltIn::AddonConnections,
    name: "Database connections",
    sentence: "A database has more than 85 % of its connections in use; from 97 % on it is critical.",
    remedy: "Lower the pool sizes, look for connections that are never closed, or put a pooler in front.",
    severity: Severity::Critical,
    cause: Cause::Addon,
    timing: timing(180, 600),
    metric: Some("active-connections"),
    judge,
};

const WARNING: f64 = 0.85;
const CRITICAL: f64 = 0.97;
const CLEAR: f64 = 0.75;

fn judge(rule: &Entry, observed: &Observed, _: Option<&Expected>) -> Judgement {
    let rooms = observed.addons.iter().filter_map(|it| Some((it, it.connections_share?)));
    let Some((room, share)) = rooms.max_by(|a, b| a.1.total_cmp(&b.1)) else { return rule.plain(Outcome::Unknown) };
    let outcome = match share {
        WARNING.. => Outcome::Breach,
        CLEAR.. => Outcome::Between,
        _ => Outcome::Clear,
    };
    let detail = room.connections.map(|it| format!("{it:.0} of {:.0}", it / share)).unwrap_or_default();
    Judgement {
        severity: if share >= CRITICAL { Severity::Critical } else { Severity::Warning },
        value: Some(share * 100.0),
        limit: Some(WARNING * 100.0),
        unit: "%".to_owned(),
        what: format!("{} has {:.0} % of its connections in use", room.name, share * 100.0),
        detail,
        ..rule.plain(outcome)
    }
}

#[cfg(test)]
mod tests {
    use super::super::observed::AddonRoom;
    use super::*;

    #[test]
    fn ok_levels() {
        let check = |share: f64, outcome: Outcome, detail: &str| {
            let connections = Some(share * 120.0);
            let room = AddonRoom { connections, connections_share: Some(share), ..AddonRoom::default() };
            let found = judge(&RULE, &Observed { addons: [room].into(), ..Observed::default() }, None);
            assert_eq!((found.outcome, found.detail.as_str()), (outcome, detail));
        };
        check(0.5, Outcome::Clear, "60 of 120");
        check(0.8, Outcome::Between, "96 of 120");
        check(0.9, Outcome::Breach, "108 of 120");
    }
}
