//! A rule as words of an address and as fields of the form, which are the same: `app`, `each`,
//! `metric`, `stat`, `by`, or `q`, `source`, `field`, `field-stat`; then `when`, `limit`,
//! `clear-at`, `times`, `absent`, `window`, `for`, `clear`, `severity`, `remind`, `remedy`, `name`,
//! `id`. Pure.

use std::collections::BTreeMap;

use contract::{
    Label, Stat,
    alert::{Absence, Condition, Direction, RuleDraft, SearchField, Severity, Signal},
};

use crate::{page::alert_fields::severity_of, part::address::Query};

/// Chosen lengths of the window, of `for` and of `clear`, seconds.
pub const WINDOWS_S: [i64; 7] = [60, 300, 900, 1_800, 3_600, 21_600, 86_400];
pub const WAITS_S: [i64; 8] = [0, 60, 120, 300, 600, 900, 1_800, 3_600];
/// Chosen times without data, seconds.
pub const ABSENCES_S: [i64; 7] = [60, 300, 600, 1_800, 3_600, 21_600, 86_400];
/// Chosen pauses between reminders, seconds; 0 for never.
pub const REMINDERS_S: [i64; 4] = [0, 3_600, 14_400, 86_400];

/// What the form begins with for the conditions that a rule does not have: how many times usual,
/// and how long without data, seconds.
pub const TIMES: f64 = 2.0;
pub const ABSENCE_S: i64 = 600;
/// The statistic of a field that an address names without one.
pub const FIELD_STAT: Stat = Stat::Percentile(95.0);

/// The conditions of the form: word and name.
pub const CONDITIONS: [(&str, &str); 5] = [
    ("above", "is above a limit"),
    ("below", "is below a limit"),
    ("times-above", "is far above usual"),
    ("times-below", "is far below usual"),
    ("absent", "has no data"),
];

/// The rule of an empty form.
#[must_use]
pub fn empty() -> RuleDraft {
    RuleDraft {
        name: String::new(),
        app: None,
        signal: Signal::Metric { metric: String::new(), stat: Stat::Mean, only: BTreeMap::new(), by: vec![] },
        window_s: RuleDraft::WINDOW_S,
        condition: Condition::Threshold { direction: Direction::Above, limit: 0.0, clear: None },
        for_s: 0,
        clear_s: RuleDraft::CLEAR_S,
        severity: Severity::Warning,
        remind_s: None,
        remedy: String::new(),
        is_enabled: true,
    }
}

/// The word of a condition.
#[must_use]
pub const fn when(condition: Condition) -> &'static str {
    match condition {
        Condition::Threshold { direction: Direction::Above, .. } => "above",
        Condition::Threshold { direction: Direction::Below, .. } => "below",
        Condition::Usual { direction: Direction::Above, .. } => "times-above",
        Condition::Usual { direction: Direction::Below, .. } => "times-below",
        Condition::Absence(_) => "absent",
    }
}

/// A rule with the words of an address or the fields of the form in the place of its own. What is
/// left out stays.
///
/// # Errors
/// A sentence that names the word, what was expected and what was found.
pub fn overlaid(base: &RuleDraft, query: &Query) -> Result<RuleDraft, String> {
    let seconds = |name: &str, of: i64| Ok::<_, String>(number(query, name)?.map_or(of, |it| it as i64));
    let text = |name: &str, of: &str| query.get(name).map_or_else(|| of.to_owned(), |it| it.trim().to_owned());
    let remind_s = seconds("remind", base.remind_s.unwrap_or(0))?;
    Ok(RuleDraft {
        name: text("name", &base.name),
        app: match query.get("each") {
            Some("1") => None,
            Some(_) => query.get("app").map(str::to_owned),
            None => query.get("app").map(str::to_owned).or_else(|| base.app.clone()),
        },
        signal: signal(&base.signal, query)?,
        window_s: seconds("window", base.window_s)?,
        condition: condition(base.condition, query)?,
        for_s: seconds("for", base.for_s)?,
        clear_s: seconds("clear", base.clear_s)?,
        severity: query.get("severity").map_or(base.severity, severity_of),
        remind_s: (remind_s > 0).then_some(remind_s),
        remedy: text("remedy", &base.remedy),
        is_enabled: query.get("off").map_or(base.is_enabled, |it| it != "1"),
    })
}

fn signal(base: &Signal, query: &Query) -> Result<Signal, String> {
    if let Some(q) = query.get("q") {
        let name = query.word("field").trim();
        let stat = query.get("field-stat").filter(|it| !it.is_empty()).map_or(Ok(FIELD_STAT), str::parse)?;
        let field = (!name.is_empty()).then(|| SearchField { name: name.to_owned(), stat });
        return Ok(Signal::Search { q: q.to_owned(), source: query.word("source").trim().to_owned(), field });
    }
    let Signal::Metric { metric, stat, only, by } = base else { return Ok(base.clone()) };
    Ok(Signal::Metric {
        metric: query.get("metric").map_or_else(|| metric.clone(), |it| it.trim().to_owned()),
        stat: query.get("stat").filter(|it| !it.is_empty()).map_or(Ok(*stat), str::parse)?,
        only: only.clone(),
        by: query.get("by").map_or_else(|| Ok(by.clone()), Label::list)?,
    })
}

fn condition(base: Condition, query: &Query) -> Result<Condition, String> {
    let (mut limit, mut clear, mut times, mut for_s) = (0.0, None, TIMES, ABSENCE_S);
    match base {
        Condition::Threshold { limit: of, clear: at, .. } => (limit, clear) = (of, at),
        Condition::Usual { times: of, .. } => times = of,
        Condition::Absence(absence) => for_s = absence.for_s,
    }
    let limit = number(query, "limit")?.unwrap_or(limit);
    let clear = if query.get("clear-at").is_some() { number(query, "clear-at")? } else { clear };
    let times = number(query, "times")?.unwrap_or(times);
    let for_s = number(query, "absent")?.map_or(for_s, |it| it as i64);
    let word = query.get("when").unwrap_or_else(|| when(base));
    Ok(match word {
        "below" => Condition::Threshold { direction: Direction::Below, limit, clear },
        "times-above" => Condition::Usual { direction: Direction::Above, times },
        "times-below" => Condition::Usual { direction: Direction::Below, times },
        "absent" => Condition::Absence(Absence { for_s }),
        _ => Condition::Threshold { direction: Direction::Above, limit, clear },
    })
}

/// A number; `None` where the word is absent or empty.
fn number(query: &Query, name: &str) -> Result<Option<f64>, String> {
    let text = query.word(name).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let found = text.parse().ok().filter(|it: &f64| it.is_finite());
    found.map(Some).ok_or_else(|| format!("expected {name} to be a number, found {text}"))
}

/// A limit to begin with: above nearly all values of the last days, in two digits.
#[must_use]
pub fn suggested_limit(values: impl Iterator<Item = f64>) -> f64 {
    const MARGIN: f64 = 1.2;
    // One in a hundred values may be beyond the limit already.
    const SHARE: f64 = 0.99;
    let mut values: Vec<f64> = values.filter(|it| it.is_finite()).collect();
    let place = (values.len() as f64 * SHARE) as usize;
    if values.is_empty() {
        return 0.0;
    }
    let place = place.min(values.len() - 1);
    let (_, nearly_all, _) = values.select_nth_unstable_by(place, f64::total_cmp);
    rounded(*nearly_all * MARGIN)
}

/// A value in two digits, rounded up.
fn rounded(value: f64) -> f64 {
    if value <= 0.0 {
        return value;
    }
    let unit = 10_f64.powf(value.log10().floor() - 1.0);
    let text = format!("{:.6}", (value / unit).ceil() * unit);
    text.parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: impl FnOnce(&mut RuleDraft)) {
        let mut rule = empty();
        expected(&mut rule);
        assert_eq!(overlaid(&empty(), &Query::parse(text)), Ok(rule), "{text}");
    }

    #[test]
    fn ok_words_of_an_address() {
        let metric = |stat, by| Signal::Metric { metric: "db.query".to_owned(), stat, only: BTreeMap::new(), by };
        let above = Direction::Above;
        check("", |_| ());
        check("app=api&metric=db.query&stat=p95&by=source", |rule| {
            rule.app = Some("api".to_owned());
            rule.signal = metric(Stat::Percentile(95.0), vec![Label::Source]);
        });
        check("app=api&each=1&metric=db.query&limit=400&clear-at=350&for=120&remind=3600", |rule| {
            rule.signal = metric(Stat::Mean, vec![]);
            rule.condition = Condition::Threshold { direction: above, limit: 400.0, clear: Some(350.0) };
            (rule.for_s, rule.remind_s) = (120, Some(3_600));
        });
        check("when=times-below&times=3&severity=critical&name=%20x%20", |rule| {
            rule.condition = Condition::Usual { direction: Direction::Below, times: 3.0 };
            (rule.severity, rule.name) = (Severity::Critical, "x".to_owned());
        });
        check("q=a%20b&source=web.1&field=took&field-stat=max&when=absent&absent=60", |rule| {
            let field = Some(SearchField { name: "took".to_owned(), stat: Stat::Max });
            rule.signal = Signal::Search { q: "a b".to_owned(), source: "web.1".to_owned(), field };
            rule.condition = Condition::Absence(Absence { for_s: 60 });
        });
    }

    #[test]
    fn ok_what_is_left_out_stays() {
        let rule = RuleDraft {
            condition: Condition::Threshold { direction: Direction::Below, limit: 7.0, clear: Some(8.0) },
            app: Some("api".to_owned()),
            remind_s: Some(600),
            is_enabled: false,
            ..empty()
        };
        assert_eq!(overlaid(&rule, &Query::parse("")), Ok(rule.clone()));
        let cleared = overlaid(&rule, &Query::parse("clear-at=&remind=0&off=")).ok();
        let expected = Condition::Threshold { direction: Direction::Below, limit: 7.0, clear: None };
        assert_eq!(cleared.map(|it| (it.condition, it.remind_s, it.is_enabled)), Some((expected, None, true)));
    }

    #[test]
    fn err_words_that_are_no_numbers() {
        for text in ["limit=x", "limit=NaN", "window=soon", "stat=median", "by=colour", "times=1e999"] {
            assert!(overlaid(&empty(), &Query::parse(text)).is_err_and(|it| it.contains("found")), "{text}");
        }
    }

    #[test]
    fn ok_limits_to_begin_with() {
        assert_eq!(suggested_limit([].into_iter()), 0.0);
        assert_eq!(suggested_limit((0..100).map(f64::from)), 120.0);
        assert_eq!(suggested_limit([0.0031; 5].into_iter()), 0.0038);
        assert_eq!(suggested_limit([f64::NAN, 333.0].into_iter()), 400.0);
    }
}
