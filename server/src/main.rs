//! The binary: runs the command that the command line names and returns its exit code. Contains no
//! logic.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Here, so that another commit compiles this file alone.
    server::command::main(option_env!("STREAMGAUGE_COMMIT"))
}
