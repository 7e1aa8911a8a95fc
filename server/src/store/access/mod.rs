//! People, sessions, API tokens, share links and the record of changes. Secrets are stored as
//! hashes alone.

pub(crate) mod tokens;

pub(crate) mod people;

pub(crate) mod entrants;

pub(crate) mod sessions;

pub(crate) mod shares;

pub(crate) mod audit;

pub(crate) mod refresh;
