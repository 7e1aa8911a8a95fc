//! What is asked, read from `PromQL`: rates of counters and distributions, values of gauges,
//! quantiles of histograms, aggregations of these, and arithmetic between them.
//!
//! The parser is Prometheus' grammar; what it accepts beyond this is refused here.

use promql_parser::parser::{self, AggregateExpr, BinaryExpr, Call, Expr, LabelModifier, MatrixSelector};

use super::selector::{Part, Selector};

/// Longest question, bytes.
pub(crate) const QUERY_BYTES_MAX: usize = 4_096;
/// Most nested parentheses, and most signs of arithmetic: what recurses is bounded by them.
const NESTED_MAX: usize = 24;
const SIGNS_MAX: usize = 64;
/// How far back a gauge is looked for, seconds: as Prometheus has it.
const LOOKBACK_S: i64 = 300;
/// What there is, for refusals.
const SUPPORTED: &str = "supported are rate() and increase() of _total, _count and _sum, gauges by name, avg_over_time(), \
    min_over_time(), max_over_time() and last_over_time() of gauges, histogram_quantile(q, sum by (le, …) (rate(x_bucket[5m]))), \
    sum, avg, min, max and count with by or without, numbers, and + - * /";

/// A question.
#[derive(Clone, Debug)]
pub(crate) enum Question {
    Number(f64),
    Reading(Box<Reading>),
    Aggregate { of: Aggregate, labels: Kept, from: Box<Self> },
    Arithmetic { sign: Sign, one: Box<Self>, other: Box<Self> },
}

/// Figures of windows of series.
#[derive(Clone, Debug)]
pub(crate) struct Reading {
    pub selector: Selector,
    pub figure: Figure,
    /// Length of the window, seconds.
    pub range_s: i64,
    /// The labels of whose sums the figures are; `None` for a line for each series.
    pub labels: Option<Kept>,
}

/// What is worked out from a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Figure {
    Rate,
    Increase,
    Last,
    Mean,
    Min,
    Max,
    /// The value of that rank, 0 to 1.
    Quantile(f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Sum,
    Mean,
    Min,
    Max,
    Count,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Plus,
    Minus,
    Times,
    Over,
}

/// Which labels an aggregation keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    These(Vec<String>),
    AllBut(Vec<String>),
}

impl Kept {
    pub(crate) fn has(&self, label: &str) -> bool {
        match self {
            Self::These(labels) => labels.iter().any(|it| it == label),
            // An aggregation never keeps the name.
            Self::AllBut(labels) => label != "__name__" && labels.iter().all(|it| it != label),
        }
    }
}

impl Question {
    /// Reads `PromQL`.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        check(text)?;
        let expr = parser::parse(text)?;
        read(&expr)
    }

    /// Its readings, in order.
    pub(crate) fn readings(&self) -> Vec<&Reading> {
        match self {
            Self::Number(_) => vec![],
            Self::Reading(it) => vec![it],
            Self::Aggregate { from, .. } => from.readings(),
            Self::Arithmetic { one, other, .. } => [one.readings(), other.readings()].concat(),
        }
    }
}

/// Bounds what the parser gets.
fn check(text: &str) -> Result<(), String> {
    if text.len() > QUERY_BYTES_MAX {
        return Err(format!("expected a query of at most {QUERY_BYTES_MAX} bytes, found {}", text.len()));
    }
    let (mut quote, mut is_escaped, mut nested, mut nested_most, mut signs) = (None, false, 0_usize, 0, 0);
    for it in text.chars() {
        match (quote, it) {
            (Some(_), _) if is_escaped => is_escaped = false,
            (Some(mark), '\\') if mark != '`' => is_escaped = true,
            (Some(mark), it) if it == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(it),
            (None, '(' | '{' | '[') => (nested, nested_most) = (nested + 1, nested_most.max(nested + 1)),
            (None, ')' | '}' | ']') => nested = nested.saturating_sub(1),
            (None, '+' | '-' | '*' | '/' | '%' | '^') => signs += 1,
            _ => {}
        }
    }
    if nested_most > NESTED_MAX || signs > SIGNS_MAX {
        return Err(format!(
            "expected at most {NESTED_MAX} nested parentheses and {SIGNS_MAX} signs, found {nested_most} and {signs}"
        ));
    }
    Ok(())
}

fn read(expr: &Expr) -> Result<Question, String> {
    match expr {
        Expr::NumberLiteral(it) => Ok(Question::Number(it.val)),
        Expr::Paren(it) => read(&it.expr),
        Expr::Unary(it) => Ok(Question::Arithmetic {
            sign: Sign::Times,
            one: Box::new(Question::Number(-1.0)),
            other: Box::new(read(&it.expr)?),
        }),
        Expr::VectorSelector(it) => {
            let selector = Selector::read(it)?;
            if selector.part != Part::Gauge {
                let name = selector.excerpt();
                return Err(format!("expected rate() or increase() around {name}: totals themselves are not stored"));
            }
            Ok(reading(selector, Figure::Last, LOOKBACK_S))
        }
        Expr::Call(it) => call(it),
        Expr::Aggregate(it) => aggregate(it),
        Expr::Binary(it) => arithmetic(it),
        _ => Err(format!("expected something else: {SUPPORTED}")),
    }
}

fn reading(selector: Selector, figure: Figure, range_s: i64) -> Question {
    Question::Reading(Box::new(Reading { selector, figure, range_s, labels: None }))
}

fn call(call: &Call) -> Result<Question, String> {
    let args = &call.args.args;
    let matrix = |at: usize| match args.get(at).map(|it| &**it) {
        Some(Expr::MatrixSelector(it)) => windowed(it),
        _ => Err(format!("expected a selector with a range such as x_total[5m] in {}()", call.func.name)),
    };
    let (figure, is_gauge) = match call.func.name {
        "rate" | "irate" => (Figure::Rate, false),
        "increase" => (Figure::Increase, false),
        "last_over_time" => (Figure::Last, true),
        "avg_over_time" => (Figure::Mean, true),
        "min_over_time" => (Figure::Min, true),
        "max_over_time" => (Figure::Max, true),
        "histogram_quantile" => return quantile(args),
        other => return Err(format!("expected another function than {other}(): {SUPPORTED}")),
    };
    let (selector, range_s) = matrix(0)?;
    if (selector.part == Part::Gauge) != is_gauge {
        let (name, kind) = (selector.excerpt(), if is_gauge { "a gauge" } else { "_total, _count, _sum or _bucket" });
        return Err(format!("expected {kind} in {}(), found {name}", call.func.name));
    }
    Ok(reading(selector, figure, range_s))
}

fn windowed(of: &MatrixSelector) -> Result<(Selector, i64), String> {
    let range_s = i64::try_from(of.range.as_secs()).unwrap_or(i64::MAX);
    if !(10..=366 * 86_400).contains(&range_s) {
        return Err(format!("expected a range from 10s to 366d, found one of {range_s} s"));
    }
    Ok((Selector::read(&of.vs)?, range_s))
}

/// `histogram_quantile(q, sum by (le, …) (rate(x_bucket[5m])))`, with or without the sum.
fn quantile(args: &[Box<Expr>]) -> Result<Question, String> {
    let [rank, from] = args else { return Err("expected two arguments in histogram_quantile()".to_owned()) };
    let Question::Number(rank) = read(rank)? else {
        return Err("expected a number as the first argument of histogram_quantile()".to_owned());
    };
    let form = || {
        let form = "histogram_quantile(q, sum by (le, …) (rate(x_bucket[5m])))";
        format!("expected {form}, with or without the sum, found another form")
    };
    if !(0.0..=1.0).contains(&rank) {
        return Err(format!("expected a rank from 0 to 1 in histogram_quantile(), found {rank}"));
    }
    let Question::Reading(mut reading) = read(from)? else { return Err(form()) };
    let keeps_bounds = reading.labels.as_ref().is_none_or(|it| it.has("le"));
    if reading.selector.part != Part::Bucket || !keeps_bounds {
        return Err(form());
    }
    reading.figure = Figure::Quantile(rank);
    Ok(Question::Reading(reading))
}

fn aggregate(expr: &AggregateExpr) -> Result<Question, String> {
    let of = match &*expr.op.to_string() {
        "sum" => Aggregate::Sum,
        "avg" => Aggregate::Mean,
        "min" => Aggregate::Min,
        "max" => Aggregate::Max,
        "count" => Aggregate::Count,
        other => return Err(format!("expected another aggregation than {other}: {SUPPORTED}")),
    };
    let labels = match &expr.modifier {
        None => Kept::These(vec![]),
        Some(LabelModifier::Include(it)) => Kept::These(it.labels.clone()),
        Some(LabelModifier::Exclude(it)) => Kept::AllBut(it.labels.clone()),
    };
    let from = read(&expr.expr)?;
    match from {
        // Sums of rates are rates of sums: the store adds up.
        Question::Reading(mut reading) if of == Aggregate::Sum && reading.adds_up() => {
            reading.labels = Some(labels);
            Ok(Question::Reading(reading))
        }
        from => Ok(Question::Aggregate { of, labels, from: Box::new(from) }),
    }
}

impl Reading {
    /// Whether sums of its series can be read at once.
    fn adds_up(&self) -> bool {
        self.labels.is_none() && matches!(self.figure, Figure::Rate | Figure::Increase)
    }
}

fn arithmetic(expr: &BinaryExpr) -> Result<Question, String> {
    let sign = match &*expr.op.to_string() {
        "+" => Sign::Plus,
        "-" => Sign::Minus,
        "*" => Sign::Times,
        "/" => Sign::Over,
        other => return Err(format!("expected another sign than {other}: {SUPPORTED}")),
    };
    if expr.modifier.as_ref().is_some_and(|it| it.matching.is_some() || it.return_bool) {
        return Err("expected arithmetic without on, ignoring, group_left, group_right and bool".to_owned());
    }
    let (one, other) = (Box::new(read(&expr.lhs)?), Box::new(read(&expr.rhs)?));
    Ok(Question::Arithmetic { sign, one, other })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[test]
    fn ok_what_grafana_asks() {
        for text in [
            "1+1",
            "memory_total_bytes{app=\"shop\",source=~\"web.*\"}",
            "rate(router_requests_total[5m])",
            "sum by (status) (increase(router_requests_total{app=\"shop\"}[1h] offset 1d))",
            "histogram_quantile(0.95, sum by (le, app) (rate(router_service_seconds_bucket[5m])))",
            "histogram_quantile(0.5, rate(router_service_seconds_bucket[5m]))",
            "100 * sum(rate(a_total{status=~\"5..\"}[5m])) / sum(rate(a_total[5m]))",
            "max by (source) (avg_over_time(load_avg[10m]))",
            "sum by (le) (rate(x_bucket[1m]))",
            "sum(rate(x_sum[5m])) / sum(rate(x_count[5m]))",
            "-x",
        ] {
            Question::read(text).unwrap_or_else(|it| panic!("{text}: {it}"));
        }
        let pushed = Question::read("sum by (status) (rate(a_total[5m]))").unwrap();
        assert!(matches!(pushed, Question::Reading(it) if it.labels == Some(Kept::These(vec!["status".to_owned()]))));
    }

    #[test]
    fn err_all_else() {
        let deep = format!("{}x{}", "(".repeat(2_000), ")".repeat(2_000));
        let signs = "-".repeat(1_000) + "x";
        let long = format!("x{{a=\"{}\"}}", "y".repeat(5_000));
        for (text, said) in [
            ("", ""),
            ("sum(", ""),
            ("a_total", "rate()"),
            ("topk(3, x)", "topk"),
            ("x > 1", ">"),
            ("x and y", "and"),
            ("rate(x[5m])", "_total"),
            ("avg_over_time(a_total[5m])", "a gauge"),
            ("rate(a_total[1s])", "10s"),
            ("rate(a_total[5m] @ 0)", "@"),
            ("{app=\"shop\"}", "name"),
            ("deriv(x[5m])", "deriv"),
            ("rate(x[5m:1m])", ""),
            ("histogram_quantile(2, rate(x_bucket[5m]))", "from 0 to 1"),
            ("histogram_quantile(0.5, sum by (app) (rate(x_bucket[5m])))", "le"),
            ("histogram_quantile(0.5, x)", "another form"),
            ("a / on (app) b", "without on"),
            (&deep, "nested"),
            (&signs, "signs"),
            (&long, "bytes"),
        ] {
            let error = Question::read(text).map(|_| ()).unwrap_err();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
