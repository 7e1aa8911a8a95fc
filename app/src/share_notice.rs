//! What somebody with a share link is told where there is nothing to see: the link is not known, is
//! over, or shows another page.

use leptos::prelude::*;

use crate::{notice::document, shell::Assets};

/// What a document says about a share link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareNotice {
    /// There is no such link.
    Unknown,
    /// It was ended, or has expired.
    Over,
    /// It shows another page, at this address.
    OnePage(String),
    /// Too many unknown links were tried.
    TooManyGuesses,
}

/// The document as HTML.
#[must_use]
pub fn share_notice(assets: &Assets, notice: &ShareNotice) -> String {
    let (title, text) = match notice {
        ShareNotice::Unknown => ("Link not found", "Check that the whole link was copied, or ask for a new one."),
        ShareNotice::Over => ("This link has ended", "It was ended, or has expired. Ask for a new one."),
        ShareNotice::OnePage(_) => ("This link shows one page", "Other pages need a sign-in."),
        ShareNotice::TooManyGuesses => ("Too many unknown links", "Wait a minute, then open the link again."),
    };
    let back = if let ShareNotice::OnePage(address) = notice { Some(address.clone()) } else { None };
    document(assets, title, move || {
        let back = back.map(|it| view! { <a class="btn main" href=it>"Back to the shared page"</a> });
        view! {
            <p>{text}</p>
            <p>{back}" "<a class="btn" href="/sign-in">"Sign in"</a></p>
        }
        .into_any()
    })
}
