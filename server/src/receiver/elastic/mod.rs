//! `_bulk` of Elasticsearch and OpenSearch, with POST or PUT, which most shippers speak, and what
//! they ask before they send.
//!
//! Documents become lines as records of JSON do. Nothing else of the API is there: no search, no
//! index, and templates and policies are accepted and forgotten.

/// Reads bodies of pairs of lines.
pub(crate) mod bulk;

/// Receives bodies.
pub(crate) mod post;

/// What shippers ask first.
pub(crate) mod product;
