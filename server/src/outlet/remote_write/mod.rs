//! Remote write: the series of all apps go to a Prometheus-compatible store, minute by minute, from
//! what is stored. See decision 56.

mod message;

mod total;

mod totals;

mod requests;

/// The store that is sent to.
pub(crate) mod target;

/// Sends minutes one after the other.
pub(crate) mod worker;
