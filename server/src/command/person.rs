//! `streamgauge person add|list|remove`: who may come in. Works on the database file, whether the
//! server runs or not, so that somebody who is locked out gets in again on the machine itself.

use super::{
    args::{List, one_of},
    database::{failed, open, record, unusable},
    drain_url::ServerUrl,
    error::Error,
    runtime::{block_on, print, print_rows},
};
use crate::{
    access::{Token, principal::Role},
    clock::{now_ms, rfc3339},
    config::Store as Config,
    store::access::people::{self, PersonRow},
};

/// What can be done with people.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Invite somebody and print the link by which they choose their password; for somebody who is
    /// there already, a new link and role.
    Add(Add),
    /// List the people.
    List(List),
    /// Remove somebody by name; it ends their sessions.
    Remove(Remove),
}

/// Arguments of `person add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// Their name.
    pub name: String,
    /// What they may do: `viewer`, `editor` or `admin`.
    #[arg(long, value_parser = |it: &str| one_of(&Role::ALL, Role::word, it))]
    pub role: Role,
    /// Where the server is reached.
    #[command(flatten)]
    pub server: ServerUrl,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `person remove`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Remove {
    /// Their name.
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
                people::remove(&mut db, &args.name).await.map_err(failed)?;
                record(&store, format!("person remove {}", args.name)).await
            }
        }
    })
}

async fn add(args: Add) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let invitation = Token::random::<32>("sgi_");
    let invitation = invitation.map_err(|it| Error::Failed(format!("could not generate an invitation: {it}")))?;
    let mut db = store.connect().await.map_err(unusable)?;
    people::invite(&mut db, &args.name, args.role, invitation.hash(), now_ms()).await.map_err(failed)?;
    record(&store, format!("person add {}", args.name)).await?;
    let base = args.server.base();
    print(&format!("{}/invite/{}", base.trim_end_matches('/'), invitation.expose()))
}

async fn list(args: &List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let rows = people::list(&store.readers).await.map_err(unusable)?;
    print_rows(&rows, if args.json { json } else { line })
}

fn json(row: &PersonRow) -> String {
    serde_json::json!({ "name": row.name, "role": row.role, "has_password": row.has_password,
        "has_provider": row.has_provider,
        "created_ms": row.created_ms, "invited_until_ms": row.invited_until_ms })
    .to_string()
}

fn line(row: &PersonRow) -> String {
    let invited = row.invited_until_ms.map_or(String::new(), |it| format!("  invited until {}", rfc3339(it / 1_000)));
    let password = match row {
        PersonRow { has_provider: true, .. } => "signs in with SSO",
        PersonRow { has_password: true, .. } => "can sign in",
        _ => "no password yet",
    };
    format!("{:<30} {:<7} {password}{invited}", row.name, row.role)
}
