//! The HTML document around the app: styles, the script that takes over, and the theme that an address may ask for.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::{App, part::address};

/// Addresses of what the document loads. The server knows them: in a shipped binary they carry a hash of their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The script that loads the module.
    pub js: String,
    /// The module.
    pub wasm: String,
    /// The script and the module that take over the Overview alone.
    pub front: (String, String),
    /// The styles.
    pub css: String,
}

impl Default for Assets {
    fn default() -> Self {
        Self {
            js: "/pkg/streamgauge.js".into(),
            wasm: "/pkg/streamgauge.wasm".into(),
            // What has all pages has this one too: the development loop builds nothing else.
            front: ("/pkg/streamgauge.js".into(), "/pkg/streamgauge.wasm".into()),
            css: "/pkg/streamgauge.css".into(),
        }
    }
}

/// Before anything is drawn: `?theme=dark` or `light` overrides what the system prefers.
const THEME: &str = "const t=new URLSearchParams(location.search).get('theme');\
    if(t==='dark'||t==='light')document.documentElement.dataset.theme=t";

/// The number that scripts of this document carry, and its security policy names.
fn nonce() -> Option<String> {
    #[cfg(feature = "ssr")]
    let nonce = leptos::nonce::use_nonce().map(|it| it.to_string());
    #[cfg(not(feature = "ssr"))]
    let nonce = None;
    nonce
}

/// The document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let (js, wasm) = if address::is_overview() { assets.front } else { (assets.js, assets.wasm) };
    let start = format!("import({js:?}).then(m=>m.default({{module_or_path:{wasm:?}}}).then(()=>m.hydrate()))");
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#11191c" />
                <script nonce=nonce()>{THEME}</script>
                <link id="leptos" rel="stylesheet" href=assets.css />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="manifest" href="/manifest.webmanifest" />
                <link rel="modulepreload" href=js />
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
                <AutoReload options />
                <script type="module" nonce=nonce()>{start}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
