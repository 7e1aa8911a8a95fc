//! A simulated app: its scenario, its dynos and its rate of requests. Generates no lines.

use std::sync::Arc;

use super::{
    endpoint::{API, CHECKOUT, Endpoint, STOREFRONT},
    random::wave,
    scenario::Scenario,
};

/// An app with its own dynos and traffic.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub name: String,
    /// Its index among the apps, which separates its random numbers from those of others.
    pub index: u64,
    /// What goes wrong with it.
    pub scenario: Scenario,
    pub endpoints: &'static [Endpoint],
    /// The PROCIDs of its web dynos.
    pub web: Vec<Arc<str>>,
    /// The PROCID of its worker.
    pub worker: Arc<str>,
    /// Memory of a dyno that has just started, MB.
    pub memory_mb: f64,
    /// Requests per second in the busiest minute of the day.
    pub rate: f64,
    /// Whether it uses Heroku's newer router.
    pub has_router_2: bool,
}

const DAY_S: f64 = 86_400.0;

impl App {
    /// The app with number `index`; `rate` is the rate of the busiest app.
    #[must_use]
    pub(crate) fn new(name: &str, index: usize, rate: f64) -> Self {
        let scenario = Scenario::of(index);
        let (endpoints, dynos, memory_mb, share) = match scenario {
            Scenario::Timeouts => (CHECKOUT, 3, 268.0, 1.0),
            Scenario::Leak => (API, 4, 282.0, 0.7),
            Scenario::Crash => (STOREFRONT, 2, 231.0, 0.45),
            Scenario::Job => (API, 0, 190.0, 0.0),
        };
        Self {
            name: name.to_owned(),
            index: index as u64,
            scenario,
            endpoints,
            web: (1..=dynos).map(|it| Arc::from(format!("web.{it}"))).collect(),
            worker: "worker.1".into(),
            memory_mb,
            rate: rate * share,
            has_router_2: index.is_multiple_of(2),
        }
    }

    /// Requests per second at `unix_s` (unix seconds): a third of the peak at 05:00 UTC, the peak
    /// at 17:00, less at weekends, and a slow swell over minutes.
    #[must_use]
    pub(crate) fn rate_at(&self, unix_s: i64) -> f64 {
        let turns = unix_s as f64 / DAY_S;
        let day = 0.67 + 0.33 * wave(turns - 11.0 / 24.0);
        // 1970-01-01 was a Thursday.
        let is_weekend = matches!(unix_s.div_euclid(86_400).rem_euclid(7), 2 | 3);
        let swell = 1.0 + 0.08 * wave(unix_s as f64 / 740.0 + self.index as f64 * 0.3);
        self.rate * day * swell * if is_weekend { 0.7 } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(unix_s: i64, low: f64, high: f64) {
        let rate = App::new("a", 0, 100.0).rate_at(unix_s);
        assert!((low..high).contains(&rate), "{rate}");
    }

    #[test]
    fn ok_shape_of_a_day() {
        let monday_s = 1_795_392_000;
        check(monday_s + 17 * 3_600, 90.0, 109.0);
        check(monday_s + 5 * 3_600, 30.0, 38.0);
        check(monday_s - 86_400 + 17 * 3_600, 60.0, 77.0);
    }
}
