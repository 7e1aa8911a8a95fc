//! Keys that are pressed anywhere in the page.

/// A key press, and the element that has the focus.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyPress {
    /// The key's name, such as `j` or `Enter`.
    pub key: String,
    /// The element's tag in capitals.
    pub tag: String,
    pub classes: String,
}

impl KeyPress {
    /// Whether the key changes the text or the choice of a field.
    #[must_use]
    pub fn is_in_field(&self) -> bool {
        matches!(&*self.tag, "INPUT" | "TEXTAREA" | "SELECT")
    }

    /// Whether Enter or the space bar presses the element.
    #[must_use]
    pub fn is_on_control(&self) -> bool {
        matches!(&*self.tag, "A" | "BUTTON" | "SUMMARY")
    }

    /// Whether the element has a class.
    #[must_use]
    pub fn has_class(&self, class: &str) -> bool {
        self.classes.split(' ').any(|it| it == class)
    }
}

/// Calls `handle` for each key press until the page is left, except in fields and together with
/// Ctrl, Alt or Meta. `handle` returns whether it used the key; the browser then does nothing else
/// with it. Does nothing on the server.
pub fn listen_for_keys(handle: impl Fn(&KeyPress) -> bool + 'static) {
    #[cfg(feature = "hydrate")]
    {
        use leptos::prelude::{on_cleanup, window_event_listener_untyped};
        use wasm_bindgen::JsCast;

        let listener = window_event_listener_untyped("keydown", move |event| {
            let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
            let (tag, classes) = target.map(|it| (it.tag_name(), it.class_name())).unwrap_or_default();
            let press = KeyPress { key: event.key(), tag, classes };
            if !press.is_in_field() && handle(&press) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listener.remove());
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = handle;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_elements_that_take_keys_themselves() {
        let on =
            |tag: &str, classes: &str| KeyPress { tag: tag.into(), classes: classes.into(), ..KeyPress::default() };
        assert!(on("SELECT", "").is_in_field() && !on("A", "").is_in_field());
        assert!(on("A", "").is_on_control() && !on("DIV", "").is_on_control());
        assert!(on("DIV", "scroll log").has_class("log") && !on("DIV", "logs").has_class("log"));
    }
}
