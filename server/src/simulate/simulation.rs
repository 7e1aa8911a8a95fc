//! The lines of all apps in every second: a function of seed, origin and time, without clock or
//! state.

use super::{addon, app::App, dyno, entry::Entry, random::Random, request, scenario::Moment};

/// A simulated world: everything its apps log follows from it.
#[derive(Clone, Debug)]
pub(crate) struct Simulation {
    /// The seed of all random numbers.
    pub seed: u64,
    /// The origin of all scenarios, unix seconds.
    pub origin_s: i64,
}

impl Simulation {
    /// The lines of an app in the second that starts at `unix_s`, ordered by time.
    #[must_use]
    pub(crate) fn second(&self, app: &App, unix_s: i64) -> Vec<Entry> {
        let moment = Moment { unix_s, at_s: unix_s - self.origin_s };
        let conditions = app.scenario.conditions(moment.at_s);
        let mut entries = Vec::new();
        if !conditions.is_awake {
            return entries;
        }
        let mut random = Random::of(self.seed, &[app.index, unix_s.cast_unsigned(), 1]);
        if !app.web.is_empty() {
            for _ in 0..random.poisson(app.rate_at(unix_s)) {
                // Leaves the first 2 ms free, because an app's line is a little older than the
                // router's.
                let at_us = unix_s * 1_000_000 + 2_000 + random.below(998_000).cast_signed();
                request::write(app, &conditions, at_us, &mut random, &mut entries);
            }
        }
        dyno::write(app, self.seed, moment, &mut entries);
        addon::write(app, self.seed, moment, &mut entries);
        entries.sort_by_key(|it| it.at_us);
        entries
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const ORIGIN_S: i64 = 1_795_444_200;

    fn simulation(seed: u64) -> Simulation {
        Simulation { seed, origin_s: ORIGIN_S }
    }

    /// How often each of `words` occurs in the lines of an app, in the given seconds after the
    /// origin.
    fn count(app: &App, seconds: std::ops::Range<i64>, words: &[&'static str]) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for entry in seconds.flat_map(|it| simulation(1).second(app, ORIGIN_S + it)) {
            for word in words.iter().filter(|it| entry.text.contains(**it)) {
                *counts.entry(*word).or_default() += 1;
            }
        }
        counts
    }

    #[test]
    fn ok_same_seed_same_lines() {
        let app = App::new("checkout", 0, 40.0);
        assert_eq!(simulation(1).second(&app, ORIGIN_S), simulation(1).second(&app, ORIGIN_S));
        assert_ne!(simulation(1).second(&app, ORIGIN_S), simulation(2).second(&app, ORIGIN_S));
    }

    #[test]
    fn ok_lines_belong_to_their_second() {
        for index in 0..4 {
            let app = App::new("a", index, 40.0);
            for unix_s in ORIGIN_S - 60..ORIGIN_S + 60 {
                let entries = simulation(1).second(&app, unix_s);
                assert!(entries.iter().all(|it| it.at_us.div_euclid(1_000_000) == unix_s && !it.text.contains('\n')));
            }
        }
    }

    #[test]
    fn ok_the_first_minutes_have_every_state() {
        let words = ["code=H12", "Error R14", "code=H10", "status=200", "to crashed", "Release v"];
        let timeouts = count(&App::new("checkout", 0, 10.0), 0..60, &words);
        assert!(timeouts["code=H12"] >= 10, "{timeouts:?}");
        let leak = count(&App::new("api", 1, 10.0), 0..60, &words);
        assert!(leak["Error R14"] == 3 && !leak.contains_key("code=H12"), "{leak:?}");
        let calm = count(&App::new("storefront", 2, 10.0), 0..60, &words);
        assert!(calm["status=200"] > 100 && calm.len() == 1, "{calm:?}");
        let crash = count(&App::new("storefront", 2, 10.0), -38 * 60..-36 * 60, &words);
        assert!(crash["code=H10"] > 50 && crash["to crashed"] == 2 && crash["Release v"] == 1, "{crash:?}");
        assert!(count(&App::new("nightly", 3, 10.0), 0..60, &words).is_empty());
    }
}
