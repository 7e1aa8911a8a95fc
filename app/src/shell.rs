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
    /// Another one whenever a file is; empty in the development loop, which needs no service worker.
    pub version: String,
}

impl Default for Assets {
    fn default() -> Self {
        Self {
            js: "/pkg/streamgauge.js".into(),
            wasm: "/pkg/streamgauge.wasm".into(),
            // What has all pages has this one too: the development loop builds nothing else.
            front: ("/pkg/streamgauge.js".into(), "/pkg/streamgauge.wasm".into()),
            css: "/pkg/streamgauge.css".into(),
            version: String::new(),
        }
    }
}

/// Before anything is drawn: `?theme=dark` or `light` overrides what the system prefers.
const THEME: &str = "const t=new URLSearchParams(location.search).get('theme');\
    if(t==='dark'||t==='light')document.documentElement.dataset.theme=t";

/// The number that scripts of this document carry, and its security policy names.
#[must_use]
pub fn nonce() -> Option<String> {
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
    let keep = (!assets.version.is_empty()).then(|| {
        let worker = format!("/service-worker.js?v={}", assets.version);
        let script = format!("addEventListener('load',()=>navigator.serviceWorker?.register({worker:?}))");
        view! { <script nonce=nonce()>{script}</script> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <Head css=assets.css />
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <link rel="modulepreload" href=js />
                <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
                <AutoReload options />
                <script type="module" nonce=nonce()>{start}</script>
                {keep}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// What every document of ours begins with.
#[component]
pub fn Head(
    /// Address of the styles.
    css: String,
) -> impl IntoView {
    let when = |media: &'static str| leptos::attr::custom::custom_attribute("media", media);
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        // A phone's own bar has the colour of ours.
        <meta name="theme-color" content="#ffffff" {..when("(prefers-color-scheme: light)")} />
        <meta name="theme-color" content="#11191c" {..when("(prefers-color-scheme: dark)")} />
        <script nonce=nonce()>{THEME}</script>
        <link id="leptos" rel="stylesheet" href=css />
        <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
    }
}
