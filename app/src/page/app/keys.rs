//! The key of pages with charts: Escape closes the pin wherever the focus is. Charts, fields and
//! the list of keys have their own Escape.

#[cfg(feature = "hydrate")]
use crate::browser::document::is_help_open;
use crate::{browser::keys::listen_for_keys, chart::cursor::Cursor};

/// Handles the key until the page is left.
pub fn listen(cursor: Cursor) {
    listen_for_keys(move |press| press.key == "Escape" && press.tag != "CANVAS" && !is_help_open() && cursor.close());
}

/// Nothing is open on the server.
#[cfg(not(feature = "hydrate"))]
const fn is_help_open() -> bool {
    false
}
