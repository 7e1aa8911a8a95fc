//! What commands without a server share: a runtime of one thread, and printing a result.

use std::io::Write;

use super::error::Error;

/// Runs a future of a command without a server, for which one thread is enough.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|it| Error::Failed(it.to_string()))?.block_on(work)
}

/// Prints rows, each as one line.
pub(super) fn print_rows<T>(rows: &[T], line: fn(&T) -> String) -> Result<(), Error> {
    print(&rows.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Prints a result, unless it is empty.
pub(super) fn print(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Ok(());
    }
    writeln!(std::io::stdout(), "{text}").map_err(|it| Error::Failed(format!("could not print: {it}")))
}
