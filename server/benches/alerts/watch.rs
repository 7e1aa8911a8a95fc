//! The product's own rules, and its calculation of what is usual: the same files, without a server
//! around them.

#[path = "../../src/watch/code.rs"]
pub(crate) mod code;

#[path = "../../src/watch/judgement.rs"]
pub(crate) mod judgement;

#[path = "../../src/watch/rule/mod.rs"]
pub(crate) mod rule;

#[path = "usual.rs"]
pub(crate) mod usual;
