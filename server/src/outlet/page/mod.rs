//! Pages: the server's implementation of `contract::Backend`, the rendering of documents, and the
//! files that they load.

pub(crate) mod backend;

pub(crate) mod dashboard;

mod history;

mod kpis;

mod usual;

mod addons;

mod metrics;

mod endpoint;

mod sizing;

pub(crate) mod chart;

mod compare;

pub(crate) mod marks;

mod alerts;

mod incident;

mod changed;

mod board;

pub(crate) mod render;

pub(crate) mod sign_in;

pub(crate) mod plain;

/// Forms of pages, noted for the record of changes.
mod form;

pub(crate) mod export;

pub(crate) mod searches;

/// The forms by which people come in and go.
pub(crate) mod entry;

/// The way in by a provider.
pub(crate) mod oidc;

mod oidc_refusal;

/// One's own page, people, API tokens and the record of changes.
pub(crate) mod settings;

/// The pages of drains.
pub(crate) mod drains;

/// The page of what feeds an app.
pub(crate) mod sources;

/// What share links lead to.
pub(crate) mod share_link;

/// What answers a request with a share link.
pub(crate) mod shared_backend;

pub(crate) mod assets;
