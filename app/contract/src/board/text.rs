//! Bounds of the texts of a board, and what stands in them for an app.

use crate::error::quoted;

/// Stands in a panel for the app that the board is looked at for.
pub const VARIABLE: &str = "$app";

/// Longest note and longest filter, bytes.
pub const TEXT_BYTES_MAX: usize = 4_000;
/// Longest name, title and metric, bytes.
const LINE_BYTES_MAX: usize = 200;

/// Accepts a short text on one line.
pub(super) fn one_line(name: &str, text: &str) -> Result<(), String> {
    if text.len() > LINE_BYTES_MAX {
        return Err(format!("expected {name} of at most {LINE_BYTES_MAX} bytes, found {}", text.len()));
    }
    if text.contains(char::is_control) {
        return Err(format!("expected {name} on one line, found {}", quoted(text)));
    }
    Ok(())
}
