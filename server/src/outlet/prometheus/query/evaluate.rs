//! Answers made of figures: aggregations and arithmetic over lines that were read. Pure.

use std::collections::BTreeMap;

use super::{
    question::{Aggregate, Kept, Question, Sign},
    window::{Labels, Line},
};

/// What a question comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// The same number at each moment.
    Number(f64),
    Lines(Vec<Line>),
}

/// Evaluates a question; `read` are its readings in order.
pub(crate) fn evaluate(question: &Question, read: &mut impl Iterator<Item = Vec<Line>>) -> Value {
    match question {
        Question::Number(it) => Value::Number(*it),
        Question::Reading(_) => Value::Lines(read.next().unwrap_or_default()),
        Question::Aggregate { of, labels, from } => match evaluate(from, read) {
            Value::Lines(lines) => Value::Lines(aggregate(*of, labels, lines)),
            number @ Value::Number(_) => number,
        },
        Question::Arithmetic { sign, one, other } => {
            let (one, other) = (evaluate(one, read), evaluate(other, read));
            arithmetic(*sign, one, other)
        }
    }
}

fn aggregate(of: Aggregate, kept: &Kept, lines: Vec<Line>) -> Vec<Line> {
    let mut groups: BTreeMap<Labels, Vec<Line>> = BTreeMap::new();
    for mut line in lines {
        line.labels.retain(|label, _| kept.has(label));
        groups.entry(line.labels.clone()).or_default().push(line);
    }
    let group = |(labels, lines): (Labels, Vec<Line>)| {
        let moments = lines.first().map_or(0, |it| it.values.len());
        let at = |moment: usize| lines.iter().filter_map(move |it| it.values.get(moment).copied().flatten());
        let values = (0..moments).map(|moment| one(of, at(moment).collect())).collect();
        Line { labels, values }
    };
    groups.into_iter().map(group).collect()
}

/// One value of some; `None` of none.
fn one(of: Aggregate, values: Vec<f64>) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let (n, sum) = (values.len() as f64, values.iter().sum::<f64>());
    Some(match of {
        Aggregate::Sum => sum,
        Aggregate::Mean => sum / n,
        Aggregate::Count => n,
        Aggregate::Min => values.into_iter().fold(f64::INFINITY, f64::min),
        Aggregate::Max => values.into_iter().fold(f64::NEG_INFINITY, f64::max),
    })
}

fn arithmetic(sign: Sign, one: Value, other: Value) -> Value {
    let of = |one: f64, other: f64| match sign {
        Sign::Plus => one + other,
        Sign::Minus => one - other,
        Sign::Times => one * other,
        Sign::Over => one / other,
    };
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => Value::Number(of(one, other)),
        (Value::Lines(lines), Value::Number(number)) => changed(lines, |it| of(it, number)),
        (Value::Number(number), Value::Lines(lines)) => changed(lines, |it| of(number, it)),
        (Value::Lines(lines), Value::Lines(others)) => {
            let mut by_labels: BTreeMap<Labels, Vec<Option<f64>>> =
                others.into_iter().map(|it| (nameless(it.labels), it.values)).collect();
            let pair = |line: Line| {
                let labels = nameless(line.labels);
                let others = by_labels.remove(&labels)?;
                let both = line.values.into_iter().zip(others);
                Some(Line { labels, values: both.map(|(one, other)| Some(of(one?, other?))).collect() })
            };
            Value::Lines(lines.into_iter().filter_map(pair).collect())
        }
    }
}

fn changed(lines: Vec<Line>, change: impl Fn(f64) -> f64) -> Value {
    let changed = |line: Line| Line {
        labels: nameless(line.labels),
        values: line.values.into_iter().map(|value| value.map(&change)).collect(),
    };
    Value::Lines(lines.into_iter().map(changed).collect())
}

/// What is computed is no longer the metric.
fn nameless(mut labels: Labels) -> Labels {
    labels.remove("__name__");
    labels
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    fn line(labels: &[(&str, &str)], values: &[Option<f64>]) -> Line {
        let labels = labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
        Line { labels, values: values.to_vec() }
    }

    #[test]
    fn ok_aggregations_and_arithmetic() {
        let lines = vec![
            line(&[("app", "a"), ("__name__", "x")], &[Some(1.0), None]),
            line(&[("app", "b"), ("__name__", "x")], &[Some(3.0), Some(5.0)]),
        ];
        for (text, expected) in [
            ("2 * 3 + 1", Value::Number(7.0)),
            ("max(x)", Value::Lines(vec![line(&[], &[Some(3.0), Some(5.0)])])),
            ("avg(x)", Value::Lines(vec![line(&[], &[Some(2.0), Some(5.0)])])),
            ("count without (app) (x)", Value::Lines(vec![line(&[], &[Some(2.0), Some(1.0)])])),
            (
                "sum by (app) (x) - 1",
                Value::Lines(vec![
                    line(&[("app", "a")], &[Some(0.0), None]),
                    line(&[("app", "b")], &[Some(2.0), Some(4.0)]),
                ]),
            ),
            (
                "x / x",
                Value::Lines(vec![
                    line(&[("app", "a")], &[Some(1.0), None]),
                    line(&[("app", "b")], &[Some(1.0), Some(1.0)]),
                ]),
            ),
        ] {
            let question = Question::read(text).unwrap();
            let mut read = std::iter::repeat_n(lines.clone(), question.readings().len());
            assert_eq!(evaluate(&question, &mut read), expected, "{text}");
        }
    }
}
