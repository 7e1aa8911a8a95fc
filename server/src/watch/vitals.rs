//! The figures that health is judged by, taken from one app's live windows at one moment.

use std::collections::BTreeMap;

use contract::{ByStatusClass, ErrorCode, Event, SparkPoint, StatusClass};
use pipeline::Cell;

use crate::live::{AppLive, WINDOW_S, story::page_event};

/// The span of percentiles, error rates and codes, seconds.
pub const MINUTE_S: i64 = 60;
/// The span of rates, seconds: whole ones before the present.
const RATE_S: i64 = 10;
/// A code that pauses for longer than this begins anew, seconds.
const PAUSE_S: i64 = 60;

/// A code that occurs again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeRun {
    /// How many in the last minute.
    pub count: u64,
    /// When the run began, unix seconds.
    pub since_s: i64,
}

/// What an app shows at one moment.
#[derive(Clone, Debug, Default)]
pub struct Vitals {
    /// The moment, unix seconds.
    pub now_s: i64,
    /// Requests of the last minute, by class of status.
    pub requests: ByStatusClass<u64>,
    /// Requests a second over the last ten whole seconds.
    pub requests_per_s: f64,
    /// Lines a second over the last ten whole seconds.
    pub lines_per_s: f64,
    /// Whether there were any requests in the window.
    pub routed: bool,
    /// Service time of the last minute.
    pub service: Cell,
    /// Errors of the last minute, by code.
    pub codes: BTreeMap<ErrorCode, CodeRun>,
    /// Lines lost in the last minute.
    pub lost: u64,
    /// Lines lost in the last hour.
    pub lost_lately: u64,
    /// Measurements of the last hour that share a series because the app has too many.
    pub folded_lately: u64,
    /// When the newest line arrived, unix milliseconds.
    pub last_line_ms: Option<i64>,
    /// The newest event.
    pub last_event: Option<Event>,
    /// Dynos lately heard of.
    pub dynos: usize,
    /// The sparkline.
    pub spark: Vec<SparkPoint>,
}

impl Vitals {
    /// Takes them.
    #[must_use]
    pub fn take(app: &AppLive, now_s: i64) -> Self {
        let mut vitals = Self {
            now_s,
            last_line_ms: app.last_line_ms,
            last_event: app.story.newest().map(page_event),
            dynos: app.dynos(now_s),
            lost_lately: app.lost_lately(now_s),
            folded_lately: app.folded_lately(now_s),
            ..Self::default()
        };
        for second in app.range(now_s + 1 - MINUTE_S, now_s + 1) {
            vitals.requests += second.requests;
            vitals.service.merge(&second.service);
            vitals.lost += second.lost;
            for (code, n) in &second.errors {
                vitals.codes.entry(*code).or_insert(CodeRun { count: 0, since_s: second.at_s }).count += n;
            }
        }
        for second in app.range(now_s - RATE_S, now_s) {
            vitals.requests_per_s += second.requests_total() as f64 / RATE_S as f64;
            vitals.lines_per_s += second.lines as f64 / RATE_S as f64;
        }
        vitals.routed = app.range(now_s - WINDOW_S, now_s + 1).any(|it| it.requests_total() > 0);
        for (code, run) in &mut vitals.codes {
            run.since_s = began(app, *code, run.since_s);
        }
        vitals.spark = spark(app, now_s, vitals.routed);
        vitals
    }

    /// All requests of the last minute.
    #[must_use]
    pub fn requests_total(&self) -> u64 {
        self.requests.total()
    }

    /// Share of 5xx over the last minute.
    #[must_use]
    pub fn error_rate(&self) -> Option<f64> {
        let total = self.requests_total();
        (total > 0).then(|| self.requests[StatusClass::ServerError] as f64 / total as f64)
    }
}

/// Service time of the live windows but for the last minute: what is usual.
#[must_use]
pub fn usual(app: &AppLive, now_s: i64) -> Cell {
    let mut service = Cell::default();
    for second in app.range(now_s - WINDOW_S, now_s + 1 - MINUTE_S) {
        service.merge(&second.service);
    }
    service
}

/// When the present run of a code began, unix seconds.
fn began(app: &AppLive, code: ErrorCode, mut since_s: i64) -> i64 {
    for second in app.range(i64::MIN, since_s).rev() {
        if second.at_s < since_s - PAUSE_S {
            break;
        }
        if second.errors.contains_key(&code) {
            since_s = second.at_s;
        }
    }
    since_s
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
