//! `streamgauge shuttle`: posts the lines of stdin, of files or of containers to a drain.
//!
//! Flags and defaults are those of log-shuttle, with two differences that lose no lines: a full
//! queue blocks stdin instead of dropping lines, and a batch is retried until it is delivered
//! instead of three times. `--drop` and `--max-attempts 3` restore log-shuttle's behaviour.

/// log-shuttle's way to write flags.
mod flags;

/// The values of flags.
mod values;

/// Stdin, files and containers.
mod inputs;

/// Rare flags of log-shuttle.
mod log_shuttle;

pub(crate) use self::flags::from_log_shuttle_flags;

use crate::{
    config::{Secret, size},
    shuttle::{
        Settings,
        batcher::WhenFull,
        formatter::Identity,
        line_format::InputFormat,
        outlet,
        spool::{self, DropFirst},
        target::Target,
    },
};
use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    time::Duration,
};

use self::{
    inputs::{InputArgs, Inputs},
    log_shuttle::LogShuttleArgs,
    values::{name, short_duration},
};
use super::error::Error;

/// Most bytes of `--max-line-length`: with its header, a line must fit the largest frame that the
/// server reads.
const LINE_BYTES_MAX: u64 = 64_000;
/// Most outlets; more would only add connections.
const OUTLETS_MAX: u64 = 64;
/// Most frames of one batch.
const BATCH_SIZE_MAX: u64 = 10_000;
/// `--spool-max` if it is not given.
const SPOOL_BYTES: &str = "1GB";

/// Settings of `streamgauge shuttle`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// URL of the drain, as printed by `streamgauge drain add`: `http(s)://any:TOKEN@HOST/logs`.
    #[arg(long, env = "LOGS_URL", hide_env_values = true)]
    pub logs_url: Option<Secret>,
    /// File that contains the URL.
    #[arg(long, env = "LOGS_URL_FILE")]
    pub logs_url_file: Option<PathBuf>,
    /// Send this token as `Authorization: Bearer` instead of the URL's credentials.
    #[arg(long, env = "BEARER_TOKEN", hide_env_values = true)]
    pub bearer_token: Option<Secret>,
    /// File that contains the token.
    #[arg(long, env = "BEARER_TOKEN_FILE")]
    pub bearer_token_file: Option<PathBuf>,
    /// What is read, if not stdin.
    #[command(flatten)]
    pub inputs: InputArgs,
    /// Copy stdin to stdout unchanged.
    #[arg(long)]
    pub tee: bool,
    /// Send JSON lines instead of frames. A line that is a JSON object is sent as it is.
    #[arg(long)]
    pub json: bool,
    /// Compress request bodies with gzip.
    #[arg(long)]
    pub gzip: bool,
    /// When the server is slow, drop lines (reported as L12) instead of blocking stdin.
    #[arg(long)]
    pub drop: bool,
    /// Keep batches in this folder until they are delivered, and up to where files are read. Stdin
    /// is then never blocked.
    #[arg(long, value_name = "DIR", conflicts_with = "drop")]
    pub spool: Option<PathBuf>,
    /// Most bytes in the spool, such as 500MB.
    #[arg(long, value_name = "BYTES", default_value = SPOOL_BYTES, value_parser = size::parse)]
    pub spool_max: u64,
    /// Which lines are dropped and reported as L12 when the spool is full.
    #[arg(long, value_enum, default_value = "oldest")]
    pub spool_drop: DropFirst,
    /// Format of the lines.
    #[arg(long, value_enum, default_value = "auto")]
    pub input_format: InputFormat,
    /// Maximum number of lines per request.
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u64).range(1..=BATCH_SIZE_MAX))]
    pub batch_size: u64,
    /// Maximum time that a line waits for its batch to fill, such as 250ms.
    #[arg(long, default_value = "250ms", value_parser = short_duration)]
    pub wait: Duration,
    /// Timeout of one attempt, such as 5s.
    #[arg(long, default_value = "5s", value_parser = short_duration)]
    pub timeout: Duration,
    /// Give up on a batch after this many attempts [default: retry until delivered].
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub max_attempts: Option<u32>,
    /// Maximum length of a line in bytes; longer lines are split.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=LINE_BYTES_MAX))]
    pub max_line_length: u64,
    /// Number of concurrent requests; more than one may change the order of lines.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=OUTLETS_MAX))]
    pub num_outlets: u64,
    /// APP-NAME of raw lines [default: app]. Also used as the password if the URL has no
    /// credentials.
    #[arg(long, alias = "logplex-token", value_parser = name)]
    pub appname: Option<String>,
    /// PROCID of raw lines.
    #[arg(long, default_value = "shuttle", value_parser = name)]
    pub procid: String,
    /// HOSTNAME of raw lines.
    #[arg(long, default_value = "shuttle", value_parser = name)]
    pub hostname: String,
    /// Rare flags of log-shuttle.
    #[command(flatten)]
    pub log_shuttle: LogShuttleArgs,
}

/// Delivers stdin to its end, and files and containers until a signal.
///
/// # Errors
/// [`Error::Usage`] when `LOGS_URL` or stdin is wrong, [`Error::Failed`] when lines were not
/// delivered.
pub(crate) fn run(args: Args) -> Result<(), Error> {
    let target = target(&args)?;
    let inputs = Inputs::of(&args.inputs, &identity(&args), args.input_format == InputFormat::Auto)?;
    if args.spool.is_some() && args.num_outlets > 1 {
        return Err(Error::Usage("--spool: expected --num-outlets 1, since its batches go in order".into()));
    }
    if inputs.has_stdin && io::stdin().is_terminal() {
        return Err(Error::Usage(
            "stdin is a terminal: expected lines from a pipe, as in `app | streamgauge shuttle`".into(),
        ));
    }
    let unused = args.log_shuttle.unused.given();
    if !unused.is_empty() {
        eprintln!("streamgauge: shuttle: no effect: {}", unused.join(", "));
    }
    let tee = args.tee.then(io::stdout);
    let stdin = inputs.has_stdin.then(io::stdin);
    let spool = args.spool.clone();
    let ended =
        crate::shuttle::run(settings(args, inputs, target), stdin, tee).map_err(|it| Error::Failed(it.to_string()))?;
    if ended.kept > 0 {
        let folder = spool.map(|it| it.display().to_string()).unwrap_or_default();
        eprintln!("streamgauge: shuttle: {folder} keeps {} lines for the next start", ended.kept);
    }
    match ended.missing {
        0 => Ok(()),
        1 => Err(Error::Failed("1 line did not arrive".into())),
        lines => Err(Error::Failed(format!("{lines} lines did not arrive"))),
    }
}

fn identity(args: &Args) -> Identity {
    Identity {
        hostname: args.hostname.clone(),
        appname: args.appname.clone().unwrap_or_else(|| "app".into()),
        procid: args.procid.clone(),
        priority: args.log_shuttle.prival,
        msgid: args.log_shuttle.msgid.clone(),
    }
}

fn target(args: &Args) -> Result<Target, Error> {
    let url = Secret::from_value_or_file("LOGS_URL", args.logs_url.clone(), args.logs_url_file.as_deref())
        .map_err(Error::Usage)?;
    // log-shuttle's older name.
    let url = url.or_else(|| std::env::var("LOGPLEX_URL").ok().and_then(|it| it.parse().ok()));
    let bearer =
        Secret::from_value_or_file("BEARER_TOKEN", args.bearer_token.clone(), args.bearer_token_file.as_deref());
    let bearer = bearer.map_err(Error::Usage)?;
    let Some(url) = url.as_ref().map(Secret::expose).filter(|it| !it.is_empty()) else {
        return Err(Error::Usage("LOGS_URL is not set: expected the URL that `streamgauge drain add` prints".into()));
    };
    let target = Target::parse(url, bearer.as_ref().map(Secret::expose));
    let target = match &args.appname {
        Some(appname) => target.and_then(|it| it.or_basic("token", appname)),
        None => target,
    };
    target.map_err(|it| Error::Usage(format!("LOGS_URL: {it}")))
}

fn settings(args: Args, inputs: Inputs, target: Target) -> Settings {
    let spool =
        args.spool.map(|folder| spool::Settings { folder, bytes_max: args.spool_max, drop_first: args.spool_drop });
    Settings {
        spool,
        files: inputs.files,
        docker: inputs.docker,
        format: if args.log_shuttle.skip_headers { InputFormat::Rfc5424 } else { args.input_format },
        text_bytes_max: usize::try_from(args.max_line_length).unwrap_or(usize::MAX),
        frames_max: args.batch_size,
        wait: args.wait,
        when_full: if args.drop { WhenFull::Drop } else { WhenFull::Block },
        outlets: usize::try_from(args.num_outlets).unwrap_or(1),
        outlet: outlet::Settings {
            target,
            gzip: args.gzip,
            json: args.json,
            verbose: args.log_shuttle.verbose,
            skip_verify: args.log_shuttle.skip_verify,
            timeout: args.timeout,
            attempts_max: args.max_attempts,
            appname: inputs.identity.appname.clone(),
        },
        identity: inputs.identity,
    }
}
