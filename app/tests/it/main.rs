//! Pages as the server sends them, and charts drawn without a browser.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, reason = "tests")]

mod early;

mod pages;

mod charts;

mod table;
