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

/// Which proxies are believed, and the client that they name.
pub(crate) mod trusted_proxies;

/// The header of the PROXY protocol.
pub(crate) mod proxy_header;

/// A connection whose first bytes were read already.
pub(crate) mod prefixed_io;

/// Certificates.
pub(crate) mod tls;

/// What comes before the first byte of HTTP or syslog.
pub(crate) mod door;

/// `Content-Length: 0` on an empty 204.
pub(crate) mod content_length;

/// The requests of an HTTP/2 connection.
pub(crate) mod http2_streams;

/// Drives a connection to its end.
pub(crate) mod drive;

/// Answers one request.
pub(crate) mod answer;

/// Answers requests without TLS where it is expected.
pub(crate) mod redirect;

/// Speaks HTTP/2.
pub(crate) mod http2;

/// Serves one HTTP connection.
pub(crate) mod connection;

/// The loop that accepts HTTP connections.
pub(crate) mod listener;
