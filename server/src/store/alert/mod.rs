//! Rules, incidents, channels, the outbox and mutes in the file.
//!
//! An incident's change and the messages about it are written in one transaction. Blocks are
//! committed before they are counted, so whatever was judged is in the file already.

mod column;

/// What a message is about.
pub(crate) mod notice;

/// Where messages go.
pub(crate) mod channels;

/// Messages that wait to be delivered.
pub(crate) mod outbox;

/// What became of messages, for pages.
pub(crate) mod deliveries;

/// How far each rule of an open incident has come.
pub(crate) mod memory;

/// One change of an incident, written in one transaction.
pub(crate) mod change;

/// Mutes and maintenance windows.
pub(crate) mod mutes;

/// Incidents with their timelines.
pub(crate) mod incidents;

/// Rules of the user's own, and built-in rules that are switched off.
pub(crate) mod rules;

/// The judge's own connection.
pub(crate) mod session;
