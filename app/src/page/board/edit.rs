//! `/boards/:id/edit`: a board with what changes it.

use leptos::prelude::*;

use super::{editing::Editing, form::adder, header::whole, route, tools::tools};

/// A board that is edited.
#[component]
pub fn BoardEditRoute() -> impl IntoView {
    route(Some(Editing { tools, adder, whole }))
}
