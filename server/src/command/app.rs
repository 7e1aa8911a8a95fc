//! `streamgauge app list|remove|rename|merge`. Works on the database file, whether the server runs
//! or not; a running server notices at once. Deleting or moving an app's data is left to the server
//! if one runs.

use std::{io::BufRead, time::Duration};

use super::{
    args::List,
    database::{failed, open, record},
    error::Error,
    runtime::{block_on, print},
};
use crate::{
    access::App,
    clock::now_ms,
    config::Store as Config,
    live::Live,
    store::{
        Store,
        aggregates::Aggregates,
        app_merge, apps,
        file::{lock, usage::StorageUsage},
        write::{
            app_index::AppIndex,
            merge::{Left, Merging},
            removal::Removal,
        },
    },
};

/// How long the command waits for a running server to delete or move the data.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// Time between two checks whether it is deleted.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What can be done with apps.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// List the apps.
    List(List),
    /// Remove an app with all its data and its own drains.
    Remove(Remove),
    /// Rename an app; its data and drains are kept.
    Rename(Rename),
    /// Merge an app into another one, which gets all its data and its drains.
    Merge(Merge),
}

/// Arguments of `app merge`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Merge {
    /// The app that ends.
    pub from: String,
    /// The app that gets its data. URLs of shared drains that name the other one must be updated.
    pub into: String,
    /// Skip the confirmation prompt.
    #[arg(long)]
    pub yes: bool,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `app remove`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Remove {
    /// The app's name.
    pub app: String,
    /// Skip the confirmation prompt.
    #[arg(long)]
    pub yes: bool,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `app rename`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Rename {
    /// The app's current name.
    pub app: String,
    /// The new name. URLs of shared drains that name the app must be updated.
    pub to: String,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Runs the subcommand.
///
/// # Errors
/// See [`Error`].
pub(crate) fn run(args: Args) -> Result<(), Error> {
    block_on(async {
        match args {
            Args::List(args) => list(args).await,
            Args::Remove(args) => remove(args).await,
            Args::Rename(args) => rename(args).await,
            Args::Merge(args) => merge(args).await,
        }
    })
}

async fn list(args: List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let mut text = String::new();
    for row in apps::list(&store.readers).await.map_err(failed)? {
        if args.json {
            let line = serde_json::json!({ "name": row.name, "created_ms": row.created_ms, "last_line_ms": row.last_line_ms,
                "drains": row.drains, "series": row.series, "made_by_drain": row.made_by_drain });
            text += &format!("{line}\n");
        } else {
            let last = row.last_line_ms.map_or("never".to_owned(), |it| format!("{} s ago", (now_ms() - it) / 1_000));
            text += &format!("{:<30} {:>5} series  {:>3} drains  last line {last}\n", row.name, row.series, row.drains);
        }
    }
    print(text.trim_end())
}

async fn rename(args: Rename) -> Result<(), Error> {
    App::check_name(&args.to).map_err(Error::Usage)?;
    let store = open(&args.store.database_url).await?;
    let mut db = store.connect().await.map_err(failed)?;
    apps::rename(&mut db, &args.app, &args.to).await.map_err(failed)?;
    record(&store, format!("app rename {} {}", args.app, args.to)).await
}

async fn remove(args: Remove) -> Result<(), Error> {
    let app = &args.app;
    if !args.yes {
        confirm(app, &format!("This permanently deletes all data of {app} and its own drains."), "removed")?;
    }
    let store = open(&args.store.database_url).await?;
    let mut db = store.connect().await.map_err(failed)?;
    let id = apps::remove(&mut db, app, now_ms()).await.map_err(failed)?;
    record(&store, format!("app remove {app}")).await?;
    // Without a server, this process must delete the data; with one, only the server may.
    if let Ok(_lock) = lock::beside(&args.store.database_url) {
        let (mut removal, usage) = (Removal::default(), StorageUsage::default());
        let upto = apps::checkpoint(&store.readers).await.map_err(failed)?;
        while removal.step(&mut db, &usage, upto).await.map_err(failed)? {}
        return Ok(());
    }
    wait(&store, id, &format!("{app} is removed; the server is still deleting its data")).await
}

async fn merge(args: Merge) -> Result<(), Error> {
    let Merge { from, into, yes, store } = args;
    if !yes {
        let what = format!("This moves all data of {from} and its drains to {into}, for good; {from} ends.");
        confirm(&from, &what, "merged")?;
    }
    let path = store.database_url;
    let store = open(&path).await?;
    let mut db = store.connect().await.map_err(failed)?;
    let id = app_merge::begin(&mut db, &from, &into, now_ms()).await.map_err(failed)?;
    record(&store, format!("app merge {from} {into}")).await?;
    // As with a removal.
    if let Ok(_lock) = lock::beside(&path) {
        let (mut merging, aggregates) = (Merging::default(), Aggregates::new(Live::new(now_ms())));
        let apps = AppIndex::read(&mut db).await.map_err(failed)?;
        while merging.step(&mut db, &aggregates, &apps).await.map_err(failed)? == Left::Slices {}
        return Ok(());
    }
    wait(&store, id, &format!("{from} is merged; the server is still moving its data")).await
}

/// Asks for the name of the app that ends.
fn confirm(app: &str, what: &str, done: &str) -> Result<(), Error> {
    eprintln!("{what} To confirm, type the name of the app: {app}");
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(failed)?;
    if line.trim() == app {
        return Ok(());
    }
    Err(Error::Failed(format!("nothing was {done}: expected {app}, found {:?}", line.trim())))
}

/// Waits until a running server is done with the data of an app that has ended.
async fn wait(store: &Store, id: i64, otherwise: &str) -> Result<(), Error> {
    let mut db = store.connect().await.map_err(failed)?;
    let end = tokio::time::Instant::now() + WAIT_MAX;
    while apps::is_left(&mut db, id).await.map_err(failed)? {
        if tokio::time::Instant::now() >= end {
            eprintln!("{otherwise}");
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}
