//! Places and sizes of elements, and when they change.

use leptos::prelude::{StoredValue, WithValue, on_cleanup};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, ResizeObserver};

/// A rectangle of the window, CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// The rectangle that an element takes.
#[must_use]
pub fn rect(element: &Element) -> Rect {
    let rect = element.get_bounding_client_rect();
    Rect { left: rect.left(), top: rect.top(), width: rect.width(), height: rect.height() }
}

/// Calls `changed` when the size of an element changes, until the effect that this is called in
/// runs again or ends.
pub fn watch_size(element: &Element, changed: impl Fn() + 'static) {
    let changed = Closure::<dyn FnMut()>::new(changed);
    let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
    observer.observe(element);
    let watching = StoredValue::new_local((observer, changed));
    on_cleanup(move || {
        watching.try_with_value(|(observer, _)| observer.disconnect());
    });
}
