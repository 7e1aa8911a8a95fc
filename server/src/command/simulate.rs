//! `streamgauge simulate`: sends realistic traffic to a drain, or prints it.
//!
//! Without `LOGS_URL` it creates a shared drain named `simulate` in the server's database, and a
//! board of what it sends, so that a demonstration needs no set-up.

use crate::{
    clock,
    config::{self, Secret, duration},
    shuttle::{batch::BatchIds, outlet, target::Target},
    simulate::{
        app::App,
        board,
        printer::{self, PrintFormat},
        sender::{Sender, Span},
        simulation::Simulation,
    },
    store::boards,
};
use std::{
    io,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{
    database::{failed, open, unusable},
    drain_url::ServerUrl,
    error::Error,
    runtime::block_on,
};

/// Name of the drain that is created.
const DRAIN: &str = "simulate";
/// Most apps at once; each has a thread.
const APPS_MAX: usize = 64;
/// Longest backfill that may be asked for.
const BACKFILL_MAX: Duration = Duration::from_secs(7 * 86_400);
/// When printed lines start unless `--start` is given: a fixed Monday afternoon, so that the output
/// is the same every day.
const START_S: i64 = 1_795_444_200;
/// How long after their start the origin of printed lines is, so that they start with calm traffic.
const PRINT_ORIGIN_S: i64 = 20 * 60;

/// Settings of `streamgauge simulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// URL of a drain [default: a new drain named `simulate` on the server at `PUBLIC_URL`, or at
    /// HOST and PORT].
    #[arg(long, env = "LOGS_URL", hide_env_values = true)]
    pub logs_url: Option<Secret>,
    /// File that contains the URL.
    #[arg(long, env = "LOGS_URL_FILE")]
    pub logs_url_file: Option<PathBuf>,
    /// The server's database, in which the drain is created.
    #[command(flatten)]
    pub store: config::Store,
    /// Where the server is reached.
    #[command(flatten)]
    pub server: ServerUrl,
    /// Seed of the generated traffic.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Peak requests per second of the busiest app.
    #[arg(long, default_value_t = 40.0, value_parser = rate)]
    pub rate: f64,
    /// Names of the apps: the first times out, the second leaks memory, the third crashes, the
    /// fourth is a job, and so on.
    #[arg(long, value_delimiter = ',', default_value = "checkout,api,storefront", value_parser = app_name)]
    pub apps: Vec<String>,
    /// How long to send, such as 10m [default: until stopped].
    #[arg(long = "for", value_parser = duration::parse)]
    pub length: Option<Duration>,
    /// First send this much past traffic, such as 1h.
    #[arg(long, default_value = "0", value_parser = duration::parse)]
    pub backfill: Duration,
    /// Print lines of the first app to stdout instead of sending them.
    #[arg(long, value_enum)]
    pub print: Option<PrintFormat>,
    /// Number of lines to print.
    #[arg(long, default_value_t = 1_000, requires = "print")]
    pub lines: u64,
    /// Time of the first printed line, RFC 3339.
    #[arg(long, value_parser = start, requires = "print")]
    pub start: Option<i64>,
}

/// Sends or prints traffic.
///
/// # Errors
/// [`Error::Usage`] when the URL or the apps are wrong, [`Error::Failed`] when lines were not
/// delivered.
pub(crate) fn run(args: Args) -> Result<(), Error> {
    if args.apps.len() > APPS_MAX || args.backfill > BACKFILL_MAX {
        return Err(Error::Usage(format!("expected at most {APPS_MAX} apps, and a backfill of at most 7d")));
    }
    match args.print {
        Some(form) => print(&args, form),
        None => send(args),
    }
}

fn print(args: &Args, form: PrintFormat) -> Result<(), Error> {
    let start_s = args.start.unwrap_or(START_S);
    let simulation = Simulation { seed: args.seed, origin_s: start_s + PRINT_ORIGIN_S };
    let name = args.apps.first().ok_or_else(|| Error::Usage("--apps: expected a name".into()))?;
    let app = App::new(name, 0, args.rate);
    match printer::print(&simulation, &app, form, start_s, args.lines, &mut io::stdout().lock()) {
        // The reader has closed its end, as `head` does.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.map_err(|it| Error::Failed(format!("stdout: {it}"))),
    }
}

fn send(args: Args) -> Result<(), Error> {
    let given =
        Secret::from_value_or_file("LOGS_URL", args.logs_url, args.logs_url_file.as_deref()).map_err(Error::Usage)?;
    let url = match given.as_ref().map(Secret::expose).filter(|it| !it.is_empty()) {
        Some(url) => url.to_owned(),
        None => {
            block_on(add_board(&args.store.database_url, &args.apps))?;
            super::drain::shared_url(&args.store.database_url, args.server.clone(), DRAIN)?
        }
    };
    let now_s = clock::now_us().div_euclid(1_000_000);
    let simulation = Simulation { seed: args.seed, origin_s: now_s };
    let seconds = |it: Duration| i64::try_from(it.as_secs()).unwrap_or(i64::MAX / 2);
    let span =
        Span { from_s: now_s - seconds(args.backfill), to_s: args.length.map(|it| now_s.saturating_add(seconds(it))) };
    eprintln!("streamgauge: simulating {}", args.apps.join(", "));
    let mut senders = Vec::new();
    for (index, name) in args.apps.into_iter().enumerate() {
        let app = App::new(&name, index, args.rate);
        let settings = outlet::Settings {
            target: target(&url, &name)?,
            gzip: false,
            json: false,
            verbose: false,
            skip_verify: false,
            timeout: Duration::from_secs(10),
            attempts_max: None,
            appname: name.clone(),
        };
        let ids = BatchIds::random().map_err(|it| Error::Failed(it.to_string()))?;
        let sender = Sender::new(simulation.clone(), app, ids, settings);
        let thread = thread::Builder::new().name(name).spawn(move || sender.run(span));
        senders.push(thread.map_err(|it| Error::Failed(it.to_string()))?);
    }
    let missing: u64 = senders.into_iter().map(|it| it.join().unwrap_or(u64::MAX)).fold(0, u64::saturating_add);
    if missing == 0 { Ok(()) } else { Err(Error::Failed(format!("{missing} lines did not arrive"))) }
}

/// Adds the board of the demonstration, unless there is one.
async fn add_board(database: &Path, apps: &[String]) -> Result<(), Error> {
    let store = open(database).await?;
    if boards::list(&store.readers).await.map_err(unusable)?.iter().any(|it| it.name == board::NAME) {
        return Ok(());
    }
    let mut db = store.connect().await.map_err(unusable)?;
    boards::add(&mut db, &board::board(apps), DRAIN, clock::now_ms()).await.map_err(failed)?;
    Ok(())
}

/// The drain's URL for one app: sets `?app=`, replacing an earlier one. A drain that belongs to one
/// app ignores it.
fn target(url: &str, app: &str) -> Result<Target, Error> {
    let url = url.split('#').next().unwrap_or_default();
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let others = query.split('&').filter(|it| !it.is_empty() && !it.starts_with("app="));
    let query: String = others.map(|it| format!("&{it}")).collect();
    Target::parse(&format!("{base}?app={app}{query}"), None).map_err(|it| Error::Usage(format!("LOGS_URL: {it}")))
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|it| (0.0..=100_000.0).contains(it));
    rate.ok_or_else(|| format!("expected a number from 0 to 100000, found {text:?}"))
}

fn app_name(text: &str) -> Result<String, String> {
    let is_name = matches!(text.len(), 1..=30)
        && text.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    if is_name {
        Ok(text.to_owned())
    } else {
        Err(format!("expected 1 to 30 characters of a-z, 0-9 and -, found {text:?}"))
    }
}

fn start(text: &str) -> Result<i64, String> {
    let at_ms = pipeline::time::parse(text.as_bytes());
    at_ms
        .map(|it| it.div_euclid(1_000))
        .ok_or_else(|| format!("expected a time such as 2026-11-23T14:30:00Z, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_target(url: &str, expected: &str) {
        assert_eq!(target(url, "api").expect("a URL").uri.to_string(), expected);
    }

    #[test]
    fn ok_targets_name_their_app() {
        check_target("http://any:T@h/logs", "http://h/logs?app=api");
        check_target("http://h/logs?app=simulate", "http://h/logs?app=api");
        check_target(
            "http://h/logs?prefix=a&app=b&source-prefix=c#d",
            "http://h/logs?app=api&prefix=a&source-prefix=c",
        );
    }
}
