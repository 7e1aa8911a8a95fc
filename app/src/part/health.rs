//! A state as a shape and a word: shape repeats what colour says.

use contract::Health;
use leptos::prelude::*;

use super::type_erasure::{live, text};

/// The word that a person reads.
#[must_use]
pub const fn word(health: Health) -> &'static str {
    match health {
        Health::Failing => "Failing",
        Health::Degraded => "Degraded",
        Health::Healthy => "Healthy",
        Health::Silent => "Silent",
    }
}

/// Square, triangle, disc, dashed ring.
#[component]
pub fn Glyph(
    /// The state.
    health: Health,
) -> impl IntoView {
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

/// A state as it stands in a row or a chip.
#[component]
pub fn HealthMark(
    /// The state.
    #[prop(into)]
    health: Signal<Health>,
) -> impl IntoView {
    view! {
        <span class=move || format!("health {}", health.get().word())>
            {live(move || view! { <Glyph health=health.get() /> }.into_any())}
            {text(move || word(health.get()).to_owned())}
        </span>
    }
}
