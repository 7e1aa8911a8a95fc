//! What the keys of a page do, behind a button and the key `?`. Tells; the keys are heard where they act, and those that only press or focus
//! something in `early.js`.

use leptos::prelude::*;

use crate::Page;

/// Keys, and what they do.
type Keys = &'static [(&'static str, &'static str)];

const OVERVIEW: Keys = &[
    ("/", "filter the apps"),
    ("j k", "choose the next, the one before"),
    ("Enter", "open it"),
    ("w", "wall, and back"),
];
const CHARTS: Keys = &[
    ("Tab", "to the next chart"),
    ("\u{2190} \u{2192}", "move the crosshair"),
    ("Enter", "pin it, and show its lines"),
    ("Shift \u{2190} \u{2192}", "choose a span, then Enter"),
    ("Backspace", "back to what was shown before"),
    ("Esc", "let go"),
];
const LINES: Keys = &[
    ("/", "to the words"),
    ("Space", "stop, and go on"),
    ("j k", "choose the next, the one before"),
    ("Enter", "open it"),
    ("Esc", "close it"),
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
        <button class="help hide-s" type="button" popovertarget="keys" aria-keyshortcuts="?" aria-label="Keys"><kbd>"?"</kbd></button>
        <div id="keys" class="keys" popover="auto">
            <h2>"Keys"</h2>
            <dl>{keys.iter().map(row).collect_view()}<div><dt><kbd>"?"</kbd></dt><dd>"these keys"</dd></div></dl>
        </div>
    }
}

/// Whether the keys are shown: Escape then means them.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn is_open() -> bool {
    document().query_selector(".keys:popover-open").ok().flatten().is_some()
}
