//! The numbers that pages show of every app, taken from its live windows at one moment. Judges
//! nothing.

use contract::{ByStatusClass, Event, SparkPoint, StatusClass};
use pipeline::Cell;

use crate::live::{AppLive, WINDOW_S, events::page_event};

/// The range of percentiles and error rates, seconds.
pub(crate) const MINUTE_S: i64 = 60;
/// The range of rates: whole seconds before the current one.
const RATE_S: i64 = 10;

/// An app's vitals at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vitals {
    /// Requests of the last minute, by status class.
    pub requests: ByStatusClass<u64>,
    /// Requests per second over the last ten whole seconds.
    pub requests_per_s: f64,
    /// Lines per second over the last ten whole seconds.
    pub lines_per_s: f64,
    /// Whether there are any requests in the live window.
    pub routed: bool,
    /// Service time in the last minute.
    pub service: Cell,
    /// Lines lost in the last hour.
    pub lost_lately: u64,
    /// Measurements of the last hour that went to a shared series because the app has too many
    /// series.
    pub overflowed_lately: u64,
    /// When the newest line arrived, unix milliseconds.
    pub last_line_ms: Option<i64>,
    pub last_event: Option<Event>,
    /// Dynos that have reported lately.
    pub dynos: usize,
    /// The sparkline of requests, or of lines for an app without requests.
    pub spark: Vec<SparkPoint>,
}

impl Vitals {
    /// Reads the vitals of an app at `now_s`.
    #[must_use]
    pub(crate) fn read(app: &AppLive, now_s: i64) -> Self {
        let mut vitals = Self {
            last_line_ms: app.last_line_ms,
            last_event: app.events.newest().map(page_event),
            dynos: app.dynos(now_s),
            lost_lately: app.lost_lately(now_s),
            overflowed_lately: app.overflowed_lately(now_s),
            ..Self::default()
        };
        for second in app.range(now_s + 1 - MINUTE_S, now_s + 1) {
            vitals.requests += second.requests;
            vitals.service.merge(&second.service);
        }
        for second in app.range(now_s - RATE_S, now_s) {
            vitals.requests_per_s += second.requests_total() as f64 / RATE_S as f64;
            vitals.lines_per_s += second.lines as f64 / RATE_S as f64;
        }
        vitals.routed = app.range(now_s - WINDOW_S, now_s + 1).any(|it| it.requests_total() > 0);
        vitals.spark = spark(app, now_s, vitals.routed);
        vitals
    }

    /// All requests of the last minute.
    #[must_use]
    pub(crate) fn requests_total(&self) -> u64 {
        self.requests.total()
    }

    /// Share of 5xx in the last minute; `None` without requests.
    #[must_use]
    pub(crate) fn error_rate(&self) -> Option<f64> {
        let total = self.requests_total();
        (total > 0).then(|| self.requests[StatusClass::ServerError] as f64 / total as f64)
    }
}

fn spark(app: &AppLive, now_s: i64, routed: bool) -> Vec<SparkPoint> {
    const STEP_S: i64 = SparkPoint::STEP_S;
    let end_s = now_s - now_s.rem_euclid(STEP_S);
    let length_s = STEP_S * i64::try_from(SparkPoint::STEPS).unwrap_or(0);
    let mut points: Vec<SparkPoint> = vec![];
    for second in app.range(end_s - length_s, end_s) {
        let at_s = second.at_s - second.at_s.rem_euclid(STEP_S);
        if points.last().is_none_or(|it| it.at_s != at_s) {
            points.push(SparkPoint { at_s, per_s: 0.0, errors_per_s: 0.0 });
        }
        let Some(point) = points.last_mut() else { continue };
        let n = if routed { second.requests_total() } else { second.lines };
        point.per_s += n as f32 / STEP_S as f32;
        point.errors_per_s += second.requests[StatusClass::ServerError] as f32 / STEP_S as f32;
    }
    points
}
