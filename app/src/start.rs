//! The start in the browser: makes the page that the server rendered interactive.

use leptos::prelude::*;

use crate::{
    App,
    app::framed,
    browser::document,
    part::{
        address::keep_zone,
        zone::{self, Zone},
    },
};

/// Takes over a page. For modules that link this page alone.
pub fn take_over<V: IntoView + 'static>(page: fn() -> V) {
    mount(move || framed(move |_| page().into_any()));
}

/// Takes over the page at the address, whichever it is. For the development build, which links all.
pub fn take_over_any() {
    mount(|| App().into_any());
}

/// `view` must make the same elements that the server rendered.
fn mount(view: impl FnOnce() -> AnyView + 'static) {
    console_error_panic_hook::set_once();
    zone::enter(Zone::parse(&document::data("zone")).into());
    leptos::mount::hydrate_body(view);
    keep_zone();
    document::mark_hydrated();
}
