//! From judgements over time to incidents: pending, firing, unknown, resolved, and what is said
//! about each. Pure: no clock, no file, no task.
//!
//! Waits are counted in time that has passed between two judgings, so that a clock that somebody
//! sets neither opens nor resolves anything.

/// How one rule goes on.
pub(crate) mod phase;

/// What the machine asks about rules and mutes.
pub(crate) mod context;

/// Lines of timelines and messages.
pub(crate) mod message;

/// One incident.
pub(crate) mod open;

/// The incidents of one app.
pub(crate) mod app;

/// The machine, played with judgements of another time.
pub mod replay;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    app::AppIncidents,
    context::{About, Context, Moment},
};
