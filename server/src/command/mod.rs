//! The commands of the binary, one file each.
//!
//! Every setting is an environment variable; a flag of the same meaning overrides it. Exit codes: 0
//! done, 1 failed, 2 the command line or the environment is wrong. Errors are one line on stderr.

/// Runs the server: the only place that names every stage.
pub(crate) mod serve;

/// Limits the allocator's memory.
mod arenas;

/// Creates, lists and removes drains.
pub(crate) mod drain;

/// Lists, renames and removes apps.
pub(crate) mod app;

/// Posts the lines of stdin to a drain.
pub(crate) mod shuttle;

/// Prints the points of a metric.
pub(crate) mod query;

/// Copies and inspects the store.
pub(crate) mod backup;

/// Prints the metrics of a pipe.
pub(crate) mod tap;

/// Sends simulated traffic through a real drain.
pub(crate) mod simulate;

use std::{io::Write, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind};

use crate::config;

/// Turns log drains into live metrics.
#[derive(Debug, Parser)]
#[command(name = "streamgauge", version, about, disable_help_subcommand = true, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: config::Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server (the default command).
    Serve(config::Serve),
    /// Read lines on stdin and post them to a drain.
    Shuttle(shuttle::Args),
    /// Read lines on stdin and print rates, percentiles and errors every second.
    Tap(tap::Args),
    /// Send realistic, seeded traffic through a real drain.
    Simulate(simulate::Args),
    /// Print a metric's points as a table, CSV or JSON lines.
    Query(query::Args),
    /// Back up the database to one file; the server may be running.
    Backup(backup::Backup),
    /// Create the database from a backup.
    Restore(backup::Restore),
    /// Check the integrity of the database and summarize its contents.
    Check(backup::Check),
    /// Create, list and remove drains.
    #[command(subcommand)]
    Drain(drain::Args),
    /// List, rename and remove apps.
    #[command(subcommand)]
    App(app::Args),
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line or the environment is wrong: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// The command could not be carried out: exit code 1.
    #[error("{0}")]
    Failed(String),
    /// A signal ended it after its last output: this exit code.
    #[error("ended by a signal")]
    Ended(u8),
}

/// Runs a future of a command without a server, for which one thread is enough.
fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|it| Error::Failed(it.to_string()))?.block_on(work)
}

/// Prints a result, unless it is empty.
fn print(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(std::io::stdout(), "{text}").map_err(|it| Error::Failed(format!("could not print: {it}")))
}

/// Runs the command that the command line names.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(shuttle::from_log_shuttle_flags(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => return print_usage(&error),
    };
    let outcome = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(args)) => serve::run(args),
        Some(Command::Shuttle(args)) => shuttle::run(args),
        Some(Command::Tap(args)) => tap::run(args),
        Some(Command::Simulate(args)) => simulate::run(args),
        Some(Command::Query(args)) => query::run(&args),
        Some(Command::Backup(args)) => backup::backup(&args),
        Some(Command::Restore(args)) => backup::restore(&args),
        Some(Command::Check(args)) => backup::check(&args),
        Some(Command::Drain(args)) => drain::run(args),
        Some(Command::App(args)) => app::run(args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Ended(code)) => ExitCode::from(code),
        Err(error) => {
            eprintln!("streamgauge: {error}");
            ExitCode::from(if matches!(error, Error::Usage(_)) { 2 } else { 1 })
        }
    }
}

/// Prints help and version as clap does, and an error as one line that says what was wrong.
fn print_usage(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return if error.print().is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let text = error.to_string();
    let first = text.lines().next().unwrap_or("invalid command line");
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let mut listed = text.lines().skip(1).take_while(|it| it.starts_with("  ")).map(str::trim).peekable();
    let named =
        if listed.peek().is_some() { format!(" {}", listed.collect::<Vec<_>>().join(", ")) } else { String::new() };
    eprintln!("streamgauge: {first}{named} (see: {} --help)", Cli::command().get_name());
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
