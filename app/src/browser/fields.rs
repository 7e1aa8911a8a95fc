//! The fields of a form.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Calls a function for each field that a selector finds in a form. A select has the same name and
/// value as an input.
pub fn each(form: NodeRef<html::Form>, selector: &str, mut call: impl FnMut(&HtmlInputElement)) {
    let found = form.get_untracked().and_then(|it| it.query_selector_all(selector).ok());
    let Some(found) = found else { return };
    for at in 0..found.length() {
        if let Some(field) = found.item(at) {
            call(field.unchecked_ref());
        }
    }
}

/// Sets the value of a field as if it was typed.
pub fn enter(field: &HtmlInputElement, value: &str) {
    field.set_value(value);
    if let Ok(event) = web_sys::Event::new("input") {
        let _heard = field.dispatch_event(&event);
    }
}

/// The names and values of a form's fields, as the browser would submit them: of boxes only those
/// that are checked.
pub fn values(form: NodeRef<html::Form>) -> Vec<(String, String)> {
    let mut values = vec![];
    each(form, "[name]", |field| {
        let is_box = matches!(&*field.type_(), "checkbox" | "radio");
        if !is_box || field.checked() {
            values.push((field.name(), field.value()));
        }
    });
    values
}

/// Empties the fields of a form, or gives them back what the server rendered.
pub fn reset(form: NodeRef<html::Form>) {
    if let Some(form) = form.get_untracked() {
        form.reset();
    }
}
