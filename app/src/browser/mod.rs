//! The browser's API behind plain functions: document, location, forms, keys, clipboard.
//!
//! Outside this folder only `chart/canvas.rs` (pixels) and `live/connection.rs` (event streams)
//! name that API. Functions that pages call on the server too do nothing there.

pub mod clipboard;

#[cfg(feature = "hydrate")]
pub mod document;

#[cfg(feature = "hydrate")]
pub mod fields;

pub mod keys;

#[cfg(feature = "hydrate")]
pub mod location;

#[cfg(feature = "hydrate")]
pub mod size;

pub mod visibility;

#[cfg(feature = "hydrate")]
pub mod zone;
