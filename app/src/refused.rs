//! The document of who did not sign in. It loads the styles and nothing else; the browser asks for the password when it is loaded.

use leptos::prelude::*;

use crate::{part::brand::Brand, shell::Assets};

/// The document, as text.
#[must_use]
pub fn refused(assets: &Assets) -> String {
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
                    <title>"Sign in · Streamgauge"</title>
                </head>
                <body>
                    <header class="top"><a class="brand" href="/"><Brand />"Streamgauge"</a></header>
                    <main>
                        <section class="notice">
                            <h1>"Sign in"</h1>
                            <p>"This dashboard has a password: that of "<code>"ADMIN_PASSWORD"</code>", with any user name."</p>
                            <p>"Without it nothing is shown, neither apps nor their lines."</p>
                            <p><a class="btn" href="">"Sign in"</a></p>
                        </section>
                    </main>
                </body>
            </html>
        };
        document.to_html()
    });
    format!("<!DOCTYPE html>{document}")
}
