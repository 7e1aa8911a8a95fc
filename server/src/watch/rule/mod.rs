//! The rules that every app has: from what is measured and what is usual to judgements. Pure.
//!
//! [`RULES`] is the one table of them. A rule looks at one app at one moment and gives one
//! judgement; how long something must last before anybody is told is decided elsewhere.

/// Tails of distributions.
pub mod statistics;

/// Numbers as sentences have them.
pub(crate) mod words;

/// What is measured of an app now.
pub mod observed;

/// The memory of each dyno over the last hour.
pub mod memory_track;

/// What is remembered of an app for six hours.
pub mod history;

/// What is usual of an app.
pub mod expected;

/// The form of a rule.
pub mod entry;

mod errors;

mod latency;

mod traffic;

mod traffic_drop;

mod traffic_surge;

mod code_count;

mod router_codes;

mod dyno_codes;

mod crash_loop;

/// Memory near its quota.
pub(in crate::watch) mod memory;

mod addon_disk;

mod addon_connections;

mod loss;

mod silence;

use contract::alert::BuiltIn;

use self::{entry::Entry, expected::Expected, observed::Observed};
use super::judgement::Judgement;

/// Every rule, in the order of [`BuiltIn::ALL`].
pub const RULES: [Entry; 12] = [
    errors::RULE,
    latency::RULE,
    traffic_drop::RULE,
    traffic_surge::RULE,
    router_codes::RULE,
    dyno_codes::RULE,
    crash_loop::RULE,
    memory::RULE,
    addon_disk::RULE,
    addon_connections::RULE,
    loss::RULE,
    silence::RULE,
];

/// Judges an app by every rule: one judgement each. Router codes come before the share of errors,
/// so that an incident of both is named after the code, which says more.
#[must_use]
pub fn judge(observed: &Observed, expected: Option<&Expected>) -> Vec<Judgement> {
    let mut judgements: Vec<Judgement> = RULES.iter().map(|it| (it.judge)(it, observed, expected)).collect();
    judgements.swap(BuiltIn::Errors as usize, BuiltIn::RouterCodes as usize);
    judgements
}

/// The entry of a rule.
#[must_use]
pub fn entry(rule: BuiltIn) -> &'static Entry {
    static TABLE: [Entry; 12] = RULES;
    &TABLE[rule as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_the_table_is_whole() {
        for (entry, rule) in RULES.iter().zip(BuiltIn::ALL) {
            assert_eq!(entry.rule, rule);
            assert_eq!(super::entry(rule).name, entry.name);
            for text in [entry.sentence, entry.remedy] {
                assert!(text.ends_with('.') && text.len() <= 200, "{text}");
            }
        }
    }
}
