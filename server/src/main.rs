//! The binary: runs the command that the command line names and returns its exit code. Contains no
//! logic.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::command::main()
}
