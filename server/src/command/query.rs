//! `streamgauge query`: a metric's points on stdout, as a table, CSV or JSON lines.
//!
//! Reads only the database file, so that it works whether the server runs or not. What a running
//! server has counted since its last checkpoint, at most five seconds, is not in the file yet.

use std::{collections::BTreeMap, fmt::Write as _, io::Write};

use contract::{Label, MetricQuery, Stat};

use super::{database::reader, error::Error, runtime::block_on};
use crate::{
    clock::now_ms,
    clock::rfc3339,
    config,
    outlet::api::{
        csv::quoted,
        params::{MetricParams, metric_query},
    },
    store::query::Error as QueryError,
};

/// The statistics that are printed unless others are given.
const STATS: &str = "count,mean,p50,p95,p99,max";

/// Settings of `streamgauge query`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
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

/// Values by the start of their step (unix seconds) and the labels of their group; one for each
/// statistic.
type Rows = BTreeMap<(i64, Vec<String>), Vec<Option<f64>>>;

/// The points of all statistics, row by row.
struct Table {
    labels: Vec<Label>,
    stats: Vec<Stat>,
    unit: String,
    rows: Rows,
}

/// Reads the points and prints them.
///
/// # Errors
/// [`Error::Usage`] where an argument makes no sense; [`Error::Failed`] when the store can't be
/// read or has no such metric.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let stats = args.stat.split(',').map(str::trim).filter(|it| !it.is_empty());
    let queries: Vec<MetricQuery> = stats.map(|stat| query(args, stat)).collect::<Result<_, _>>()?;
    if queries.is_empty() {
        return Err(Error::Usage("--stat: expected at least one statistic".to_owned()));
    }
    let found = block_on(read(args, &queries))?;
    let text = if args.json {
        json(&found)
    } else if args.csv {
        csv(&found)
    } else {
        table(&found)
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::Failed(format!("could not print: {error}")))
        }
        _ => Ok(()),
    }
}

fn query(args: &Args, stat: &str) -> Result<MetricQuery, Error> {
    let params = MetricParams {
        metric: &args.metric,
        stat: Some(stat),
        from: Some(&args.from),
        to: args.to.as_deref(),
        step: Some(&args.step),
        by: Some(&args.by),
        compare: None,
    };
    metric_query(&args.app, params, now_ms()).map_err(Error::Usage)
}

async fn read(args: &Args, queries: &[MetricQuery]) -> Result<Table, Error> {
    let reader = reader(&args.store.database_url, args.retention).await?;
    let stats = queries.iter().map(|it| it.stat).collect();
    let mut table = Table { labels: vec![], stats, unit: String::new(), rows: Rows::new() };
    for (place, query) in queries.iter().enumerate() {
        let answer = reader.query_rows(query, now_ms().div_euclid(1_000)).await.map_err(|error| match error {
            QueryError::Invalid(text) => Error::Usage(text),
            other => Error::Failed(other.to_string()),
        })?;
        // The same for each statistic.
        table.labels = answer.labels(&query.by);
        table.unit = answer.unit;
        for points in answer.series {
            let group: Vec<String> =
                table.labels.iter().map(|it| points.labels.get(it).cloned().unwrap_or_default()).collect();
            for (at_s, value) in points.points {
                let row = table.rows.entry((at_s, group.clone())).or_insert_with(|| vec![None; queries.len()]);
                row[place] = Some(value);
            }
        }
    }
    Ok(table)
}

fn table(Table { labels, stats, unit, rows }: &Table) -> String {
    let width = |place: usize, label: &Label| {
        let values = rows.keys().map(|it| it.1[place].chars().count());
        values.chain([label.word().len()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = labels.iter().enumerate().map(|(place, label)| width(place, label)).collect();
    let mut text = format!("{:<20}", "time");
    labels.iter().zip(&widths).for_each(|(label, width)| _ = write!(text, "  {label:<width$}"));
    for stat in stats {
        let is_measure = !unit.is_empty() && !matches!(stat, Stat::Rate | Stat::Count);
        let name = if is_measure { format!("{stat} {unit}") } else { stat.to_string() };
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

fn csv(Table { labels, stats, rows, .. }: &Table) -> String {
    let names = labels.iter().map(ToString::to_string).chain(stats.iter().map(ToString::to_string));
    let mut text = format!("time,{}\n", names.collect::<Vec<_>>().join(","));
    for ((at_s, group), values) in rows {
        text += &rfc3339(*at_s);
        for label in group {
            let _ = write!(text, ",{}", quoted(label));
        }
        for value in values {
            let _ = write!(text, ",{}", value.map_or(String::new(), |it| it.to_string()));
        }
        text.push('\n');
    }
    text
}

fn json(Table { labels, stats, unit, rows }: &Table) -> String {
    let mut text = String::new();
    for ((at_s, group), values) in rows {
        let labels: BTreeMap<_, _> = labels.iter().zip(group).collect();
        let values: BTreeMap<_, _> = stats.iter().map(ToString::to_string).zip(values).collect();
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

    #[test]
    fn ok_default_statistics_are_statistics() {
        assert!(STATS.split(',').all(|it| it.parse::<Stat>().is_ok()));
    }
}
