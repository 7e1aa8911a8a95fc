//! `streamgauge rule list|add|remove|test`. Works on the database file, whether the server runs or
//! not; a running server notices within a second.
//!
//! A rule is read as JSON, or made from flags: a statistic of a metric against a fixed limit.

use contract::{
    Label, Stat,
    alert::{Condition, Direction, Occurrence, RuleDraft, Severity, Signal},
};

use super::{
    alerts::{input, json, refused, severity},
    args::{List, Remove},
    database::{failed, open, reader, record, unusable},
    error::Error,
    runtime::{block_on, print, print_rows},
};
use crate::{
    clock::{now_ms, rfc3339},
    config::{Store as Config, duration},
    outlet::alerts::rules as changes,
    store::alert::rules::{self, StoredRule},
    watch::own::preview,
};

/// What can be done with rules.
#[derive(Clone, Debug, clap::Subcommand)]
pub(crate) enum Args {
    /// List your rules.
    List(List),
    /// Add a rule; prints its number.
    Add(Add),
    /// Remove a rule by its number.
    Remove(Remove),
    /// Say when a rule would have fired in the last days; nothing is saved.
    Test(Test),
}

/// A rule, as JSON or by flags.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Draft {
    /// File with the rule as JSON; `-` reads stdin. Or give --metric and a limit.
    #[arg(conflicts_with_all = ["app", "metric", "stat", "above", "below"])]
    pub file: Option<String>,
    /// The app that it judges [default: each app by itself].
    #[arg(long)]
    pub app: Option<String>,
    /// The metric, such as router.service.
    #[arg(long)]
    pub metric: Option<String>,
    /// The statistic: rate, count, sum, mean, min, max, last, p50 to p99.9.
    #[arg(long, default_value = "rate")]
    pub stat: Stat,
    /// Comma-separated labels; each group is judged alone.
    #[arg(long, default_value = "none")]
    pub by: String,
    /// It fires above this value.
    #[arg(long, allow_negative_numbers = true, conflicts_with = "below")]
    pub above: Option<f64>,
    /// It fires below this value.
    #[arg(long, allow_negative_numbers = true)]
    pub below: Option<f64>,
    /// The range of each value.
    #[arg(long, default_value = "5m", value_parser = seconds)]
    pub window: i64,
    /// How long the value must be wrong before anybody is told.
    #[arg(long = "for", default_value = "0s", value_parser = seconds)]
    pub time: i64,
    /// How urgent it is: critical, warning or info.
    #[arg(long, default_value = "warning", value_parser = severity)]
    pub severity: Severity,
    /// What messages call it [default: the statistic and the metric].
    #[arg(long)]
    pub name: Option<String>,
    /// What to do about it, in a sentence.
    #[arg(long, default_value = "")]
    pub remedy: String,
}

/// Arguments of `rule add`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Add {
    /// The rule.
    #[command(flatten)]
    pub draft: Draft,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `rule test`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Test {
    /// The rule.
    #[command(flatten)]
    pub draft: Draft,
    /// The app whose past is looked at, for a rule in a file that names none.
    #[arg(long)]
    pub on: Option<String>,
    /// Print the result as JSON.
    #[arg(long)]
    pub json: bool,
    /// How long rows stay, which decides where the finest are looked for.
    #[command(flatten)]
    pub retention: crate::config::Retention,
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
            Args::List(args) => list(&args).await,
            Args::Add(args) => {
                let draft = args.draft.read()?;
                let store = open(&args.store.database_url).await?;
                let name = draft.name.clone();
                let id = changes::save(&store, None, draft).await.map_err(refused)?;
                record(&store, format!("rule add {id}, {name}")).await?;
                print(&id.to_string())
            }
            Args::Remove(args) => {
                let store = open(&args.store.database_url).await?;
                changes::remove(&store, args.id).await.map_err(refused)?;
                record(&store, format!("rule remove {}", args.id)).await
            }
            Args::Test(args) => test(args).await,
        }
    })
}

fn seconds(text: &str) -> Result<i64, String> {
    i64::try_from(duration::parse(text)?.as_secs())
        .map_err(|_| format!("expected a length of time such as 5m, found {text:?}"))
}

impl Draft {
    /// The rule of the file or of the flags.
    fn read(self) -> Result<RuleDraft, Error> {
        if let Some(file) = &self.file {
            let text = input(file)?;
            return serde_json::from_str(&text)
                .map_err(|it| Error::Usage(format!("{file}: expected the JSON of a rule: {it}")));
        }
        let Some(metric) = self.metric else {
            let text = "expected a file with the JSON of a rule, or --metric with --above or --below, found neither";
            return Err(Error::Usage(text.to_owned()));
        };
        let (direction, limit) = match (self.above, self.below) {
            (Some(limit), _) => (Direction::Above, limit),
            (None, Some(limit)) => (Direction::Below, limit),
            (None, None) => return Err(Error::Usage("expected a limit, --above or --below, found neither".to_owned())),
        };
        let by = Label::list(&self.by).map_err(Error::Usage)?;
        let name = self.name.unwrap_or_else(|| format!("{} of {metric} {} {limit}", self.stat, direction.word()));
        Ok(RuleDraft {
            name,
            app: self.app,
            signal: Signal::Metric { metric, stat: self.stat, only: std::collections::BTreeMap::new(), by },
            window_s: self.window,
            condition: Condition::Threshold { direction, limit, clear: None },
            for_s: self.time,
            clear_s: RuleDraft::CLEAR_S,
            severity: self.severity,
            remind_s: None,
            remedy: self.remedy,
            is_enabled: true,
        })
    }
}

async fn list(args: &List) -> Result<(), Error> {
    let store = open(&args.store.database_url).await?;
    let all = rules::list(&store.readers).await.map_err(unusable)?;
    print_rows(&all, if args.json { object } else { line })
}

fn object(rule: &StoredRule) -> String {
    json(&serde_json::json!({
        "id": rule.id, "created_ms": rule.created_ms, "changed_ms": rule.changed_ms, "rule": rule.rule,
    }))
}

fn line(stored: &StoredRule) -> String {
    let StoredRule { id, rule, .. } = stored;
    let app = rule.app.as_deref().unwrap_or("each app");
    let state = if rule.is_enabled { "" } else { " (off)" };
    format!("{id:>5}  {:<8} {app:<20} {}: {}{state}", rule.severity.word(), rule.name, rule.signal.describe())
}

async fn test(args: Test) -> Result<(), Error> {
    let draft = args.draft.read()?;
    let app = draft.app.clone().or(args.on);
    let app = app.ok_or_else(|| Error::Usage("--on: expected an app, because the rule names none".to_owned()))?;
    let rule = draft.checked().map_err(Error::Usage)?;
    let reader = reader(&args.store.database_url, args.retention).await?;
    let found = preview::make(&reader, &app, &rule, now_ms()).await.map_err(failed)?;
    if args.json {
        return print(&json(&found));
    }
    let mut text = found.sentence;
    for Occurrence { span, group, value } in found.occurrences {
        let group = if group.is_empty() { String::new() } else { format!("  {group}") };
        text += &format!("\n{} to {}{group}  {value}", rfc3339(span.from_s()), rfc3339(span.to_s()));
    }
    print(&text)
}
