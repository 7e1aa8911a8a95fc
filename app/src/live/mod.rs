//! Data that arrives after a page was loaded.

/// Events fold into what a page shows: pure.
pub mod feed;

/// Whether the page is live, as everybody sees it.
pub mod status;

/// A stream that is opened again when it is lost.
#[cfg(feature = "hydrate")]
mod connection;

/// The stream of a page's figures.
pub mod source;

/// The server's clock in the browser.
pub mod clock;

/// The stream of one app's lines.
pub mod tail;
