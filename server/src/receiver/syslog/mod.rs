//! Syslog over TCP (RFC 6587) and over TLS (RFC 5425): octet-counted frames or lines, detected
//! frame by frame. With a certificate the port takes TLS alone, unless the settings say otherwise.
//!
//! The protocol has no replies. When the store is busy, the server stops reading from the
//! connection, and TCP makes the sender wait.
//!
//! A frame is authenticated by a drain's token, in one of three places: HOSTNAME (where logplex
//! puts its own token), APP-NAME (the TAG of RFC 3164, which Docker can set), or anywhere in
//! STRUCTURED-DATA, which rsyslog and syslog-ng can be configured to write. The token holds for the
//! frames that follow until another token arrives. It is overwritten before a batch is stored. A
//! connection whose first frame has no valid token is closed.
//!
//! Over UDP (RFC 5426) each datagram needs its own token; see `datagrams`.

/// Limits of connections and frames.
mod limits;

/// Finds the drain that a frame belongs to.
mod auth;

/// Splits frames by drain and app, and commits them.
mod batches;

/// Why a connection was closed.
mod close_reason;

/// Reads frames from a connection.
mod connection;

/// Receives datagrams.
mod datagrams;

/// Accepts connections.
mod listener;

pub(crate) use self::{
    datagrams::receive,
    listener::{SyslogSettings, listen},
};
