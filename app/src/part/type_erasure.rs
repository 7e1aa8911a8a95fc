//! Views that change, with their type erased. Each closure in a view has a type of its own, and
//! each type in a view costs one or two kilobytes of WASM.

use leptos::{
    prelude::*,
    tachys::reactive_graph::{ReactiveFunction, SharedReactiveFunction},
};

/// A view that is made again whenever a signal that it reads changes.
pub fn erased_view(view: impl FnMut() -> AnyView + Send + 'static) -> SharedReactiveFunction<AnyView> {
    view.into_shared()
}

/// Such a view that may be absent.
pub fn erased_option(mut view: impl FnMut() -> Option<AnyView> + Send + 'static) -> SharedReactiveFunction<AnyView> {
    erased_view(move || view().unwrap_or_else(|| ().into_any()))
}

/// A text that changes. The document is touched only when the text differs.
pub fn erased_text(text: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(text)
}
