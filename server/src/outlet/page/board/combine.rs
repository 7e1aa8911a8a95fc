//! Series of one panel put together: each under a name that tells it from the others, their sum,
//! or the first as a share of the second. Pure.

use std::collections::BTreeMap;

use contract::{
    board::{Combine, NamedPoints, PanelSeries},
    series::{Points, QueryAnswer},
};
use dashboard::page::metric::{group_name, mean_of};

/// Most series of a panel, groups counted: those with the greatest means stay.
const SERIES_MAX: usize = 50;
/// The unit of a ratio: pages show it as a percentage.
const SHARE: &str = "share";

/// Puts answers together, each with the name of its app.
///
/// # Errors
/// A sentence, where their units do not go together.
pub(super) fn combined(combine: Combine, answers: &[(String, QueryAnswer)]) -> Result<PanelSeries, String> {
    let first = answers.first().map(|it| &it.1);
    let step_s = first.map_or(1, |it| it.step.seconds());
    let stat = first.map(|it| it.stat).filter(|stat| answers.iter().all(|it| it.1.stat == *stat));
    if combine == Combine::Ratio {
        let [above, below] = answers else { return Err("expected two series for a ratio".to_owned()) };
        let name = format!("{} / {}", above.1.metric, below.1.metric);
        let points = ratio(&sum(above.1.series.iter()), &sum(below.1.series.iter()));
        let series = vec![NamedPoints { name, points }];
        return Ok(PanelSeries { unit: SHARE.to_owned(), stat: None, step_s, series, more: 0 });
    }
    let unit = unit(answers)?;
    if combine == Combine::Sum {
        let points = sum(answers.iter().flat_map(|it| &it.1.series)).into_iter().collect();
        let series = vec![NamedPoints { name: "sum".to_owned(), points }];
        return Ok(PanelSeries { unit, stat, step_s, series, more: 0 });
    }
    let mut series = named(answers);
    let more = series.len().saturating_sub(SERIES_MAX);
    if more > 0 {
        series.sort_by(|a, b| mean_of(&b.points).total_cmp(&mean_of(&a.points)));
        series.truncate(SERIES_MAX);
    }
    Ok(PanelSeries { unit, stat, step_s, series, more })
}

/// The unit that all answers with data have in common.
fn unit(answers: &[(String, QueryAnswer)]) -> Result<String, String> {
    // A rate is a number a second, whatever is counted.
    let unit = |it: &QueryAnswer| if it.stat == contract::Stat::Rate { "/s".to_owned() } else { it.unit.clone() };
    let mut units: Vec<String> = answers.iter().map(|it| unit(&it.1)).collect();
    units.sort_unstable();
    units.dedup();
    match &units[..] {
        [] => Ok(String::new()),
        [_] => Ok(answers.first().map(|it| it.1.unit.clone()).unwrap_or_default()),
        [a, b, ..] => {
            let shown = |it: &String| if it.is_empty() { "none".to_owned() } else { it.clone() };
            Err(format!("expected series with one unit, found {} and {}", shown(a), shown(b)))
        }
    }
}

/// Every group of every answer, named by what differs.
fn named(answers: &[(String, QueryAnswer)]) -> Vec<NamedPoints> {
    let differs = |text: fn(&(String, QueryAnswer)) -> String| {
        answers.first().is_some_and(|first| answers.iter().any(|it| text(it) != text(first)))
    };
    let has_app = differs(|it| it.0.clone());
    let has_metric = differs(|it| it.1.metric.clone());
    let has_stat = differs(|it| it.1.stat.to_string());
    let name = |app: &String, answer: &QueryAnswer, points: &Points| {
        let mut words = vec![];
        words.extend(has_app.then(|| app.clone()));
        words.extend(has_metric.then(|| answer.metric.clone()));
        words.extend(has_stat.then(|| answer.stat.to_string()));
        words.extend((!points.labels.is_empty()).then(|| group_name(points, &answer.metric)));
        if words.is_empty() { answer.metric.clone() } else { words.join(" ") }
    };
    let of = |(app, answer): &(String, QueryAnswer)| {
        let groups = answer.series.iter().filter(|it| !it.points.is_empty());
        groups.map(|it| NamedPoints { name: name(app, answer, it), points: it.points.clone() }).collect::<Vec<_>>()
    };
    answers.iter().flat_map(of).collect()
}

/// The sum at each time at which any has a value.
fn sum<'a>(series: impl Iterator<Item = &'a Points>) -> BTreeMap<i64, f64> {
    let mut sum = BTreeMap::new();
    for (at_s, value) in series.flat_map(|it| &it.points) {
        *sum.entry(*at_s).or_insert(0.0) += value;
    }
    sum
}

/// The first divided by the second, where the second is above zero. Where the first has no value it
/// counts as zero: errors are not sent while there are none.
fn ratio(above: &BTreeMap<i64, f64>, below: &BTreeMap<i64, f64>) -> Vec<(i64, f64)> {
    let share = |(at_s, all): (&i64, &f64)| (*all > 0.0).then(|| (*at_s, above.get(at_s).unwrap_or(&0.0) / all));
    below.iter().filter_map(share).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use contract::{Label, Stat, Step};
    use proptest::prelude::*;

    use super::*;

    fn answer(metric: &str, stat: Stat, unit: &str, groups: &[(&str, &[(i64, f64)])]) -> QueryAnswer {
        let points = |(name, points): &(&str, &[(i64, f64)])| Points {
            labels: if name.is_empty() { BTreeMap::new() } else { [(Label::Source, (*name).to_owned())].into() },
            points: points.to_vec(),
        };
        let series = groups.iter().map(points).collect();
        let (metric, unit) = (metric.to_owned(), unit.to_owned());
        QueryAnswer { metric, stat, unit, step: Step::clamped(10), series, compared: None }
    }

    fn names(answers: &[(String, QueryAnswer)]) -> Vec<String> {
        combined(Combine::Each, answers).unwrap().series.into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn ok_names_say_what_differs() {
        let one: &[(i64, f64)] = &[(10, 1.0)];
        let jobs = |groups: &[(&str, &[(i64, f64)])]| answer("jobs", Stat::Rate, "", groups);
        let of = |app: &str, answer: QueryAnswer| (app.to_owned(), answer);
        assert_eq!(names(&[of("shop", jobs(&[("", one)]))]), ["jobs"]);
        assert_eq!(names(&[of("shop", jobs(&[("web.1", one), ("web.2", &[])]))]), ["web.1"]);
        assert_eq!(names(&[of("a", jobs(&[("", one)])), of("b", jobs(&[("", one)]))]), ["a", "b"]);
        let p = |n| answer("db", Stat::Percentile(n), "ms", &[("", one)]);
        assert_eq!(names(&[of("a", p(50.0)), of("a", p(99.0))]), ["p50", "p99"]);
        let other = answer("mail", Stat::Rate, "", &[("web.1", one)]);
        assert_eq!(names(&[of("a", jobs(&[("", one)])), of("a", other)]), ["jobs", "mail web.1"]);
    }

    #[test]
    fn ok_ratios() {
        let errors = answer("errors", Stat::Rate, "", &[("H12", &[(10, 1.0)]), ("H13", &[(10, 2.0)])]);
        let all = answer("requests", Stat::Rate, "", &[("", &[(0, 8.0), (10, 12.0), (20, 0.0)])]);
        let found = combined(Combine::Ratio, &[("a".to_owned(), errors), ("a".to_owned(), all)]).unwrap();
        assert_eq!((&*found.unit, &*found.series[0].name), ("share", "errors / requests"));
        assert_eq!(found.series[0].points, [(0, 0.0), (10, 0.25)]);
    }

    #[test]
    fn err_units_that_do_not_go_together() {
        let of = |stat, unit: &str| ("a".to_owned(), answer("x", stat, unit, &[]));
        for combine in [Combine::Each, Combine::Sum] {
            let error = combined(combine, &[of(Stat::Max, "ms"), of(Stat::Max, "")]).unwrap_err();
            assert_eq!(error, "expected series with one unit, found none and ms");
        }
        assert!(combined(Combine::Each, &[of(Stat::Rate, "ms"), of(Stat::Rate, "")]).is_ok());
    }

    #[test]
    fn ok_what_is_left_out_is_counted() {
        let values: Vec<(String, Vec<(i64, f64)>)> =
            (0..60).map(|it| (format!("web.{it}"), vec![(10, f64::from(it))])).collect();
        let groups: Vec<(&str, &[(i64, f64)])> = values.iter().map(|it| (&*it.0, &*it.1)).collect();
        let found = combined(Combine::Each, &[("a".to_owned(), answer("load", Stat::Max, "", &groups))]).unwrap();
        assert_eq!((found.series.len(), found.more, &*found.series[0].name), (50, 10, "web.59"));
    }

    proptest! {
        #[test]
        fn ok_sums_are_those_of_all_points(groups in prop::collection::vec(prop::collection::vec((0_i64..20, 0_u32..1_000), 0..20), 1..5)) {
            let mut expected = BTreeMap::new();
            for (at_s, value) in groups.iter().flatten() {
                *expected.entry(*at_s).or_insert(0.0) += f64::from(*value);
            }
            let points: Vec<Vec<(i64, f64)>> =
                groups.iter().map(|group| group.iter().map(|it| (it.0, f64::from(it.1))).collect()).collect();
            let named: Vec<(&str, &[(i64, f64)])> = points.iter().map(|it| ("", &**it)).collect();
            let found = combined(Combine::Sum, &[("a".to_owned(), answer("jobs", Stat::Sum, "", &named))]).unwrap();
            prop_assert_eq!(found.series[0].points.clone(), expected.into_iter().collect::<Vec<_>>());
        }
    }
}
