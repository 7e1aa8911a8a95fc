//! Mail to a real server.
