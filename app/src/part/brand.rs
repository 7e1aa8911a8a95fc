//! The logo of Streamgauge: a gauge's staff in moving water.

use leptos::prelude::*;

/// The logo as SVG, in the colour of the text around it.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4.5 2v16M4.5 5h3M4.5 9h4.5M4.5 13h3" />
            <path d="M9.5 15.5q2.3-2.4 4.6 0t4.6 0" />
            <path d="M11.5 11.5q2-2 4 0t3.2.3" opacity=".55" />
        </svg>
    }
}
