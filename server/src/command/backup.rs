//! `streamgauge backup FILE`, `restore FILE` and `check`. The copying itself is in `store::copy`.

use std::path::{Path, PathBuf};

use super::{Error, block_on, print};
use crate::{
    clock::rfc3339,
    config,
    store::file::{
        backup::{self, Summary},
        lock,
    },
};

/// Settings of `streamgauge backup`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Backup {
    /// The backup file to create.
    pub file: PathBuf,
    /// The store.
    #[command(flatten)]
    pub store: config::Store,
}

/// Settings of `streamgauge restore`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Restore {
    /// The backup file to restore from.
    pub file: PathBuf,
    /// The database to create; it must not exist yet.
    #[command(flatten)]
    pub store: config::Store,
}

/// Settings of `streamgauge check`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Check {
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
    /// The store.
    #[command(flatten)]
    pub store: config::Store,
}

/// Copies the store, whether the server runs or not.
///
/// # Errors
/// [`Error::Failed`] when no complete copy was made.
pub(crate) fn backup(args: &Backup) -> Result<(), Error> {
    let summary = run(backup::backup(&args.store.database_url, &args.file))?;
    print(&format!("{}\n{}", args.file.display(), describe(&summary)))
}

/// Creates the store from a backup, which stays as it is.
///
/// # Errors
/// [`Error::Failed`] when the backup is empty or damaged, or when a store exists already.
pub(crate) fn restore(args: &Restore) -> Result<(), Error> {
    let path = &args.store.database_url;
    let _lock = lock::beside(path).map_err(|it| Error::Failed(it.to_string()))?;
    let summary = run(backup::backup(&args.file, path))?;
    print(&format!("{}\n{}", path.display(), describe(&summary)))
}

/// Prints what is in the store, and whether it is sound.
///
/// # Errors
/// [`Error::Failed`] when it is not sound.
pub(crate) fn check(args: &Check) -> Result<(), Error> {
    let path = &args.store.database_url;
    let summary = run(backup::inspect(path))?;
    if args.json {
        return print(&json(path, &summary).to_string());
    }
    print(&format!("{}: integrity OK\n{}", path.display(), describe(&summary)))
}

fn run<T>(work: impl Future<Output = Result<T, backup::Error>>) -> Result<T, Error> {
    block_on(async { work.await.map_err(|it| Error::Failed(it.to_string())) })
}

fn describe(summary: &Summary) -> String {
    let Summary { apps, lines, span_s, series, drains, uncounted } = summary;
    let span = span_s
        .map_or("no data yet".to_owned(), |(first_s, last_s)| format!("{} to {}", rfc3339(first_s), rfc3339(last_s)));
    let mut text = format!(
        "apps: {} ({})\nlines: {lines}\ntime range: {span}\nseries: {series}\ndrains: {drains}",
        apps.len(),
        apps.join(", ")
    );
    if *uncounted > 0 {
        text += &format!("\nbatches to replay at the next start: {uncounted}");
    }
    text
}

fn json(path: &Path, summary: &Summary) -> serde_json::Value {
    serde_json::json!({
        "file": path.display().to_string(), "sound": true, "apps": summary.apps, "lines": summary.lines,
        "first_s": summary.span_s.map(|it| it.0), "last_s": summary.span_s.map(|it| it.1),
        "series": summary.series, "drains": summary.drains, "uncounted_batches": summary.uncounted,
    })
}
