//! One file a page: its question to the server, its live state, its view.

/// `/`: every app, worst first.
pub mod overview;

/// Its rows.
pub mod overview_table;

/// One row of it.
pub mod overview_row;

/// What it says in sentences.
pub mod overview_words;

/// The same for a screen on a wall.
pub mod overview_wall;

/// Its keys.
pub mod overview_keys;

/// What stands there before the first app.
pub mod welcome;

/// `/apps/:app`: one app over a range.
pub mod app;

/// Its charts.
pub mod app_charts;

/// What they show.
pub mod app_plots;

/// Its latency heatmap.
pub mod app_heat;

/// Its figures.
pub mod app_kpis;

/// What happened to it.
pub mod app_story;

/// Its slowest and busiest endpoints.
pub mod app_endpoints;

/// Its databases and poolers.
pub mod app_addons;

/// Why it is as it is.
pub mod app_reasons;

/// The question of the lines behind its charts.
pub mod app_lines;

/// Raw lines beside charts.
pub mod lines_card;

/// `/apps/:app/logs`: raw lines of one app.
pub mod logs;

/// Their question, and its address.
pub mod logs_question;

/// What they are narrowed by.
pub mod logs_form;

/// How many there are over time.
pub mod logs_bars;

/// What stands in their list.
pub mod logs_rows;

/// One row of it.
pub mod logs_row;

/// The list, of which only what is seen is in the document.
pub mod logs_list;

/// What comes while one looks.
pub mod logs_live;

/// One line, and what was around it.
pub mod logs_around;

/// Their keys.
pub mod logs_keys;

/// `/apps/:app/metrics`: any metric of one app.
pub mod metrics;

/// Its list of metrics.
pub mod metrics_list;

/// Its chart.
pub mod metrics_chart;

/// The question of the lines behind its chart.
pub mod metrics_lines;

/// Its question, and its address.
pub mod metrics_question;

/// No such page, or no such app.
pub mod not_found;
