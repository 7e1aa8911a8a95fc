//! The binary: reads the command line, runs one command, turns its outcome into an exit code. No logic.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::command::main()
}
