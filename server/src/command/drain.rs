//! `streamgauge drain add|list|remove`; changes of a drain are in `drain_change`. Works on the
//! database file, whether the server runs or not; a running server notices within a second.

use std::{
    io::{BufRead, Read},
    path::{Path, PathBuf},
};

use super::{
    args::{List, Remove},
    database::{failed, open, record, unusable},
    drain_change::{self, Pause, Rename, Resume, Rotate},
    drain_url::{ServerUrl, checked_url, generated},
    error::Error,
    runtime::{block_on, print},
};
use crate::{
    access::{App, Token},
    clock::now_ms,
    config::{Secret, Store as Config},
    store::drains::{self, NewDrain},
};

/// Longest line that is read as a token, bytes.
const TOKEN_LINE_BYTES_MAX: u64 = 4_096;

/// What can be done with drains.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Create a drain and print its URL. The URL contains the token and is shown only once.
    Add(Add),
    /// List the drains.
    List(List),
    /// Remove a drain by its number; data that it has sent is kept.
    Remove(Remove),
    /// Give a drain a new token and print its URL. The old token stays valid for a while.
    Rotate(Rotate),
    /// Take what a drain sends and keep nothing of it, until it is resumed.
    Pause(Pause),
    /// Keep again what a paused drain sends.
    Resume(Resume),
    /// Rename a drain; its app keeps its name.
    Rename(Rename),
}

/// Arguments of `drain add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// The app that the drain belongs to.
    pub app: String,
    /// Share the drain: each sender names its app by ?app= in the URL.
    #[arg(long)]
    pub shared: bool,
    /// Use this token instead of a generated one, for senders with a fixed token such as the `d.…`
    /// of `heroku drains`. `-` reads it from stdin, which keeps it out of the process list.
    #[arg(long, env = "DRAIN_TOKEN", hide_env_values = true)]
    pub token: Option<Secret>,
    /// File that contains the token.
    #[arg(long, env = "DRAIN_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,
    /// Where the server is reached.
    #[command(flatten)]
    pub server: ServerUrl,
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
            Args::Add(args) => add(args).await,
            Args::List(args) => list(args).await,
            Args::Remove(args) => remove(args).await,
            Args::Rotate(args) => drain_change::rotate(args).await,
            Args::Pause(args) => drain_change::pause(args).await,
            Args::Resume(args) => drain_change::resume(args).await,
            Args::Rename(args) => drain_change::rename(args).await,
        }
    })
}

async fn add(args: Add) -> Result<(), Error> {
    App::check_name(&args.app).map_err(Error::Usage)?;
    let base = args.server.base();
    let token =
        Secret::from_value_or_file("DRAIN_TOKEN", args.token, args.token_file.as_deref()).map_err(Error::Usage)?;
    let token = token.as_ref().map(parse_token).transpose().map_err(Error::Usage)?;
    let token = create(&args.store.database_url, &args.app, args.shared, token).await?;
    let url = checked_url(&base, &token)?;
    print(&if args.shared { format!("{url}?app={}", args.app) } else { url })
}

async fn list(args: List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let now_ms = now_ms();
    let mut text = String::new();
    for drain in drains::list(&store.readers, now_ms).await.map_err(unusable)? {
        let (shared, last_ms) = (drain.app.is_none(), drain.memory.last_ms);
        if args.json {
            let line = serde_json::json!({ "id": drain.id, "name": drain.name, "app": drain.app, "shared": shared,
                "created_ms": drain.created_ms, "last_ms": last_ms, "paused_ms": drain.paused_ms,
                "rotated_ms": drain.rotated_ms, "old_until_ms": drain.old_until_ms });
            text += &format!("{line}\n");
        } else {
            let kind = if shared { "shared" } else { "own" };
            let last = last_ms.map_or("never".to_owned(), |it| format!("{} s ago", (now_ms - it) / 1_000));
            let paused = if drain.paused_ms.is_some() { "  paused" } else { "" };
            let old = drain
                .old_until_ms
                .map_or(String::new(), |it| format!("  old token valid for {} min", (it - now_ms) / 60_000));
            text += &format!("{:>5}  {:<30} {kind:<7} last batch {last}{paused}{old}\n", drain.id, drain.name);
        }
    }
    print(text.trim_end())
}

async fn remove(args: Remove) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let mut db = store.connect().await.map_err(unusable)?;
    drains::remove(&mut db, args.id).await.map_err(failed)?;
    record(&store, format!("drain remove {}", args.id)).await
}

/// Reads a token made elsewhere; `-` stands for the first line of stdin.
fn parse_token(given: &Secret) -> Result<Token, String> {
    let mut text = given.expose().to_owned();
    if text == "-" {
        text.clear();
        let mut line = std::io::stdin().lock().take(TOKEN_LINE_BYTES_MAX);
        line.read_line(&mut text).map_err(|it| format!("the token could not be read from stdin: {it}"))?;
    }
    let found = Token::parse(text.trim_end_matches(['\r', '\n']));
    found.ok_or_else(|| "--token: expected 16 to 100 letters, digits, '-', '_' and '.'".to_owned())
}

/// Creates a drain and returns its token.
///
/// # Errors
/// When the store can't be used.
pub(crate) async fn create(database: &Path, name: &str, shared: bool, token: Option<Token>) -> Result<Token, Error> {
    let store = open(database).await?;
    let token = match token {
        Some(token) => token,
        None => generated()?,
    };
    let mut db = store.connect().await.map_err(unusable)?;
    let added = drains::add(&mut db, NewDrain { name, shared, platform: "" }, token.hash(), now_ms()).await;
    added.map_err(failed)?;
    record(&store, format!("drain add {name}")).await?;
    Ok(token)
}

/// Creates a shared drain and returns its URL, without `?app=`. For commands without an async
/// runtime.
///
/// # Errors
/// When the store can't be used.
pub(crate) fn shared_url(database: &Path, server: ServerUrl, name: &str) -> Result<String, Error> {
    let token = block_on(create(database, name, true, None))?;
    checked_url(&server.base(), &token)
}
