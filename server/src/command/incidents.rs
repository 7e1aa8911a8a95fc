//! `streamgauge incidents`: what is wrong and what was, the newest first, from the database file.

use contract::alert::Incident;

use super::{
    alerts::json,
    database::{read, unusable},
    error::Error,
    runtime::{block_on, print},
};
use crate::{
    config::Store as Config,
    outlet::api::incidents::query,
    store::alert::incidents::{self, LISTED_MAX},
    watch::zone::Zone,
};

/// Settings of `streamgauge incidents`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Only incidents of this app.
    #[arg(long)]
    pub app: Option<String>,
    /// Only incidents in this state: open, pending, firing, unknown or resolved.
    #[arg(long)]
    pub state: Option<String>,
    /// Most incidents.
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// The zone of times, such as Europe/Berlin.
    #[arg(long, default_value = "UTC")]
    pub zone: String,
    /// Print one JSON object per line.
    #[arg(long)]
    pub json: bool,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Prints the incidents.
///
/// # Errors
/// See [`Error`].
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let zone = Zone::named(&args.zone).map_err(|it| Error::Usage(format!("--zone: {it}")))?;
    let limit = args.limit.clamp(1, LISTED_MAX);
    let query = query(args.app.as_deref(), args.state.as_deref(), None, limit);
    let query = query.map_err(|it| Error::Usage(it.replace("state=", "--state")))?;
    block_on(async {
        let store = read(&args.store.database_url).await?;
        let found = incidents::list(&store.readers, &query).await.map_err(unusable)?;
        let lines: Vec<String> = found.iter().map(|it| if args.json { json(it) } else { line(it, &zone) }).collect();
        print(&lines.join("\n"))
    })
}

fn line(incident: &Incident, zone: &Zone) -> String {
    let Incident { id, app, severity, state, what, detail, began_ms, resolved_ms, .. } = incident;
    let until = resolved_ms.map_or(String::new(), |it| format!(" to {}", zone.text(it)));
    let began = zone.text(*began_ms);
    format!(
        "{:>6}  {:<8} {:<8} {app:<20} {began}{until}  {what}: {detail}",
        id.to_string(),
        state.word(),
        severity.word()
    )
}
