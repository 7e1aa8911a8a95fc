//! Fields of forms. What stands in a field is kept in that field alone: a person may type before the page's module runs, and while an
//! answer is on its way, and nothing may overwrite that. Forms work without a script too. Does not check what was typed.

use leptos::{html, prelude::*};

use super::address::Address;

/// A form.
pub type Form = NodeRef<html::Form>;

/// Shows in a form's fields what the address asks for, whenever that becomes something else: Back, or a link. Says so as if it was typed.
pub fn follow(form: Form, address: Address) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |before: Option<super::address::Query>| {
        let now = address.query.get();
        if let Some(before) = before {
            browser::each(form, "[name]:not([type=hidden])", |field| {
                let (name, value) = (field.name(), field.value());
                let asked = now.word(&name);
                if before.word(&name) != asked && value != asked {
                    field.set_value(asked);
                    browser::tell(field);
                }
            });
        }
        now
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (form, address);
}

/// What stands in a field, without blanks around it; empty when there is no such field.
#[must_use]
pub fn said(form: Form, name: &str) -> String {
    let mut said = String::new();
    #[cfg(feature = "hydrate")]
    browser::each(form, &format!("[name={name}]"), |field| said = field.value().trim().to_owned());
    #[cfg(not(feature = "hydrate"))]
    {
        let _in_the_browser = (form, name);
        said.clear();
    }
    said
}

/// Sends a form, as its button does.
pub fn send(form: Form) {
    #[cfg(feature = "hydrate")]
    if let Some(form) = form.get_untracked() {
        let _sent = form.request_submit();
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = form;
}

#[cfg(feature = "hydrate")]
mod browser {
    use wasm_bindgen::JsCast;
    use web_sys::HtmlInputElement;

    use super::*;

    /// Does something with the fields that a selector finds. A select has the same name and value as an input.
    pub fn each(form: Form, selector: &str, mut act: impl FnMut(&HtmlInputElement)) {
        let found = form.get_untracked().and_then(|it| it.query_selector_all(selector).ok());
        let Some(found) = found else { return };
        for at in 0..found.length() {
            if let Some(field) = found.item(at) {
                act(field.unchecked_ref());
            }
        }
    }

    pub fn tell(field: &HtmlInputElement) {
        if let Ok(event) = web_sys::Event::new("input") {
            let _heard = field.dispatch_event(&event);
        }
    }
}
