//! Pages: the server's implementation of `contract::Backend`, the rendering of documents, and the
//! files that they load.

pub mod backend;

pub mod dashboard;

pub mod history;

pub mod addons;

pub mod render;

pub mod sign_in;

pub mod assets;
