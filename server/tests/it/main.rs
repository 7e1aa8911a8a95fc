//! Tests of the real binary over real sockets with a real database file, in one test binary. Unit
//! tests stand beside the code, and pages are tested in a browser by `end2end`.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

mod alerts;
mod annotations;
mod api;
mod apps;
mod boards;
mod charts;
mod command;
mod compare;
mod connections;
mod counts;
mod crash;
mod drains;
mod drains_changes;
mod drains_pages;
mod errors;
mod exports;
mod extremes;
mod files;
mod frames;
mod gate;
mod hostile;
mod hour;
mod lines;
mod live;
mod locks;
mod logs;
mod operations;
mod pages;
mod requests;
mod saved_searches;
mod searches;
mod secrets;
mod shuttle;
mod simulate;
mod sizing;
mod slow;
mod storage;
mod story;
mod syslog;
mod tails;
mod tap;
mod tidy;
mod torture;
mod usual;
