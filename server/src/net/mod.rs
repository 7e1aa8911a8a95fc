//! Connections: how many there may be, how long each may take, and what every HTTP request must
//! satisfy.
//!
//! Knows nothing of lines, pages or the store, so that both the receiver and the outlet can use it.

/// How many connections the process can afford.
pub mod limits;

/// Open connections, and which one is closed for a new one.
pub mod table;

/// TCP socket options.
pub mod tcp;

/// A deadline for code that polls.
pub mod deadline;

/// Deadlines on a connection's bytes.
pub mod io;

/// Deadlines on a request's body.
pub mod body;

/// Checks on every request's head.
pub mod check;

/// `Content-Length: 0` on an empty 204.
pub mod content_length;

/// Serves one HTTP connection.
pub mod connection;

/// Accepts HTTP connections.
pub mod listener;
