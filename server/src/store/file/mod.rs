//! The database file: opened, locked, backed up and measured. What its tables hold is decided by
//! the other rooms of the store.

pub mod open_error;

pub mod permissions;

pub mod lock;

pub mod sqlite;

pub mod transaction;

pub mod presence;

pub mod wal;

pub mod backup;

pub mod usage;

pub mod forecast;
