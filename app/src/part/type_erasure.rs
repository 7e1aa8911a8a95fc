//! Views that change, with the type of what makes them forgotten: every closure in a view is a type of its own, and every type of a view is a
//! kilobyte or two of WASM.

use leptos::{
    prelude::*,
    tachys::reactive_graph::{ReactiveFunction, SharedReactiveFunction},
};

/// A view that is made anew whenever what it reads changes.
pub fn live(view: impl FnMut() -> AnyView + Send + 'static) -> SharedReactiveFunction<AnyView> {
    view.into_shared()
}

/// The same of a view that may not be there.
pub fn maybe(mut view: impl FnMut() -> Option<AnyView> + Send + 'static) -> SharedReactiveFunction<AnyView> {
    live(move || view().unwrap_or_else(|| ().into_any()))
}

/// A text that changes; where it has not, nothing is touched.
pub fn text(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(text)
}
