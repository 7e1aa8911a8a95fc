//! `streamgauge tap`: prints rate, percentiles and errors of a pipe, without a server.

use std::io::{self, IsTerminal};

use super::Error;
use crate::tap::{self, StopReason, printer::Style};

/// The exit code that shells give a process ended by SIGINT.
const INTERRUPTED: u8 = 130;

/// Settings of `streamgauge tap`.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Args {
    /// Copy stdin to stdout and print the statistics to stderr.
    #[arg(long)]
    pub tee: bool,
    /// Print one JSON object per second, and a summary at the end.
    #[arg(long)]
    pub json: bool,
}

/// Reads stdin to its end.
///
/// # Errors
/// [`Error::Usage`] when stdin is a terminal, [`Error::Failed`] when it can't be read or the
/// metrics can't be printed, [`Error::Ended`] when a signal ended it.
pub(crate) fn run(args: Args) -> Result<(), Error> {
    if io::stdin().is_terminal() {
        return Err(Error::Usage(
            "stdin is a terminal: expected lines from a pipe, as in `heroku logs -t -p router | streamgauge tap`"
                .into(),
        ));
    }
    let is_terminal = if args.tee { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    let style = match (args.json, is_terminal) {
        (true, _) => Style::Json,
        (false, true) => Style::Redraw,
        (false, false) => Style::Plain,
    };
    let end = if args.tee {
        tap::run(io::stdin(), Some(io::stdout()), io::stderr().lock(), style)
    } else {
        tap::run(io::stdin(), None::<io::Stdout>, io::stdout().lock(), style)
    };
    match end.map_err(|it| Error::Failed(format!("tap: {it}")))? {
        StopReason::Input | StopReason::Closed => Ok(()),
        StopReason::Signal => Err(Error::Ended(INTERRUPTED)),
    }
}
