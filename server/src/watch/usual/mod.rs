//! What is usual for an app at an hour of the week, from its own rollups.
//!
//! An hour is compared with the same hour of up to six weeks before; with the same hour of days
//! before while there are fewer than three weeks; with the hours before while there are fewer than
//! three days. Counts of weeks are scaled by the growth since then: the shape of a week is usual,
//! and its level is that of the last seven days. Decision 38 has the reasons.
//!
//! Works out what is usual. What is wrong, rules decide.

/// Middle and spread of numbers of which some may be wild.
mod robust;

/// What an app has measured, by hours.
mod history;

/// Which earlier hours an hour is compared with.
mod sample;

/// Usual rates of counts.
pub(crate) mod rate;

/// Usual quantiles of service time.
pub(crate) mod latency;

/// Usual shares of failed requests and error codes.
pub(crate) mod share;

/// Usual gaps between lines.
mod gap;

/// What is usual for an app at an hour, as rules use it.
mod app_usual;

/// What is usual at an hour.
mod calculation;

/// Counts of the last weeks, kept small.
mod known_counts;

/// Reads an app's history from the store.
mod reading;

/// What is usual for every app now.
mod table;

#[cfg(test)]
mod tests;

pub use self::{
    app_usual::AppUsual,
    calculation::at_hours,
    history::{Counts, History},
    latency::Latency,
    rate::Rate,
    share::{CodeShare, Share},
};
pub(crate) use self::{reading::SPAN_MAX_S, table::UsualTable};
