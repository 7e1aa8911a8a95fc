//! `streamgauge token add|list|remove`: API tokens for scripts. Works on the database file, whether
//! the server runs or not; a running server notices within a second.

use super::{
    alerts::by,
    args::{List, expiry, one_of},
    database::{failed, open, record, unusable},
    error::Error,
    runtime::{block_on, print, print_rows},
};
use crate::{
    access::{Token, principal::Scope},
    clock::{now_ms, rfc3339},
    config::{Store as Config, duration},
    store::access::tokens::{self, TokenDraft, TokenRow},
};

/// What can be done with API tokens.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Create an API token and print it. It is shown only once.
    Add(Add),
    /// List the API tokens and when each was last used.
    List(List),
    /// Remove an API token by its name.
    Remove(Remove),
}

/// Arguments of `token add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// What it is for.
    pub name: String,
    /// What it may do: `read`, or `write` for reading and changing rules, channels and boards.
    #[arg(long, value_parser = |it: &str| one_of(&Scope::ALL, Scope::word, it))]
    pub scope: Scope,
    /// Limit it to this app; may be repeated.
    #[arg(long = "app", value_name = "APP")]
    pub apps: Vec<String>,
    /// How long it is valid, such as 90d [default: until it is removed].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub expires: Option<std::time::Duration>,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `token remove`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Remove {
    /// Its name.
    pub name: String,
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
            Args::List(args) => list(&args).await,
            Args::Remove(args) => remove(&args).await,
        }
    })
}

async fn add(args: Add) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let token = Token::random::<16>(args.scope.prefix());
    let token = token.map_err(|it| Error::Failed(format!("could not generate a token: {it}")))?;
    let now_ms = now_ms();
    let expires_ms = expiry(args.expires, now_ms);
    let draft = TokenDraft { name: args.name, scope: args.scope, apps: args.apps, expires_ms };
    let mut db = store.connect().await.map_err(unusable)?;
    tokens::add(&mut db, &draft, token.hash(), &by(), now_ms).await.map_err(failed)?;
    record(&store, format!("token add {}", draft.name)).await?;
    print(token.expose())
}

async fn list(args: &List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let rows = tokens::list(&store.readers).await.map_err(unusable)?;
    print_rows(&rows, if args.json { json } else { line })
}

fn json(row: &TokenRow) -> String {
    serde_json::json!({ "name": row.name, "scope": row.scope, "apps": row.app_names(), "created_ms": row.created_ms,
        "created_by": row.created_by, "expires_ms": row.expires_ms, "used_ms": row.used_ms, "used_from": row.used_from })
    .to_string()
}

fn line(row: &TokenRow) -> String {
    let apps = row.app_names().map_or("all apps".to_owned(), |it| it.join(", "));
    let until = row.expires_ms.map_or("no expiry".to_owned(), |it| format!("until {}", rfc3339(it / 1_000)));
    let used = row.used_ms.map_or("never used".to_owned(), |at_ms| {
        format!("used {} from {}", rfc3339(at_ms / 1_000), row.used_from.as_deref().unwrap_or("?"))
    });
    format!("{:<30} {:<5}  {apps}  {until}  {used}", row.name, row.scope)
}

async fn remove(args: &Remove) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let mut db = store.connect().await.map_err(unusable)?;
    tokens::remove(&mut db, &args.name).await.map_err(failed)?;
    record(&store, format!("token remove {}", args.name)).await
}
