//! The health of an app as a shape and a word. The shape repeats what the colour says, for those
//! who do not see it.

use contract::Health;
use leptos::prelude::*;

use super::type_erasure::{erased_text, erased_view};

/// The word for a state.
#[must_use]
pub const fn word(health: Health) -> &'static str {
    match health {
        Health::Failing => "Failing",
        Health::Degraded => "Degraded",
        Health::Healthy => "Healthy",
        Health::Silent => "Silent",
    }
}

/// The shape for a state: square, triangle, disc or ring.
#[component]
pub fn Glyph(health: Health) -> impl IntoView {
    let shape = match health {
        Health::Failing => {
            "M2.4 1h7.2A1.4 1.4 0 0 1 11 2.4v7.2A1.4 1.4 0 0 1 9.6 11H2.4A1.4 1.4 0 0 1 1 9.6V2.4A1.4 1.4 0 0 1 2.4 1z"
        }
        Health::Degraded => "M6 .8 11.6 11H.4z",
        Health::Healthy => "M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z",
        Health::Silent => "M6 1.8a4.2 4.2 0 1 1 0 8.4 4.2 4.2 0 0 1 0-8.4z",
    };
    view! { <svg class="glyph" viewBox="0 0 12 12" aria-hidden="true"><path d=shape /></svg> }
}

/// Shape and word of an app's health.
#[component]
pub fn HealthMark(
    /// The state, which may change.
    #[prop(into)]
    health: Signal<Health>,
) -> impl IntoView {
    view! {
        <span class=move || format!("health {}", health.get().word())>
            {erased_view(move || view! { <Glyph health=health.get() /> }.into_any())}
            {erased_text(move || word(health.get()).to_owned())}
        </span>
    }
}
