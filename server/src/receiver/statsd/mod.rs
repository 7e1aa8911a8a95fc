//! statsd and `DogStatsD` over UDP, on a port of its own. What arrives in a second becomes lines of
//! l2met, which are stored and read like any other line.
//!
//! statsd has no authentication: the port listens on this machine only unless the settings say
//! otherwise, and all metrics belong to the drain whose token the settings give. A shared drain
//! takes the app from the tag `app:`.

/// Reads the lines of a packet.
pub(crate) mod packet;

/// Adds up what arrives in a second.
pub(crate) mod table;

/// Receives packets.
mod receive;

pub(crate) use receive::{StatsdSettings, receive};
