//! What a person sees: pages, live data in them, charts. Rendered on the server and taken over in the browser.
//!
//! Asks the server through `contract::Backend` only, and knows nothing of sockets, storage or parsing.

#![recursion_limit = "256"]
#![allow(clippy::needless_pass_by_value, reason = "a component owns its properties")]

/// The document around the app.
pub mod shell;

/// What is done in it before its module listens.
pub mod early;

/// What stands in its place when the server can't be reached.
pub mod offline;

/// What stands there for who did not sign in.
#[cfg(feature = "ssr")]
pub mod sign_in;

/// The app: what is on every page, and which page an address shows.
pub mod app;

/// Taking over in the browser what the server rendered.
#[cfg(feature = "hydrate")]
pub mod start;

/// Asking the server.
pub mod server_fns;

/// The status of what the server sends.
#[cfg(feature = "ssr")]
pub mod status;

/// What can go wrong on the way to an answer.
pub mod error;

/// One file a page.
pub mod page;

/// Data that arrives after a page was loaded.
pub mod live;

/// Numbers to pixels.
pub mod chart;

/// Small shared views.
pub mod part;

pub use crate::app::{App, Page};
pub use crate::error::Error;
pub use crate::offline::offline;
pub use crate::shell::{Assets, shell};
#[cfg(feature = "ssr")]
pub use crate::sign_in::sign_in;
#[cfg(feature = "hydrate")]
pub use crate::start::{take_over, take_over_any};
