//! The list of a page's keys, behind a button and the key `?`. It only describes them: each key is
//! handled where it acts, and keys that only press or focus an element are handled by `early.js`.

use leptos::prelude::*;

use super::table::{KeyHelp, Page};

/// The button and the list that it opens.
#[component]
pub fn Help(
    /// The page whose keys are listed.
    page: Page,
) -> impl IntoView {
    let keys = page.spec().map_or(&[][..], |it| it.help);
    let row = |it: &KeyHelp| view! { <div><dt><kbd>{it.keys}</kbd></dt><dd>{it.action}</dd></div> };
    view! {
        <button class="help hide-s" type="button" popovertarget="keys" aria-keyshortcuts="?" aria-label="Keyboard shortcuts"><kbd>"?"</kbd></button>
        <div id="keys" class="keys" popover="auto">
            <h2>"Keyboard shortcuts"</h2>
            <dl>{keys.iter().map(row).collect_view()}<div><dt><kbd>"?"</kbd></dt><dd>"Show shortcuts"</dd></div></dl>
        </div>
    }
}
