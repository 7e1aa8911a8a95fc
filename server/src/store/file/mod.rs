//! The database file: opened, locked, backed up and measured. What its tables hold is decided by
//! the other rooms of the store.

pub(crate) mod open_error;

pub(crate) mod permissions;

pub(crate) mod lock;

pub(crate) mod sqlite;

pub(crate) mod transaction;

pub(crate) mod kept_connection;

pub(crate) mod presence;

pub(crate) mod wal;

pub(crate) mod backup;

pub mod usage;

pub(crate) mod forecast;
