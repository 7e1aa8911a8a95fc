//! `streamgauge share add|list|remove`: links that show one page without a sign-in. Works on the
//! database file, whether the server runs or not; a running server notices within a second.

use contract::Range;

use super::{
    alerts::by,
    args::{List, expiry, one_of},
    database::{failed, open, record, unusable},
    drain_url::ServerUrl,
    error::Error,
    runtime::{block_on, print, print_rows},
};
use crate::{
    access::{
        Token,
        share::{PREFIX, SharedPage},
    },
    clock::{now_ms, rfc3339},
    config::{Store as Config, duration},
    store::access::shares::{self, ShareDraft, ShareRow},
};

/// What can be done with share links.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Create a share link and print it. It is shown only once.
    Add(Add),
    /// List the share links and how often each was viewed.
    List(List),
    /// End a share link by its name.
    Remove(Remove),
}

/// Arguments of `share add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// Who or what it is for.
    pub name: String,
    /// The page: `/` for the wall of the apps, `/apps/APP` for a dashboard, `/boards/ID` for a
    /// board.
    #[arg(long)]
    pub page: String,
    /// An app that it shows; may be repeated. A dashboard shows its own app.
    #[arg(long = "app", value_name = "APP")]
    pub apps: Vec<String>,
    /// The only range that it shows [default: any].
    #[arg(long, value_parser = |it: &str| one_of(&Range::ALL, Range::word, it))]
    pub span: Option<Range>,
    /// Show log lines too.
    #[arg(long)]
    pub lines: bool,
    /// How long it is valid, such as 30d [default: until it is removed].
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    pub expires: Option<std::time::Duration>,
    /// Where the server is reached.
    #[command(flatten)]
    pub server: ServerUrl,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `share remove`.
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
            Args::Remove(args) => {
                let store = open(&args.store.database_url).await?;
                let mut db = store.connect().await.map_err(unusable)?;
                shares::end(&mut db, &args.name, now_ms()).await.map_err(failed)?;
                record(&store, format!("share remove {}", args.name)).await
            }
        }
    })
}

async fn add(args: Add) -> Result<(), Error> {
    let (page, of_page) = SharedPage::parse(&args.page).map_err(Error::Usage)?;
    let mut apps = args.apps;
    if let Some(app) = of_page.filter(|it| !apps.contains(it)) {
        apps.push(app);
    }
    let store = open(&args.store.database_url).await?;
    let token = Token::random::<16>(PREFIX).map_err(|it| Error::Failed(format!("could not generate a link: {it}")))?;
    let now_ms = now_ms();
    let expires_ms = expiry(args.expires, now_ms);
    let draft = ShareDraft { name: args.name, page, apps, range: args.span, shows_lines: args.lines, expires_ms };
    let mut db = store.connect().await.map_err(unusable)?;
    shares::add(&mut db, &draft, token.hash(), &by(), now_ms).await.map_err(failed)?;
    record(&store, format!("share add {}", draft.name)).await?;
    print(&format!("{}/s/{}", args.server.base().trim_end_matches('/'), token.expose()))
}

async fn list(args: &List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let rows = shares::list(&store.readers).await.map_err(unusable)?;
    print_rows(&rows, if args.json { json } else { line })
}

fn json(row: &ShareRow) -> String {
    let share = &row.share;
    serde_json::json!({ "name": share.name, "page": share.path(), "apps": share.apps,
        "span": share.range.map(Range::word), "shows_lines": share.shows_lines, "created_ms": row.created_ms,
        "created_by": row.created_by, "expires_ms": share.expires_ms, "views": row.views, "viewed_ms": row.viewed_ms })
    .to_string()
}

fn line(row: &ShareRow) -> String {
    let share = &row.share;
    let until = share.expires_ms.map_or("no expiry".to_owned(), |it| format!("until {}", rfc3339(it / 1_000)));
    let range = share.range.map_or("any range", Range::word);
    let lines = if share.shows_lines { "with log lines" } else { "no log lines" };
    let last = row.viewed_ms.map_or(String::new(), |it| format!(", last {}", rfc3339(it / 1_000)));
    let apps = share.apps.join(", ");
    format!("{:<30} {}  {apps}  {range}  {lines}  {until}  {} views{last}", share.name, share.path(), row.views)
}
