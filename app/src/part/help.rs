//! What the keys of a page do, behind a button and the key `?`. Tells; the keys are heard where they act, and those that only press or focus
//! something in `early.js`.

use leptos::prelude::*;

use crate::Page;

/// Keys, and what they do.
type Keys = &'static [(&'static str, &'static str)];

const OVERVIEW: Keys =
    &[("/", "Filter apps"), ("j k", "Next, previous"), ("Enter", "Open the app"), ("w", "Toggle wall view")];
const CHARTS: Keys = &[
    ("Tab", "Next chart"),
    ("\u{2190} \u{2192}", "Move the crosshair"),
    ("Enter", "Pin and show log lines"),
    ("Shift \u{2190} \u{2192}", "Select a range, then Enter"),
    ("Backspace", "Back to the previous range"),
    ("Esc", "Unpin"),
];
const LINES: Keys = &[
    ("/", "Focus search"),
    ("Space", "Pause or resume"),
    ("j k", "Next, previous"),
    ("Enter", "Open the line"),
    ("Esc", "Close the line"),
];

/// The button and what it opens.
#[component]
pub fn Help(
    /// The page.
    here: Page,
) -> impl IntoView {
    let keys = match here {
        Page::Overview => OVERVIEW,
        Page::Logs => LINES,
        Page::App | Page::Metrics | Page::Unknown => CHARTS,
    };
    let row =
        |(key, does): &(&'static str, &'static str)| view! { <div><dt><kbd>{*key}</kbd></dt><dd>{*does}</dd></div> };
    view! {
        <button class="help hide-s" type="button" popovertarget="keys" aria-keyshortcuts="?" aria-label="Keyboard shortcuts"><kbd>"?"</kbd></button>
        <div id="keys" class="keys" popover="auto">
            <h2>"Keyboard shortcuts"</h2>
            <dl>{keys.iter().map(row).collect_view()}<div><dt><kbd>"?"</kbd></dt><dd>"Show shortcuts"</dd></div></dl>
        </div>
    }
}

/// Whether the keys are shown: Escape then means them.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn is_open() -> bool {
    document().query_selector(".keys:popover-open").ok().flatten().is_some()
}
