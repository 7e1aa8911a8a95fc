//! Prints lines instead of sending them, for benchmarks and pipes. The same settings give the same
//! bytes.

use std::io::{self, Write};

use super::{app::App, simulation::Simulation};

/// How lines are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum PrintFormat {
    /// As `heroku logs -t` prints them.
    Cli,
    /// As octet-counted frames, as a drain posts them.
    Framed,
}

/// Prints the first `lines` lines of an app, starting with the second `start_s`.
///
/// # Errors
/// When writing fails.
pub(crate) fn print(
    simulation: &Simulation,
    app: &App,
    form: PrintFormat,
    start_s: i64,
    lines: u64,
    out: &mut impl Write,
) -> io::Result<()> {
    let entries = (start_s..).flat_map(|unix_s| simulation.second(app, unix_s));
    let mut bytes = Vec::new();
    for entry in entries.take(usize::try_from(lines).unwrap_or(usize::MAX)) {
        match form {
            PrintFormat::Cli => entry.push_cli(&mut bytes),
            PrintFormat::Framed => entry.push_frame(&mut bytes),
        }
        if bytes.len() >= WRITE_BYTES {
            out.write_all(&bytes)?;
            bytes.clear();
        }
    }
    out.write_all(&bytes)?;
    out.flush()
}

const WRITE_BYTES: usize = 64 * 1024;
