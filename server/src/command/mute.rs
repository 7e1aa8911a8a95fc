//! `streamgauge mute add|list|remove`. Works on the database file, whether the server runs or not;
//! a running server notices within a second.

use std::time::Duration;

use contract::alert::{IncidentId, Mute, MuteDraft, RuleId};

use super::{
    alerts::{by, json, refused},
    args::{List, Remove},
    database::{open, record, unusable},
    error::Error,
    runtime::{block_on, print, print_rows},
};
use crate::{
    clock::now_ms,
    config::{Store as Config, duration},
    outlet::alerts::mutes as changes,
    store::alert::mutes,
    watch::zone::Zone,
};

/// What can be done with mutes.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// Hold messages back for a time; prints the number of the mute.
    Add(Add),
    /// List the mutes that are not over.
    List(List),
    /// End a mute by its number.
    Remove(Remove),
}

/// Arguments of `mute add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// Only messages about this app.
    #[arg(long)]
    pub app: Option<String>,
    /// Only messages of this rule: the word of a built-in one, or a number.
    #[arg(long)]
    pub rule: Option<RuleId>,
    /// Only messages about this incident.
    #[arg(long)]
    pub incident: Option<IncidentId>,
    /// Messages about everything; must be said when none of the three is.
    #[arg(long, conflicts_with_all = ["app", "rule", "incident"], required_unless_present_any = ["app", "rule", "incident"])]
    pub all: bool,
    /// How long, such as 30m, 8h or 2d; `morning` for until tomorrow 9:00 in --zone.
    #[arg(long = "for", value_name = "TIME", default_value = "1h")]
    pub time: String,
    /// The zone of `morning`, such as Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    pub zone: String,
    /// Why.
    #[arg(long, default_value = "")]
    pub reason: String,
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
                changes::remove(&store, args.id).await.map_err(refused)?;
                record(&store, format!("mute remove {}", args.id)).await
            }
        }
    })
}

async fn add(args: Add) -> Result<(), Error> {
    let zone = Zone::named(&args.zone).map_err(|it| Error::Usage(format!("--zone: {it}")))?;
    let now_ms = now_ms();
    let until_ms = until_ms(&args.time, &zone, now_ms).map_err(|it| Error::Usage(format!("--for: {it}")))?;
    let draft = MuteDraft { app: args.app, rule: args.rule, incident: args.incident, until_ms, reason: args.reason };
    let store = open(&args.store.database_url).await?;
    let id = changes::add(&store, draft, &by()).await.map_err(refused)?;
    record(&store, format!("mute add {id}")).await?;
    print(&id.to_string())
}

/// When a mute of this length ends, unix milliseconds.
fn until_ms(text: &str, zone: &Zone, now_ms: i64) -> Result<i64, String> {
    if text == "morning" {
        return Ok(zone.tomorrow_morning_ms(now_ms));
    }
    let length: Duration = duration::parse(text)?;
    Ok(now_ms.saturating_add(i64::try_from(length.as_millis()).unwrap_or(i64::MAX)))
}

async fn list(args: &List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let all = mutes::list(&store.readers, now_ms()).await.map_err(unusable)?;
    print_rows(&all, if args.json { json } else { line })
}

fn line(mute: &Mute) -> String {
    let Mute { id, draft, by, hidden, .. } = mute;
    let parts =
        [draft.app.clone(), draft.rule.map(|it| it.to_string()), draft.incident.map(|it| format!("incident {it}"))];
    let what = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let what = if what.is_empty() { "everything" } else { &what };
    let reason = if draft.reason.is_empty() { String::new() } else { format!("  {}", draft.reason) };
    format!("{id:>5}  {what:<30} until {}  by {by}  {hidden} hidden{reason}", Zone::UTC.text(draft.until_ms))
}
