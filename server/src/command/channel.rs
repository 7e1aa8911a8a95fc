//! `streamgauge channel add|edit|list|test|remove`. Works on the database file, whether the server
//! runs or not; a running server notices within a second.

use contract::alert::{Channel, ChannelDraft, ChannelId, ChannelKind, Severity};

use super::{
    alerts::{input, json, refused, severity},
    args::{List, Remove, one_of},
    database::{failed, open, record, unusable},
    error::Error,
    runtime::{block_on, print, print_rows},
};
use crate::{
    access::alert_key::AlertKey,
    clock::now_ms,
    config::{Delivery, KeySettings, Secret, Store as Config},
    outlet::{alerts::channels as changes, notify::notifier::Notifier},
    store::alert::channels,
};

/// What can be done with channels.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Add a channel; prints its number, and for a webhook the key that its receiver checks
    /// signatures with, which is shown only once.
    Add(Add),
    /// Change a channel; what is not given stays as it is.
    Edit(Edit),
    /// List the channels, without their secrets.
    List(List),
    /// Send a test message.
    Test(Test),
    /// Remove a channel and its waiting messages.
    Remove(Remove),
}

/// Arguments of `channel add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// Its kind: slack, mattermost, discord, teams, pagerduty, ntfy, telegram, email, webhook or
    /// alertmanager.
    #[arg(value_parser = kind)]
    pub kind: ChannelKind,
    /// Where messages go, with its secret. `-` reads it from stdin, which keeps it out of the
    /// process list.
    pub url: Secret,
    /// What people call it [default: its kind].
    #[arg(long, default_value = "")]
    pub name: String,
    /// The zone of times in its messages, such as Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    pub zone: String,
    /// The least urgent severity that it gets: critical, warning or info.
    #[arg(long, default_value = "warning", value_parser = severity)]
    pub severity: Severity,
    /// Only messages about this app; may be given several times.
    #[arg(long = "app", value_name = "APP")]
    pub apps: Vec<String>,
    /// The key of secrets.
    #[command(flatten)]
    pub key: KeySettings,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `channel edit`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Edit {
    /// Number of the channel, as shown by `channel list`.
    pub id: ChannelId,
    /// Where messages go from now on; `-` reads it from stdin. A webhook gets a new signing key,
    /// which is printed.
    #[arg(long)]
    pub url: Option<Secret>,
    /// What people call it.
    #[arg(long)]
    pub name: Option<String>,
    /// The zone of times in its messages, such as Europe/Berlin.
    #[arg(long)]
    pub zone: Option<String>,
    /// The least urgent severity that it gets: critical, warning or info.
    #[arg(long, value_parser = severity)]
    pub severity: Option<Severity>,
    /// Only messages about this app; may be given several times.
    #[arg(long = "app", value_name = "APP", conflicts_with = "all_apps")]
    pub apps: Vec<String>,
    /// Messages about every app.
    #[arg(long)]
    pub all_apps: bool,
    /// The key of secrets.
    #[command(flatten)]
    pub key: KeySettings,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `channel test`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Test {
    /// Number of the channel, as shown by `channel list`.
    pub id: ChannelId,
    /// How the message goes out.
    #[command(flatten)]
    pub delivery: Delivery,
    /// The key of secrets.
    #[command(flatten)]
    pub key: KeySettings,
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
            Args::Edit(args) => edit(args).await,
            Args::List(args) => list(&args).await,
            Args::Test(args) => test(args).await,
            Args::Remove(args) => {
                let store = open(&args.store.database_url).await?;
                changes::remove(&store, args.id).await.map_err(refused)?;
                record(&store, format!("channel remove {}", args.id)).await
            }
        }
    })
}

fn kind(text: &str) -> Result<ChannelKind, String> {
    one_of(&ChannelKind::ALL, ChannelKind::word, text)
}

/// The key; made when there is none yet.
fn load(key: KeySettings, store: &Config) -> Result<AlertKey, Error> {
    let given = key.read().map_err(Error::Usage)?;
    AlertKey::load(given.as_ref(), &store.database_url).map_err(failed)
}

async fn add(args: Add) -> Result<(), Error> {
    let url = url(&args.url)?;
    let draft = ChannelDraft {
        kind: args.kind,
        name: args.name,
        url,
        zone: args.zone,
        severity: args.severity,
        apps: args.apps,
    };
    let store = open(&args.store.database_url).await?;
    let key = load(args.key, &args.store)?;
    let name = draft.name.clone();
    let changed = changes::save(&store, &key, None, draft).await.map_err(refused)?;
    record(&store, format!("channel add {}, {name}", changed.id)).await?;
    print(&match changed.secret {
        Some(secret) => format!("{}\n{secret}", changed.id),
        None => changed.id.to_string(),
    })
}

async fn edit(args: Edit) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let found = channels::find(&store.readers, args.id).await.map_err(unusable)?;
    let Some(known) = found.map(|it| it.channel) else {
        return Err(Error::Failed(format!("there is no channel {}", args.id)));
    };
    let draft = ChannelDraft {
        kind: known.kind,
        name: args.name.unwrap_or(known.name),
        url: args.url.as_ref().map(url).transpose()?.unwrap_or_default(),
        zone: args.zone.unwrap_or(known.zone),
        severity: args.severity.unwrap_or(known.severity),
        apps: if args.all_apps || !args.apps.is_empty() { args.apps } else { known.apps },
    };
    let key = load(args.key, &args.store)?;
    let changed = changes::save(&store, &key, Some(args.id), draft).await.map_err(refused)?;
    record(&store, format!("channel edit {}", args.id)).await?;
    match changed.secret {
        Some(secret) => print(&secret),
        None => Ok(()),
    }
}

/// The URL of an argument, or the first line of stdin for `-`.
fn url(given: &Secret) -> Result<String, Error> {
    Ok(match given.expose() {
        "-" => input("-")?.lines().next().unwrap_or_default().trim().to_owned(),
        url => url.to_owned(),
    })
}

async fn list(args: &List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let all = channels::list(&store.readers).await.map_err(unusable)?;
    print_rows(&all, if args.json { json } else { line })
}

fn line(channel: &Channel) -> String {
    let Channel { id, kind, name, target, severity, apps, delivered_ms, waiting, problem, .. } = channel;
    let apps = if apps.is_empty() { "every app".to_owned() } else { apps.join(", ") };
    let last = delivered_ms.map_or("never".to_owned(), |it| format!("{} s ago", (now_ms() - it) / 1_000));
    let problem = problem.as_ref().map_or(String::new(), |it| format!("  problem: {it}"));
    format!(
        "{id:>5}  {:<12} {name:<20} {target:<30} from {} on, {apps}; last delivered {last}, {waiting} waiting{problem}",
        kind.word(),
        severity.word()
    )
}

async fn test(args: Test) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let key = load(args.key, &args.store)?;
    let Delivery { public_url, alert_private } = args.delivery;
    let notifier = Notifier::new(store, key, public_url, alert_private);
    let delivery = changes::test(&notifier, args.id).await.map_err(refused)?;
    match delivery.problem {
        Some(problem) => Err(Error::Failed(format!("the test message was not delivered: {problem}"))),
        None => print(&format!("delivered to {}", delivery.channel_name)),
    }
}
