//! Pages that the server alone makes: they need no module, and work without JavaScript. A script of
//! `public` may add to them. What they say is decided by their callers.

/// The page on which log lines are exported.
pub mod export;

/// The pages of settings.
pub mod settings;

/// The page of share links.
pub mod shares;

/// The page of saved searches.
pub mod searches;

/// The pages of drains.
pub mod drains;

/// The reference of the API.
pub mod reference;

use leptos::prelude::*;

use crate::{
    app::nav,
    page::table::Page,
    part::brand::Brand,
    shell::{Assets, preload_font},
    still::{STYLES, whole},
};

/// What stands around the content of a page.
pub(crate) struct Frame<'a> {
    pub assets: &'a Assets,
    /// The title of the document.
    pub title: &'a str,
    /// The page whose place in the top bar is marked.
    pub here: Page,
    /// The path of the section of plain pages that it belongs to, as the top bar links to it.
    pub section: Option<&'static str>,
    /// The path of its script.
    pub script: Option<&'static str>,
}

/// A page as HTML.
pub(crate) fn document(frame: &Frame<'_>, content: impl FnOnce() -> AnyView + Send + 'static) -> String {
    let (css, further, title, mut links) = (
        frame.assets.css.clone(),
        frame.assets.further_css.clone(),
        format!("{} · Streamgauge", frame.title),
        nav(frame.here),
    );
    if let Some(path) = frame.section {
        links = links.replace(&format!("href=\"{path}\""), &format!("href=\"{path}\" aria-current=\"page\""));
    }
    let (script, font) = (frame.script, frame.assets.font.clone());
    let font = (!font.is_empty()).then(|| preload_font(font));
    let document = Owner::new().with(move || {
        let document = view! {
            <html lang="en">
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <meta name="color-scheme" content="light dark" />
                    {font}
                    <link rel="stylesheet" href=css />
                    <link rel="stylesheet" href=further />
                    <link rel="stylesheet" href=STYLES />
                    <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                    {script.map(|it| view! { <script type="module" src=it></script> })}
                    <title>{title}</title>
                </head>
                <body>
                    <a class="skip" href="#main">"Skip to content"</a>
                    <header class="top">
                        <a class="brand" href="/"><Brand />"Streamgauge"</a>
                        <nav class="main" aria-label="Main" inner_html=links></nav>
                        <a class="more" href="/settings">"Settings"</a>
                    </header>
                    <main id="main">{content()}</main>
                </body>
            </html>
        };
        document.to_html()
    });
    whole(&document)
}

/// The page in the place of one about an app that there is not.
#[must_use]
pub fn missing_page(assets: &Assets, app: &str) -> String {
    let app = app.to_owned();
    document(&Frame { assets, title: "App not found", here: Page::Unknown, section: None, script: None }, move || {
        view! {
            <section class="notice">
                <h1>"App not found"</h1>
                <p>"There is no app named "<b>{app}</b>"."</p>
                <p><a class="btn" href="/">"All apps"</a></p>
            </section>
        }
        .into_any()
    })
}
