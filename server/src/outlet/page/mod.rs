//! Pages: the server's side of `contract::Backend`, the rendering of documents, and the files that they load.

pub mod backend;

pub mod dashboard;

mod history;

mod kpis;

mod addons;

pub mod metrics;

pub mod render;

pub mod sign_in;

pub mod assets;
