//! `POST /ingest/vercel`, a drain of Vercel: entries as NDJSON or an array. Source of the form:
//! <https://vercel.com/docs/drains/reference/logs>.
//!
//! The signature of a drain (`x-vercel-signature`) is not checked: it needs a second secret for
//! each drain, and the drain's token, which Vercel sends in a header of one's own, proves the
//! sender already.

/// What an entry becomes.
pub(crate) mod entry;

/// Receives bodies.
pub(crate) mod post;
