//! `streamgauge export`: every series of some apps and metrics on stdout, as CSV, JSON lines or
//! Parquet, step by step. Written piece by piece, so that a year of many series needs no more
//! memory than an hour.
//!
//! Reads only the database file, like `query`: what a running server has counted in the last
//! seconds is not in the file yet. It does not group series; `query` does. The formats are in files
//! of their own.

mod parquet;

mod row;

mod stop;

mod text;

use std::io::{IsTerminal, stdout};

use contract::{Span, Step, StepChoice};
use pipeline::SeriesKey;

use self::{parquet::ParquetFile, row::Row, stop::Stop, text::Text};
use super::{database::reader, error::Error, runtime::block_on};
use crate::{
    clock::now_ms,
    config,
    outlet::api::params,
    store::{
        query::{
            Reader,
            group::{Found, group_by},
            merge,
            plan::Plan,
        },
        rollup::rows::Columns,
    },
};

/// Most cells that are in memory at once.
const CELLS_MAX: i64 = 50_000;
/// Most steps of a piece: what a plan allows.
const STEPS_MAX: i64 = 10_000;

/// Settings of `streamgauge export`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// An app; several may be given [default: all].
    #[arg(long)]
    pub app: Vec<String>,
    /// A metric, or the beginning of some with a star at its end, such as 'router.*'; several may
    /// be given [default: all].
    #[arg(long)]
    pub metric: Vec<String>,
    /// Start: unix seconds, RFC 3339, or relative such as -1h.
    #[arg(long, default_value = "-1h", allow_hyphen_values = true)]
    pub from: String,
    /// End, in the same forms [default: now, including the current second].
    #[arg(long, allow_hyphen_values = true)]
    pub to: Option<String>,
    /// Step, seconds; wider where the range begins before finer steps are kept.
    #[arg(long, default_value = "60")]
    pub step: String,
    /// Print one JSON object per line, and no CSV.
    #[arg(long)]
    pub json: bool,
    /// Write a Parquet file, and no CSV; stdout must be a file or a pipe.
    #[arg(long, conflicts_with = "json")]
    pub parquet: bool,
    /// How long rows stay, which decides where the finest are looked for.
    #[command(flatten)]
    pub retention: config::Retention,
    /// The store.
    #[command(flatten)]
    pub store: config::Store,
}

/// What is written, and how.
struct Export {
    reader: Reader,
    out: Output,
}

/// One of the formats.
enum Output {
    Text(Text),
    Parquet(Box<ParquetFile>),
}

impl Output {
    fn new(args: &Args) -> Result<Self, Stop> {
        if args.parquet && stdout().is_terminal() {
            let text = "--parquet: expected a file or a pipe as stdout, found a terminal";
            return Err(Stop::Failed(Error::Usage(text.to_owned())));
        }
        Ok(if args.parquet { Self::Parquet(Box::new(ParquetFile::new()?)) } else { Self::Text(Text::new(args.json)?) })
    }

    fn row(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        match self {
            Self::Text(it) => it.row(row),
            Self::Parquet(it) => it.row(row),
        }
    }

    fn finish(self) -> Result<(), Stop> {
        match self {
            Self::Text(it) => it.finish(),
            Self::Parquet(it) => it.finish(),
        }
    }
}

/// Reads the series and prints them.
///
/// # Errors
/// [`Error::Usage`] where an argument makes no sense; [`Error::Failed`] when the store can't be
/// read or has no such app.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    block_on(async {
        match write(args).await {
            Ok(()) | Err(Stop::Closed) => Ok(()),
            Err(Stop::Failed(error)) => Err(error),
        }
    })
}

async fn write(args: &Args) -> Result<(), Stop> {
    let usage = |text: String| Stop::Failed(Error::Usage(text));
    let span = params::span(Some(&args.from), args.to.as_deref(), now_ms()).map_err(usage)?;
    let step: StepChoice = args.step.parse().map_err(usage)?;
    let StepChoice::Width(step) = step else {
        return Err(usage(format!("--step: expected seconds, found {:?}", args.step)));
    };
    let reader = reader(&args.store.database_url, args.retention).await.map_err(Stop::Failed)?;
    let apps: Vec<String> = {
        let live = reader.aggregates.live.lock();
        let known = |app: &&String| !live.apps.contains_key(app.as_str());
        if let Some(unknown) = args.app.iter().find(known) {
            return Err(Stop::Failed(Error::Failed(format!("there is no app named {unknown}"))));
        }
        live.apps.keys().map(ToString::to_string).filter(|it| args.app.is_empty() || args.app.contains(it)).collect()
    };
    let finest_s = reader.reach(now_ms().div_euclid(1_000)).width_s(span.from_s());
    let step = Step::clamped(step.seconds() + (-step.seconds()).rem_euclid(finest_s));
    let mut export = Export { reader, out: Output::new(args)? };
    for app in apps {
        export.app(&app, &args.metric, span.widened(step), step).await?;
    }
    export.out.finish()
}

impl Export {
    /// Writes the metrics of an app, by name.
    async fn app(&mut self, app: &str, metrics: &[String], span: Span, step: Step) -> Result<(), Stop> {
        let is_named = |wanted: &String, name: &str| {
            wanted.strip_suffix('*').map_or(wanted == name, |beginning| name.starts_with(beginning))
        };
        let pass = |key: &SeriesKey| metrics.is_empty() || metrics.iter().any(|it| is_named(it, &key.metric));
        let mut found = self.reader.find(app, pass).map_err(|it| Stop::Failed(Error::Failed(it.to_string())))?;
        found.sort_unstable_by(|one, other| one.1.cmp(&other.1));
        for of_metric in found.chunk_by(|one, other| one.1.metric == other.1.metric) {
            let steps = (CELLS_MAX / of_metric.len() as i64).clamp(1, STEPS_MAX);
            let mut from_s = span.from_s();
            while from_s < span.to_s() {
                let to_s = from_s.saturating_add(steps.saturating_mul(step.seconds())).min(span.to_s());
                self.piece(app, of_metric, Span::clamped(from_s, to_s), step).await?;
                from_s = to_s;
            }
        }
        Ok(())
    }

    /// Writes some steps of the series of a metric, by time.
    async fn piece(&mut self, app: &str, found: &[Found], span: Span, step: Step) -> Result<(), Stop> {
        let failed = |text: String| Stop::Failed(Error::Failed(text));
        let reach = self.reader.reach(now_ms().div_euclid(1_000));
        let plan = Plan::of_rows(span, StepChoice::Width(step), &reach).map_err(failed)?;
        let groups = group_by(found, |key| Some(key.clone()));
        let merged = merge::read(&self.reader, &groups, &plan, Columns::All).await;
        let merged = merged.map_err(|it| failed(it.to_string()))?;
        let mut rows: Vec<Row<'_>> = vec![];
        for (group, steps) in groups.iter().zip(merged) {
            rows.extend(steps.into_iter().map(|(at_s, cell)| Row { app, at_s, key: &group.key, cell }));
        }
        rows.sort_by_key(|it| it.at_s);
        rows.iter().try_for_each(|it| self.out.row(it))
    }
}
