//! `streamgauge query`: a metric's points on stdout, as a table, CSV or JSON lines.
//!
//! Reads the database file alone, so that it works whether the server runs or not. What a running server has counted since
//! its last checkpoint, at most five seconds, is not in the file yet.

use std::{collections::BTreeMap, fmt::Write as _, io::Write};

use super::{Error, block_on};
use crate::{
    clock::now_ms,
    clock::rfc3339,
    config,
    live::Live,
    outlet::api::{
        csv::quoted,
        query::{Params, question},
    },
    store::{
        Store,
        aggregates::Aggregates,
        query::{Error as QueryError, Question, Reader},
        write::replay,
    },
};

/// Statistics of a table unless told otherwise.
const STATS: &str = "count,mean,p50,p95,p99,max";

/// Settings of `streamgauge query`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The app.
    pub app: String,
    /// The metric, such as router.service.
    pub metric: String,
    /// Comma-separated statistics: rate, count, sum, mean, min, max, last, p50 to p99.9.
    #[arg(long, default_value = STATS)]
    pub stat: String,
    /// Start: unix seconds, RFC 3339, or relative such as -1h.
    #[arg(long, default_value = "-1h", allow_hyphen_values = true)]
    pub from: String,
    /// End, in the same forms [default: now, including the current second].
    #[arg(long, allow_hyphen_values = true)]
    pub to: Option<String>,
    /// Step: seconds, auto, or all for one row.
    #[arg(long, default_value = "auto")]
    pub step: String,
    /// Comma-separated labels to group by: source, status, class, method, path, code.
    #[arg(long, default_value = "none")]
    pub by: String,
    /// Print CSV.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// Print one JSON object per line.
    #[arg(long)]
    pub json: bool,
    /// How long rows stay, which decides where the finest are looked for.
    #[command(flatten)]
    pub retention: config::Retention,
    /// The store.
    #[command(flatten)]
    pub store: config::Store,
}

/// Points of one moment and group, by statistic.
type Rows = BTreeMap<(i64, Vec<String>), Vec<Option<f64>>>;

/// Asks and prints.
///
/// # Errors
/// [`Error::Usage`] where the question makes no sense; [`Error::Failed`] when the store can't be read or has no such metric.
pub fn run(args: &Args) -> Result<(), Error> {
    let stats: Vec<&str> = args.stat.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    let questions: Vec<Question> = stats.iter().map(|it| asked(args, it)).collect::<Result<_, _>>()?;
    let Some(first) = questions.first() else {
        return Err(Error::Usage("--stat: expected at least one statistic".to_owned()));
    };
    let (rows, labels, unit) = block_on(ask(args, &questions, &first.by))?;
    let text = if args.json {
        json(&rows, &labels, &stats, &unit)
    } else if args.csv {
        csv(&rows, &labels, &stats)
    } else {
        table(&rows, &labels, &stats, &unit)
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::Failed(format!("could not print: {error}")))
        }
        _ => Ok(()),
    }
}

fn asked(args: &Args, stat: &str) -> Result<Question, Error> {
    let asked = Params {
        metric: args.metric.clone(),
        stat: Some(stat.to_owned()),
        from: Some(args.from.clone()),
        to: args.to.clone(),
        step: Some(args.step.clone()),
        by: Some(args.by.clone()),
        compare: None,
        format: None,
    };
    question(args.app.clone(), asked, now_ms()).map_err(Error::Usage)
}

async fn ask(args: &Args, questions: &[Question], by: &[String]) -> Result<(Rows, Vec<String>, String), Error> {
    let store = Store::read(&args.store.database_url).await.map_err(|it| Error::Failed(it.to_string()))?;
    let aggregates = Aggregates::new(Live::new(now_ms()));
    replay::names(&store, &aggregates)
        .await
        .map_err(|it| Error::Failed(format!("the store could not be read: {it}")))?;
    let reader = Reader { store, aggregates, retention: args.retention };
    let (mut rows, mut labels, mut unit) = (Rows::new(), by.to_vec(), String::new());
    for (place, question) in questions.iter().enumerate() {
        let answer = reader.ask_rows(question, now_ms().div_euclid(1_000)).await.map_err(|error| match error {
            QueryError::Invalid(text) => Error::Usage(text),
            other => Error::Failed(other.to_string()),
        })?;
        // The same for each statistic.
        labels = answer.labels(by);
        unit = answer.unit;
        for points in answer.series {
            let group: Vec<String> =
                labels.iter().map(|it| points.labels.get(it).cloned().unwrap_or_default()).collect();
            for (at_s, value) in points.points {
                let row = rows.entry((at_s, group.clone())).or_insert_with(|| vec![None; questions.len()]);
                row[place] = Some(value);
            }
        }
    }
    Ok((rows, labels, unit))
}

fn table(rows: &Rows, labels: &[String], stats: &[&str], unit: &str) -> String {
    let width = |place: usize, name: &str| {
        rows.keys().map(|it| it.1[place].chars().count()).chain([name.len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = labels.iter().enumerate().map(|(place, name)| width(place, name)).collect();
    let mut text = format!("{:<20}", "time");
    labels.iter().zip(&widths).for_each(|(name, width)| _ = write!(text, "  {name:<width$}"));
    for stat in stats {
        let is_measure = !unit.is_empty() && !matches!(*stat, "rate" | "count");
        let name = if is_measure { format!("{stat} {unit}") } else { (*stat).to_owned() };
        let _ = write!(text, "  {name:>12}");
    }
    for ((at_s, group), values) in rows {
        let _ = write!(text, "\n{:<20}", rfc3339(*at_s));
        group.iter().zip(&widths).for_each(|(value, width)| _ = write!(text, "  {value:<width$}"));
        for value in values {
            let value = value.map_or("-".to_owned(), number);
            let _ = write!(text, "  {value:>12}");
        }
    }
    text + "\n"
}

fn csv(rows: &Rows, labels: &[String], stats: &[&str]) -> String {
    let mut text = format!(
        "time,{}\n",
        labels.iter().map(String::as_str).chain(stats.iter().copied()).collect::<Vec<_>>().join(",")
    );
    for ((at_s, group), values) in rows {
        text += &rfc3339(*at_s);
        for label in group {
            let _ = write!(text, ",{}", quoted(label));
        }
        values.iter().for_each(|it| _ = write!(text, ",{}", it.map_or(String::new(), |it| it.to_string())));
        text.push('\n');
    }
    text
}

fn json(rows: &Rows, labels: &[String], stats: &[&str], unit: &str) -> String {
    let mut text = String::new();
    for ((at_s, group), values) in rows {
        let labels: BTreeMap<_, _> = labels.iter().zip(group).collect();
        let values: BTreeMap<_, _> = stats.iter().zip(values).collect();
        let _ =
            writeln!(text, "{}", serde_json::json!({ "time": at_s, "labels": labels, "unit": unit, "values": values }));
    }
    text
}

fn number(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.3}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::query::stat::Stat;

    #[test]
    fn ok_default_statistics_are_statistics() {
        assert!(STATS.split(',').all(|it| it.parse::<Stat>().is_ok()));
    }
}
