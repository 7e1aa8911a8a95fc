//! `streamgauge manual` and `streamgauge completions`: manual pages and shell completions, both
//! made from the command line's own description. They install nothing.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap_complete::Shell;

use super::error::Error;

/// Arguments of `streamgauge manual`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Manual {
    /// Folder that the pages are written into, one for each command.
    folder: PathBuf,
}

/// Arguments of `streamgauge completions`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the manual pages of all commands.
///
/// # Errors
/// When a page can't be written.
pub(crate) fn manual(args: &Manual, commands: clap::Command) -> Result<(), Error> {
    let folder = args.folder.display();
    let written = std::fs::create_dir_all(&args.folder).and_then(|()| clap_mangen::generate_to(commands, &args.folder));
    written.map_err(|it| Error::Failed(format!("can't write manual pages into {folder}: {it}")))
}

/// Prints the completions of a shell.
///
/// # Errors
/// When nobody reads them.
pub(crate) fn completions(args: &Completions, mut commands: clap::Command) -> Result<(), Error> {
    let name = commands.get_name().to_owned();
    // The generator panics where it can't write, so it writes into memory.
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut commands, name, &mut script);
    io::stdout().write_all(&script).map_err(|it| Error::Failed(format!("could not print: {it}")))
}
