//! Fields of forms. The text of a field is kept in that field alone: a person may type before the
//! page's module runs and while an answer is on its way, and nothing may overwrite that. Forms work
//! without a script too. Does not validate input.

use leptos::{html, prelude::*};

use super::address::{Address, Query};
#[cfg(feature = "hydrate")]
use crate::browser::fields;

/// A reference to a form.
pub type Form = NodeRef<html::Form>;

/// Puts the values of the address into a form's fields whenever they change there, by Back or by a
/// link. Each field then reports it as if it was typed.
///
/// A form that is drawn again with an answer first shows what was asked for by it. What was chosen
/// since then is shown again before anybody sees that.
pub fn follow(form: Form, address: Address) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |before: Option<Query>| {
        let now = address.query.get();
        if let Some(before) = before {
            fields::each(form, "[name]:not([type=hidden])", |field| {
                let (name, value) = (field.name(), field.value());
                let wanted = now.word(&name);
                if before.word(&name) != wanted && value != wanted {
                    fields::enter(field, wanted);
                }
            });
        } else {
            fields::choose_by_next_frame(form, move |name| address.query.with_untracked(|it| it.word(name).to_owned()));
        }
        now
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (form, address);
}

/// The text of a field, without blanks around it; empty when there is no such field.
#[must_use]
pub fn field_text(form: Form, name: &str) -> String {
    text_at(form, &format!("[name={name}]"))
}

/// The text of the field with an id, without blanks around it. For fields without a name.
#[must_use]
pub fn text_by_id(form: Form, id: &str) -> String {
    text_at(form, &format!("#{id}"))
}

fn text_at(form: Form, selector: &str) -> String {
    let mut text = String::new();
    #[cfg(feature = "hydrate")]
    fields::each(form, selector, |field| text = field.value().trim().to_owned());
    #[cfg(not(feature = "hydrate"))]
    {
        let _in_the_browser = (form, selector);
        text.clear();
    }
    text
}

/// The names and values of a form's fields; empty on the server.
#[must_use]
pub fn values(form: Form) -> Query {
    #[cfg(feature = "hydrate")]
    return Query::of(fields::values(form));
    #[cfg(not(feature = "hydrate"))]
    {
        let _in_the_browser = form;
        Query::default()
    }
}

/// Enters the browser's zone into a field that is empty when the page is taken over.
pub fn suggest_zone(form: Form, name: &'static str) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let (Some(_made), Some(zone)) = (form.get(), crate::browser::zone::name()) else { return };
        fields::each(form, &format!("[name={name}]"), |field| {
            if field.value().is_empty() {
                fields::enter(field, &zone);
            }
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (form, name);
}

/// Empties the fields of a form.
pub fn reset(form: Form) {
    #[cfg(feature = "hydrate")]
    fields::reset(form);
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = form;
}

/// Submits a form, as its button does.
pub fn send(form: Form) {
    #[cfg(feature = "hydrate")]
    if let Some(form) = form.get_untracked() {
        let _sent = form.request_submit();
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = form;
}
