//! One file a page: its question to the server, its live state, its view.

/// `/`: every app, worst first.
pub mod overview;

/// One row of it.
pub mod overview_row;

/// Its keys.
pub mod overview_keys;

/// What stands there before the first app.
pub mod welcome;

/// `/apps/:app`: one app over a range.
pub mod app;

/// Its four charts.
pub mod app_charts;

/// Its figures.
pub mod app_kpis;

/// What happened to it, and its slowest endpoints.
pub mod app_story;

/// The raw lines where the crosshair is pinned.
pub mod app_lines;

/// `/apps/:app/logs`: raw lines of one app.
pub mod logs;

/// No such page, or no such app.
pub mod not_found;
