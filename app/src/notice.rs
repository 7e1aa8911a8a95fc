//! Documents with one notice, outside of the dashboard's pages: they load the style sheet only, and
//! have no script. What they say is decided by their callers.

use leptos::prelude::*;

use crate::{
    part::brand::Brand,
    shell::Assets,
    still::{STYLES, whole},
};

/// A document with a title and a few sentences, as HTML.
pub(crate) fn document(assets: &Assets, title: &str, content: impl FnOnce() -> AnyView + Send + 'static) -> String {
    with_sheet(assets, title, None, content)
}

/// The same with the style sheet of forms.
pub(crate) fn form_document(
    assets: &Assets,
    title: &str,
    content: impl FnOnce() -> AnyView + Send + 'static,
) -> String {
    with_sheet(assets, title, Some(STYLES), content)
}

fn with_sheet(
    assets: &Assets,
    title: &str,
    sheet: Option<&'static str>,
    content: impl FnOnce() -> AnyView + Send + 'static,
) -> String {
    let (css, title) = (assets.css.clone(), title.to_owned());
    let document = Owner::new().with(move || {
        let document = view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    <meta name="robots" content="noindex" />
                    <link rel="stylesheet" href=css />
                    {sheet.map(|it| view! { <link rel="stylesheet" href=it /> })}
                    <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                    <title>{format!("{title} · Streamgauge")}</title>
                </head>
                <body>
                    <header class="top"><a class="brand" href="/"><Brand />"Streamgauge"</a></header>
                    <main>
                        <section class="notice">
                            <h1>{title}</h1>
                            {content()}
                        </section>
                    </main>
                </body>
            </html>
        };
        document.to_html()
    });
    whole(&document)
}

/// What the page behind a mute link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MuteNotice {
    /// Its title.
    pub title: String,
    /// Its sentences.
    pub sentences: Vec<String>,
    /// The text of the button that does it; none where there is nothing to do.
    pub button: Option<String>,
}

/// The page behind a mute link. The button is a form that posts to the page's own address.
#[must_use]
pub fn mute_notice(assets: &Assets, notice: MuteNotice) -> String {
    let MuteNotice { title, sentences, button } = notice;
    document(assets, &title, move || {
        let sentences = sentences.into_iter().map(|it| view! { <p>{it}</p> }).collect_view();
        let button = button.map(|it| view! { <form method="post"><button class="btn main">{it}</button></form> });
        view! {
            {sentences}
            {button}
            <p><a class="more" href="/alerts">"All alerts"</a></p>
        }
        .into_any()
    })
}
