//! Rules of the user's own: which there are for which app, and what each last said. Values of the
//! last minutes are taken here, within a budget; longer ones and those of log lines are worked out
//! in the background.

/// A rule as the judge works with it.
pub(crate) mod rule;

/// From a value to a judgement.
pub(crate) mod condition;

/// Values of the last minutes.
pub(crate) mod windows;

/// Values of longer ranges and of log lines.
pub(crate) mod background;

/// What is usual for any metric.
pub(crate) mod usual;

/// Values of log lines.
pub(crate) mod lines;

/// A rule tried on the past.
pub(crate) mod trial;

/// The past of a rule, read from rollups or lines.
pub(crate) mod preview;

/// Rules and apps, and when each pair is judged.
pub(crate) mod pairs;

pub(crate) use self::pairs::{OwnRules, OwnVerdicts};
