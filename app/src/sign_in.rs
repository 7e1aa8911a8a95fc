//! The document for a request that was refused or failed: why, and what to do. It loads the style
//! sheet only. For 401 the browser itself asks for the password.

use leptos::prelude::*;

use crate::{part::brand::Brand, shell::Assets};

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
                "The password is the server's <code>ADMIN_PASSWORD</code>. Any user name works.",
                "Without it you see neither apps nor log lines.",
            ],
            "Sign in",
        ),
        403 => (
            "Opened by another site",
            [
                "Another site loaded this page in a frame or in the background.",
                "This dashboard is never shown inside other sites.",
            ],
            "Open it here",
        ),
        421 => (
            "Not under this name",
            [
                "This dashboard has no password, so it only answers at <code>localhost</code>, <code>127.0.0.1</code> and <code>[::1]</code>.",
                "To open it under another name, set <code>ADMIN_PASSWORD</code> and restart the server.",
            ],
            "Try again",
        ),
        429 => (
            "Too many wrong passwords",
            [
                "They came from your address, or from others behind the same proxy.",
                "Wait a minute, then sign in with the server's <code>ADMIN_PASSWORD</code>.",
            ],
            "Try again",
        ),
        500 => (
            "The server made a mistake",
            ["This page could not be made. The server's log says why.", "Other pages are not affected."],
            "Try again",
        ),
        503 => (
            "The server is busy",
            ["This page was not ready in time.", "Try again in a few seconds, or choose a shorter range."],
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
    let css = assets.css.clone();
    let document = Owner::new().with(move || {
        let document = view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    <link rel="stylesheet" href=css />
                    <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                    <title>{format!("{title} · Streamgauge")}</title>
                </head>
                <body>
                    <header class="top"><a class="brand" href="/"><Brand />"Streamgauge"</a></header>
                    <main>
                        <section class="notice">
                            <h1>{title}</h1>
                            {sentences.map(|it| view! { <p inner_html=it></p> }).into_iter().collect_view()}
                            <p><a class="btn" href="">{again}</a></p>
                        </section>
                    </main>
                </body>
            </html>
        };
        document.to_html()
    });
    // Leptos writes marks for hydration, which this page does not use. In the title they would be
    // visible.
    Some(format!("<!DOCTYPE html>{}", document.replace("<!>", "")))
}
