//! The list of a page's keys, behind a button and the key `?`. It only describes them: each key is
//! handled where it acts, and keys that only press or focus an element are handled by `early.js`.

use leptos::prelude::*;

use super::table::Page;
use crate::part::markup::push_all;

/// The button and the list that it opens.
#[component]
pub fn Help(
    /// The page whose keys are listed.
    page: Page,
) -> impl IntoView {
    view! {
        <button class="help hide-xs" type="button" popovertarget="keys" aria-keyshortcuts="?" aria-label="Keyboard shortcuts"><kbd>"?"</kbd></button>
        <div id="keys" class="keys" popover="auto">
            <h2>"Keyboard shortcuts"</h2>
            <dl inner_html=list(page)></dl>
        </div>
    }
}

/// The list as HTML. It never changes, and a list of views would cost every module kilobytes.
fn list(page: Page) -> String {
    let mut html = String::new();
    let keys = page.spec().map_or(&[][..], |it| it.help).iter().map(|it| (it.keys, it.action));
    for (keys, action) in keys.chain([("Ctrl K", "Go to an app, page or metric"), ("?", "Show shortcuts")]) {
        push_all(&mut html, &["<div><dt><kbd>", keys, "</kbd></dt><dd>", action, "</dd></div>"]);
    }
    html
}
