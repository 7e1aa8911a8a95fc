//! Lists of the Alerts page, which follow its data.

use leptos::prelude::*;

use crate::part::type_erasure::erased_view;

/// A list of rows, and what stands there while it has none.
pub fn list<T: PartialEq + Clone + Send + Sync + 'static>(
    class: &'static str,
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    none: impl Fn() -> AnyView + Send + 'static,
    row: impl Fn(T) -> AnyView + Send + 'static,
) -> impl IntoView {
    let items = Memo::new(move |_| items());
    erased_view(move || {
        let items = items.get();
        if items.is_empty() {
            return none();
        }
        let rows: Vec<AnyView> = items.into_iter().map(&row).collect();
        view! { <ul class=class>{rows}</ul> }.into_any()
    })
}

/// The sentence of an empty list.
pub fn none(text: &'static str) -> AnyView {
    view! { <p class="none">{text}</p> }.into_any()
}
