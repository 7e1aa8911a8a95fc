//! Connections: how many there may be, how long each may take, and what every HTTP request must
//! satisfy.
//!
//! Knows nothing of lines, pages or the store, so that both the receiver and the outlet can use it.

/// How many connections the process can afford.
pub(crate) mod limits;

/// Open connections, and which one is closed for a new one.
pub(crate) mod table;

/// Socket options of an accepted connection.
pub(crate) mod tcp;

/// A deadline for code that polls.
pub(crate) mod deadline;

/// Deadlines on a connection's bytes.
pub(crate) mod io;

/// Deadlines on a request's body.
pub(crate) mod body;

/// Checks on every request's head.
pub(crate) mod check;

/// `Content-Length: 0` on an empty 204.
pub(crate) mod content_length;

/// Serves one HTTP connection.
pub(crate) mod connection;

/// The loop that accepts HTTP connections.
pub(crate) mod listener;
