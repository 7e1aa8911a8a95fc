//! The fields of a form.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlFormElement, HtmlInputElement};

/// Calls a function for each field that a selector finds in a form. A select has the same name and
/// value as an input.
pub fn each(form: NodeRef<html::Form>, selector: &str, call: impl FnMut(&HtmlInputElement)) {
    if let Some(form) = form.get_untracked() {
        each_of(&form, selector, call);
    }
}

fn each_of(form: &HtmlFormElement, selector: &str, mut call: impl FnMut(&HtmlInputElement)) {
    let Ok(found) = form.query_selector_all(selector) else { return };
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

/// Lets each select of a form show the value that a function has for its name, unless it has no
/// such option. Before the next frame: by then early input has been reported.
pub fn choose_by_next_frame(form: NodeRef<html::Form>, wanted: impl Fn(&str) -> String + 'static) {
    let Some(form) = form.get_untracked() else { return };
    request_animation_frame(move || {
        each_of(&form, "select[name]", |field| {
            let (shown, wanted) = (field.value(), wanted(&field.name()));
            if shown != wanted {
                field.set_value(&wanted);
            }
            if field.value() != wanted {
                field.set_value(&shown);
            }
        });
    });
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
