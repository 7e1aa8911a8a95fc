//! The dashboard: pages, charts, and the live data in them. Rendered on the server, then taken over
//! in the browser.
//!
//! It reaches the server through `contract::Backend` alone and knows nothing of sockets, storage or
//! parsing. Imports run one way: `browser` and `part` use nothing of the rest, then `live` and
//! `chart`, then `page`, then `app` with the document around it.

#![recursion_limit = "256"]
#![allow(clippy::needless_pass_by_value, reason = "a component owns its properties")]
#![allow(missing_docs, reason = "the packages that use this one use its pages; comments say what names do not")]

pub mod shell;

pub mod early;

pub mod offline;

#[cfg(feature = "ssr")]
pub(crate) mod still;

#[cfg(feature = "ssr")]
pub mod plain;

#[cfg(feature = "ssr")]
pub mod entry;

#[cfg(feature = "ssr")]
pub mod notice;

#[cfg(feature = "ssr")]
pub mod share_notice;

#[cfg(feature = "ssr")]
pub mod sign_in;

pub mod app;

#[cfg(feature = "hydrate")]
pub mod start;

pub mod server_fns;

#[cfg(feature = "ssr")]
pub mod status;

pub mod error;

pub mod page;

pub mod live;

pub mod chart;

pub mod part;

pub mod browser;

pub use crate::app::App;
#[cfg(feature = "ssr")]
pub use crate::entry::{
    EntryNotice, InvitePage, ProviderLink, SignInPage, entry_notice, invite_page, no_invitation, sign_in_page,
};
pub use crate::error::Error;
#[cfg(feature = "ssr")]
pub use crate::notice::{MuteNotice, mute_notice};
pub use crate::offline::offline;
pub use crate::page::table::{PAGES, Page};
#[cfg(feature = "ssr")]
pub use crate::plain::{
    drains,
    export::{ExportPage, export_page},
    missing_page, reference,
    searches::{SearchesPage, address_after, searches_page},
    settings, shares,
};
pub use crate::shell::{Assets, Module, Shared, shell};
#[cfg(feature = "ssr")]
pub use crate::sign_in::{not_allowed, sign_in};
#[cfg(feature = "hydrate")]
pub use crate::start::{take_over, take_over_any};
