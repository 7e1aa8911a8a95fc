//! The command line: parses it, runs the command that it names, and returns the exit code. What a
//! command does is in its own file.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, error::ErrorKind};

use super::{
    app, backup, channel, drain, error::Error, export, healthcheck, incidents, manual, mute, person, query, rule,
    serve, share, shuttle, simulate, tap, token, window,
};
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
    Serve(Box<config::Serve>),
    /// Read lines on stdin and post them to a drain.
    Shuttle(shuttle::Args),
    /// Read lines on stdin and print rates, percentiles and errors every second.
    Tap(tap::Args),
    /// Send realistic, seeded traffic through a real drain.
    Simulate(simulate::Args),
    /// Print a metric's points as a table, CSV or JSON lines.
    Query(query::Args),
    /// Print every series of a span as CSV, JSON lines or Parquet.
    Export(export::Args),
    /// Back up the database to one file; the server may be running.
    Backup(backup::Backup),
    /// Create the database from a backup.
    Restore(backup::Restore),
    /// Check the integrity of the database and summarize its contents.
    Check(backup::Check),
    /// Create, list, change and remove drains.
    #[command(subcommand)]
    Drain(drain::Args),
    /// Create, list and remove API tokens.
    #[command(subcommand)]
    Token(token::Args),
    /// Create, list and end share links.
    #[command(subcommand)]
    Share(share::Args),
    /// Invite, list and remove people.
    #[command(subcommand)]
    Person(person::Args),
    /// List, rename and remove apps.
    #[command(subcommand)]
    App(app::Args),
    /// List, add, remove and try alert rules.
    #[command(subcommand)]
    Rule(rule::Args),
    /// Add, change, list, try and remove the channels that messages go to.
    #[command(subcommand)]
    Channel(channel::Args),
    /// List incidents, the newest first.
    Incidents(incidents::Args),
    /// Hold messages back, list what does, and end it.
    #[command(subcommand)]
    Mute(mute::Args),
    /// Add, list and remove maintenance windows.
    #[command(subcommand)]
    Window(window::Args),
    /// Ask the server on this machine whether it is well; exit code 1 if not.
    Healthcheck(healthcheck::Args),
    /// Print the completions of a shell.
    Completions(manual::Completions),
    /// Write the manual pages into a folder.
    #[command(hide = true)]
    Manual(manual::Manual),
}

/// The version, with the commit that it was built from where the build knew it.
fn version(commit: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    commit.filter(|it| !it.is_empty()).map_or_else(|| version.to_owned(), |it| format!("{version} ({it})"))
}

/// The command line with this version.
fn command(commit: Option<&str>) -> clap::Command {
    // Made once, at the start, and used until the process ends.
    Cli::command().version(&*version(commit).leak())
}

/// Runs the command that the command line names. `commit` is what the binary was built from.
#[must_use]
pub fn main(commit: Option<&str>) -> ExitCode {
    let args = shuttle::from_log_shuttle_flags(std::env::args_os());
    let read = command(commit).try_get_matches_from(args).and_then(|it| Ok((Cli::from_arg_matches(&it)?, it)));
    let (cli, matches) = match read {
        Ok(read) => read,
        Err(error) => return print_usage(&error),
    };
    let shown = || config::shown::<config::Serve>(matches.subcommand_matches("serve").unwrap_or(&matches));
    let outcome = match cli.command {
        None => serve::run(config::Serve { shown: shown(), ..cli.serve }),
        Some(Command::Serve(args)) => serve::run(config::Serve { shown: shown(), ..*args }),
        Some(Command::Shuttle(args)) => shuttle::run(args),
        Some(Command::Tap(args)) => tap::run(args),
        Some(Command::Simulate(args)) => simulate::run(args),
        Some(Command::Query(args)) => query::run(&args),
        Some(Command::Export(args)) => export::run(&args),
        Some(Command::Backup(args)) => backup::backup(&args),
        Some(Command::Restore(args)) => backup::restore(&args),
        Some(Command::Check(args)) => backup::check(&args),
        Some(Command::Drain(args)) => drain::run(args),
        Some(Command::Token(args)) => token::run(args),
        Some(Command::Share(args)) => share::run(args),
        Some(Command::Person(args)) => person::run(args),
        Some(Command::App(args)) => app::run(args),
        Some(Command::Rule(args)) => rule::run(args),
        Some(Command::Channel(args)) => channel::run(args),
        Some(Command::Incidents(args)) => incidents::run(&args),
        Some(Command::Mute(args)) => mute::run(args),
        Some(Command::Window(args)) => window::run(args),
        Some(Command::Healthcheck(args)) => healthcheck::run(&args),
        Some(Command::Completions(args)) => manual::completions(&args, command(commit)),
        Some(Command::Manual(args)) => manual::manual(&args, command(commit)),
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

    #[test]
    fn ok_versions() {
        assert_eq!(version(Some("0123abcd")), concat!(env!("CARGO_PKG_VERSION"), " (0123abcd)"));
        // A build without git, and one whose Makefile found none.
        assert_eq!(version(None), env!("CARGO_PKG_VERSION"));
        assert_eq!(version(Some("")), env!("CARGO_PKG_VERSION"));
    }
}
