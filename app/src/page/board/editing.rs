//! What edits a board, as functions: the page that only shows it does not link them.

use contract::board::Panel;
use leptos::prelude::*;

use super::saving::Saving;

/// What edits a board.
#[derive(Clone, Copy, Debug)]
pub struct Editing {
    /// The bar over the panel at a place, under a title.
    pub tools: fn(usize, &Panel, &str, Saving) -> AnyView,
    /// The form of a new panel.
    pub adder: fn(Saving) -> AnyView,
    /// What is done with the whole board.
    pub whole: fn(Saving) -> AnyView,
}
