//! Connections: how many there may be, how long each may take, and what every HTTP request has to be like.
//!
//! Knows nothing of lines, pages or the store, so that receivers and outlet may both stand on it.

/// How many connections the process can afford.
pub mod limits;

/// Who is connected, and who makes room.
pub mod table;

/// Options of a socket.
pub mod tcp;

/// A time by which something must have happened.
pub mod deadline;

/// The bytes of a connection, with deadlines.
pub mod io;

/// The body of a request, with deadlines.
pub mod body;

/// What every request has to be like.
pub mod check;

/// The length of an empty reply.
pub mod content_length;

/// One HTTP connection.
pub mod connection;

/// The loop that accepts HTTP connections.
pub mod listener;
