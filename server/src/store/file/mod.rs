//! The database file: opened, locked, backed up and measured. What its tables hold is the business of the other rooms.

pub mod sqlite;

pub mod permissions;

pub mod lock;

pub mod presence;

pub mod wal;

pub mod backup;

pub mod usage;
