//! The live windows: the last ten minutes of every series in steps of one second, and the seconds
//! of every app as pages show them. A batch arrives as a finished delta. Nothing here touches the
//! disk.

/// Sizes of what is kept in memory.
pub(crate) mod limits;

/// All series and their ids.
pub(crate) mod registry;

/// What a series means to the pages.
pub(crate) mod series_role;

/// A cell in a third of the memory.
pub(crate) mod compact_cell;

/// The last ten minutes of one series.
pub(crate) mod window;

/// One second of one app.
pub(crate) mod second;

/// Percentiles over a sliding window.
pub(crate) mod sliding;

/// The busiest endpoints of one app.
pub(crate) mod endpoints;

/// Totals that never fall.
pub(crate) mod totals;

/// Recent events and samples of losses.
pub(crate) mod events;

/// One app in memory.
pub(crate) mod app;

/// All apps and series, behind one mutex.
pub(crate) mod state;

pub(crate) use self::state::Live;
pub(crate) use self::{
    app::AppLive,
    limits::{APPS_MAX, WINDOW_S},
    registry::{SERIES_PER_APP_MAX, SeriesId},
};
