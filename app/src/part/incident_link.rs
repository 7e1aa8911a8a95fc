//! The address of an incident, and links to those of an app that fire.

use super::markup::push_link;

/// Most links: the most urgent. The Alerts page has all.
const SHOWN_MAX: usize = 3;

/// The address of an incident.
#[must_use]
pub fn address(number: i64) -> String {
    format!("/incidents/{number}")
}

/// The links as HTML; empty without incidents.
#[must_use]
pub fn incident_links(numbers: &[i64]) -> String {
    let mut html = String::new();
    for number in numbers.iter().take(SHOWN_MAX) {
        push_link(&mut html, " class=\"more incident-link\"", &address(*number), &format!("Incident #{number}"));
        html.push(' ');
    }
    html
}
