//! Tests of the dashboard without a browser or a server: rendered pages, charts as SVG, and rules
//! of the sources. Hydration is tested by `end2end`.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, reason = "tests")]

mod early;

mod pages;

mod logs;

mod alerts;

mod boards;

mod charts;

mod colors;

mod table;
