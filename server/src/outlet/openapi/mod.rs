//! `/api/openapi.json`, made from the code: a row for each operation (`apps`, `logs`, `alerts`,
//! `drains`), whose parameters, bodies and answers are the types that handlers read and write.
//!
//! Which routes there are is decided in `routes`; a test compares the two.

/// An operation, and how its row is written.
mod operation;

/// Rows about apps and their figures.
mod apps;

/// Rows about log lines.
mod logs;

/// Rows about alerts, boards and saved searches.
mod alerts;

/// Rows about drains and the server.
mod drains;

/// What parameters mean that several operations have.
mod words;

/// The whole document.
pub(crate) mod document;
