//! Whether a table row is on the screen, or nearly. Rows out of sight need not be redrawn each
//! second.

use leptos::{html, prelude::*};

/// How far outside the screen a row still counts as visible.
#[cfg(feature = "hydrate")]
const MARGIN: &str = "200px";

/// Whether a row is visible. True on the server, and in the browser until it reports otherwise.
#[must_use]
pub fn visibility(node: NodeRef<html::Tr>) -> RwSignal<bool> {
    let is_visible = RwSignal::new(true);
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, closure::Closure};
        use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};
        type Watching = (IntersectionObserver, Closure<dyn FnMut(js_sys::Array)>);

        let watching = StoredValue::new_local(None::<Watching>);
        Effect::new(move |_| {
            let Some(element) = node.get() else { return };
            let changed = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
                let newest = entries.pop().dyn_into::<IntersectionObserverEntry>().ok();
                if let Some(now) = newest.map(|it| it.is_intersecting())
                    && is_visible.try_get_untracked().is_some_and(|it| it != now)
                {
                    is_visible.try_set(now);
                }
            });
            let init = IntersectionObserverInit::new();
            init.set_root_margin(MARGIN);
            let observer = IntersectionObserver::new_with_options(changed.as_ref().unchecked_ref(), &init);
            if let Ok(observer) = observer {
                observer.observe(&element);
                watching.set_value(Some((observer, changed)));
            }
        });
        on_cleanup(move || {
            watching.try_update_value(|watching| {
                if let Some((observer, _)) = watching.take() {
                    observer.disconnect();
                }
            });
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = node;
    is_visible
}
