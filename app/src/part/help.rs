//! What the keys of a page do, behind a button and the key `?`. Tells; the keys are heard where they act.

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
    listen();
    let row =
        |(key, does): &(&'static str, &'static str)| view! { <div><dt><kbd>{*key}</kbd></dt><dd>{*does}</dd></div> };
    view! {
        <button class="help hide-s" type="button" popovertarget="keys" aria-label="Keys"><kbd>"?"</kbd></button>
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

/// Listens for the key as long as the page is there.
fn listen() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let heard = |event: &web_sys::Event| {
            let key = event.dyn_ref::<web_sys::KeyboardEvent>().map(|it| it.key());
            let target = event.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok()).map(|it| it.tag_name());
            key.as_deref() == Some("?") && !matches!(target.as_deref(), Some("INPUT" | "TEXTAREA" | "SELECT"))
        };
        let _as_long_as_the_page = window_event_listener_untyped("keydown", move |event| {
            let button = document().query_selector(".help").ok().flatten();
            if let Some(button) =
                button.filter(|_| heard(&event)).and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok())
            {
                event.prevent_default();
                button.click();
            }
        });
    }
}
