//! `GET /check`: one number against a limit, for uptime pagers that understand a status alone. 200
//! while it is right and 500 while it is wrong or missing, each with one sentence as plain text.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{MetricQuery, Span, Stat, StepChoice, duration, error::excerpt};
use serde::Deserialize;
use utoipa::IntoParams;

use super::answer::{invalid, no_app, unanswered};
use crate::{clock::now_ms, outlet::state::Outlet, store::query};

/// The range unless `window=` says otherwise, seconds.
const WINDOW_S: i64 = 300;
/// The shortest and the longest range, seconds: one bucket, and a day.
const WINDOWS_S: std::ops::RangeInclusive<i64> = 10..=86_400;

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    app: String,
    metric: String,
    stat: Option<String>,
    max: Option<String>,
    min: Option<String>,
    window: Option<String>,
    absent: Option<String>,
}

/// A checked question.
#[derive(Debug, PartialEq)]
struct Check {
    app: String,
    metric: String,
    stat: Stat,
    max: Option<f64>,
    min: Option<f64>,
    window_s: i64,
    /// Whether it is right that there is no value.
    may_be_absent: bool,
}

/// Compares a number with its limits.
pub(crate) async fn check(State(outlet): State<Outlet>, params: Result<Query<Params>, QueryRejection>) -> Response {
    let check = match params.map_err(|it| it.body_text()).and_then(|Query(params)| read(params)) {
        Ok(check) => check,
        Err(text) => return invalid(&text),
    };
    if !outlet.knows(&check.app) {
        return no_app(&check.app);
    }
    let now_s = now_ms().div_euclid(1_000);
    let query = MetricQuery {
        app: check.app.clone(),
        metric: check.metric.clone(),
        stat: check.stat,
        // The present second belongs to the range.
        span: Span::clamped(now_s + 1 - check.window_s, now_s + 1),
        step: StepChoice::All,
        by: vec![],
        compare: None,
    };
    let (value, unit) = match outlet.reader.query(&query, now_s).await {
        Ok(answer) => {
            let value = answer.series.first().and_then(|it| it.points.last()).map(|it| it.1);
            (value, answer.unit)
        }
        Err(query::Error::NotFound(_)) => (None, String::new()),
        Err(error) => return unanswered(error, &check.app, &check.metric),
    };
    let (is_right, sentence) = judge(&check, value, &unit);
    let status = if is_right { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
    (status, format!("{sentence}\n")).into_response()
}

/// Whether a value is right, and the sentence that says so.
fn judge(check: &Check, value: Option<f64>, unit: &str) -> (bool, String) {
    let Check { app, metric, stat, max, min, window_s, may_be_absent } = check;
    let window = length(*window_s);
    let Some(value) = value else {
        return (*may_be_absent, format!("{app} has no {metric} in the last {window}"));
    };
    let space = if unit.is_empty() { "" } else { " " };
    let found = format!("{stat} of {metric} of {app} is {}{space}{unit} in the last {window}", number(value));
    match (max, min) {
        (Some(max), _) if value > *max => (false, format!("{found}, above the limit of {}", number(*max))),
        (_, Some(min)) if value < *min => (false, format!("{found}, below the limit of {}", number(*min))),
        (Some(max), None) => (true, format!("{found}, at most {} as expected", number(*max))),
        (None, Some(min)) => (true, format!("{found}, at least {} as expected", number(*min))),
        (Some(max), Some(min)) => (true, format!("{found}, from {} to {} as expected", number(*min), number(*max))),
        (None, None) => (true, found),
    }
}

/// A length of time as people write it: `5 min`.
fn length(seconds: i64) -> String {
    match seconds {
        it if it % 86_400 == 0 => format!("{} d", it / 86_400),
        it if it % 3_600 == 0 => format!("{} h", it / 3_600),
        it if it % 60 == 0 => format!("{} min", it / 60),
        it => format!("{it} s"),
    }
}

/// At most three decimals.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn read(params: Params) -> Result<Check, String> {
    let Params { app, metric, stat, max, min, window, absent } = params;
    let stat = stat.as_deref().map_or(Ok(Stat::Rate), str::parse)?;
    let (max, min) = (limit("max", max.as_deref())?, limit("min", min.as_deref())?);
    if max.is_none() && min.is_none() {
        return Err("expected a limit, max= or min=, found neither".to_owned());
    }
    if let (Some(max), Some(min)) = (max, min)
        && min > max
    {
        return Err(format!("expected min= to be at most max=, found {min} and {max}"));
    }
    let window_s = match window.as_deref().filter(|it| !it.is_empty()) {
        None => WINDOW_S,
        Some(text) => {
            let found = duration::seconds(text).and_then(|it| i64::try_from(it).ok());
            found
                .filter(|it| WINDOWS_S.contains(it))
                .ok_or_else(|| format!("expected window= from 10s to 1d, such as 5m, found {:?}", excerpt(text)))?
        }
    };
    let may_be_absent = match absent.as_deref() {
        None | Some("") => false,
        Some("ok") => true,
        Some(text) => return Err(format!("expected absent= to be ok, found {:?}", excerpt(text))),
    };
    Ok(Check { app, metric, stat, max, min, window_s, may_be_absent })
}

fn limit(name: &str, text: Option<&str>) -> Result<Option<f64>, String> {
    let Some(text) = text.filter(|it| !it.is_empty()) else { return Ok(None) };
    let found = text.parse::<f64>().ok().filter(|it| it.is_finite());
    found.map(Some).ok_or_else(|| format!("expected {name}= to be a number, found {:?}", excerpt(text)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    fn params(pairs: &[(&str, &str)]) -> Params {
        let find = |name: &str| pairs.iter().find(|it| it.0 == name).map(|it| it.1.to_owned());
        Params {
            app: "shop".to_owned(),
            metric: "router.service".to_owned(),
            stat: find("stat"),
            max: find("max"),
            min: find("min"),
            window: find("window"),
            absent: find("absent"),
        }
    }

    #[track_caller]
    fn check(pairs: &[(&str, &str)], value: Option<f64>, is_right: bool, said: &str) {
        let found = judge(&read(params(pairs)).unwrap(), value, "ms");
        assert_eq!(found, (is_right, said.to_owned()), "{pairs:?}");
    }

    #[test]
    fn ok_sentences() {
        let p95 = ("stat", "p95");
        let of = "p95 of router.service of shop is";
        let said = format!("{of} 412.5 ms in the last 5 min, at most 800 as expected");
        check(&[p95, ("max", "800")], Some(412.5), true, &said);
        let said = format!("{of} 800 ms in the last 1 min, at most 800 as expected");
        check(&[p95, ("max", "800"), ("window", "1m")], Some(800.0), true, &said);
        let said = format!("{of} 912.346 ms in the last 5 min, above the limit of 800");
        check(&[p95, ("max", "800")], Some(912.345_6), false, &said);
        let said = format!("{of} 3 ms in the last 5 min, below the limit of 10");
        check(&[p95, ("max", "800"), ("min", "10")], Some(3.0), false, &said);
        let said = format!("{of} 20 ms in the last 5 min, from 10 to 800 as expected");
        check(&[p95, ("max", "800"), ("min", "10")], Some(20.0), true, &said);
        let none = "shop has no router.service in the last 5 min";
        check(&[p95, ("max", "800")], None, false, none);
        check(&[p95, ("max", "800"), ("absent", "ok")], None, true, none);
    }

    #[test]
    fn err_parameters() {
        for (pairs, said) in [
            (&[][..], "max= or min="),
            (&[("max", "")], "max= or min="),
            (&[("max", "NaN")], "NaN"),
            (&[("max", "1e999")], "1e999"),
            (&[("max", "1"), ("min", "2")], "at most max="),
            (&[("max", "1"), ("stat", "median")], "median"),
            (&[("max", "1"), ("window", "5")], "window="),
            (&[("max", "1"), ("window", "9s")], "window="),
            (&[("max", "1"), ("window", "2d")], "window="),
            (&[("max", "1"), ("window", "99999999999999999999d")], "window="),
            (&[("max", "1"), ("absent", "yes")], "absent="),
        ] {
            assert!(read(params(pairs)).is_err_and(|it| it.contains(said)), "{pairs:?}");
        }
    }
}
