//! The address of an incident, and links to those of an app that fire.

use leptos::prelude::*;

/// Most links: the most urgent. The Alerts page has all.
const SHOWN_MAX: usize = 3;

/// The address of an incident.
#[must_use]
pub fn address(number: i64) -> String {
    format!("/incidents/{number}")
}

/// The links; empty without incidents.
pub fn incident_links(numbers: &[i64]) -> AnyView {
    let link = |number: &i64| {
        let (href, text) = (address(*number), format!("Incident #{number}"));
        view! { <a class="more incident-link" href=href>{text}</a>" " }.into_any()
    };
    numbers.iter().take(SHOWN_MAX).map(link).collect::<Vec<_>>().into_any()
}
