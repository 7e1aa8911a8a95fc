//! The document for a request that was refused or failed: why, and what to do. It loads the style
//! sheet only. For 401 the browser itself asks for the password.

use leptos::prelude::*;

use crate::{notice::document, shell::Assets};

/// The texts of the document.
struct Notice {
    title: &'static str,
    sentences: [&'static str; 2],
    /// The text of the button that loads the page again.
    again: &'static str,
}

/// The texts for an HTTP status; `None` for a status that has no document here.
const fn notice(status: u16) -> Option<Notice> {
    let (title, sentences, again) = match status {
        401 => (
            "Sign in",
            [
                "Use your own name and password, or any name with the server's <code>ADMIN_PASSWORD</code> where it has one.",
                "People of a sign-in provider have no password here: they <a href=\"/sign-in\">sign in on a page</a>.",
            ],
            "Sign in",
        ),
        403 => (
            "Blocked: opened by another site",
            [
                "Another site loaded this page in a frame or in the background.",
                "For security, this dashboard can't be embedded in other sites.",
            ],
            "Open directly",
        ),
        421 => (
            "Host name not allowed",
            [
                "This dashboard has no password, so it only accepts requests for <code>localhost</code>, <code>127.0.0.1</code> and <code>[::1]</code>.",
                "To use another host name, set <code>ADMIN_PASSWORD</code> or <code>OIDC_ISSUER</code> and restart the server.",
            ],
            "Try again",
        ),
        429 => (
            "Too many failed sign-ins",
            [
                "They came from your IP address, or from others behind the same proxy.",
                "Wait a minute, then sign in again.",
            ],
            "Try again",
        ),
        500 => (
            "Server error",
            ["This page couldn't be rendered. See the server's log for details.", "Other pages are not affected."],
            "Try again",
        ),
        503 => (
            "The server is busy",
            ["This page took too long to load.", "Try again in a few seconds, or choose a shorter range."],
            "Try again",
        ),
        _ => return None,
    };
    Some(Notice { title, sentences, again })
}

/// The document for an HTTP status as HTML; `None` for a status that has no document here.
#[must_use]
pub fn sign_in(assets: &Assets, status: u16) -> Option<String> {
    let Notice { title, sentences, again } = notice(status)?;
    Some(document(assets, title, move || {
        view! {
            {sentences.map(|it| view! { <p inner_html=it></p> }).into_iter().collect_view()}
            <p><a class="btn" href="">{again}</a></p>
        }
        .into_any()
    }))
}

/// The document for somebody who is known and may not do this.
#[must_use]
pub fn not_allowed(assets: &Assets) -> String {
    document(assets, "Not allowed", || {
        view! {
            <p>"Your role does not include this. An administrator can change it under Settings, People."</p>
            <p><a class="btn" href="/">"All apps"</a></p>
        }
        .into_any()
    })
}
