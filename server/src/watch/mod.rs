//! Watches every app: its state for all pages and streams twice a second, what is usual, and what
//! is wrong.

/// The numbers that pages show of every app.
pub(crate) mod vitals;

/// What is usual for an app.
pub mod usual;

/// What judging a rule gives.
pub mod judgement;

/// Time zones and their wall clocks.
pub(crate) mod zone;

/// When maintenance windows begin and end.
pub(crate) mod maintenance;

/// What holds messages back.
pub(crate) mod mute;

/// From judgements to incidents.
pub mod incident;

/// The rules that every app has.
pub mod rule;

/// Endpoints before and after a release.
pub(crate) mod release;

/// How many dynos an app needs.
pub(crate) mod sizing;

/// What the store has of the hours before a start.
mod past;

/// One app as built-in rules watch it.
mod watched_app;

/// The judging of one app by every built-in rule.
pub(crate) mod built_in;

/// Rules of the user's own.
pub(crate) mod own;

/// Judges everything, every two seconds.
pub(crate) mod judge;

/// The meaning of error codes.
pub(crate) mod code;

/// The current state of every app.
pub(crate) mod health_table;

pub(crate) use self::{health_table::HealthTable, judge::Judge, usual::UsualTable};
