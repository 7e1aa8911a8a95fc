//! The HTML document around the app: styles, the script that takes over, and the theme that an address may ask for.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::{App, Page, early, part::address::Address};

/// Addresses of what the document loads. The server knows them: in a shipped binary they carry a hash of their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The script and the module that take over each page, in the order of [`Page::EACH`].
    pub modules: [(String, String); Page::EACH.len()],
    /// The styles.
    pub css: String,
    /// The font of every page; empty where none was built.
    pub font: String,
    /// That of raw lines.
    pub mono: String,
    /// Another one whenever a file is; empty in the development loop, which needs no service worker.
    pub version: String,
}

impl Default for Assets {
    fn default() -> Self {
        Self {
            // What has all pages has each: the development loop builds nothing else.
            modules: Page::EACH.map(|_| ("/pkg/streamgauge.js".into(), "/pkg/streamgauge.wasm".into())),
            css: "/pkg/streamgauge.css".into(),
            font: String::new(),
            mono: String::new(),
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
    let here = Page::at(&Address::start().path());
    let mono = (here == Page::Logs && !assets.mono.is_empty()).then(|| preload_font(assets.mono));
    let module = Page::EACH.iter().zip(assets.modules).find(|it| it.0.0 == here).map(|(_, (js, wasm))| {
        // Running the module takes over the page. It is asked for once the page is drawn: what it looks like shall not wait for it on a slow line.
        let start = format!(
            "const start=()=>{{const module=fetch({wasm:?});import({js:?}).then(it=>it.default({{module_or_path:module}}))\
             .finally(()=>dispatchEvent(new Event('hydrated')))}};\
             document.hidden?start():requestAnimationFrame(()=>setTimeout(start))"
        );
        view! { <script nonce=nonce()>{early::script()}</script><script type="module" nonce=nonce()>{start}</script> }
    });
    let keep = (!assets.version.is_empty()).then(|| {
        let worker = format!("/service-worker.js?v={}", assets.version);
        let script = format!("addEventListener('load',()=>navigator.serviceWorker?.register({worker:?}))");
        view! { <script nonce=nonce()>{script}</script> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-keys=early::keys(here)>
            <head>
                <Head css=assets.css font=assets.font />
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <AutoReload options />
                {mono}
                {module}
                {keep}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Has a font loaded before the styles ask for it.
fn preload_font(href: String) -> impl IntoView {
    view! { <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="" /> }
}

/// What every document of ours begins with.
#[component]
pub fn Head(
    /// Address of the styles.
    css: String,
    /// Address of the font; empty for the system's.
    font: String,
) -> impl IntoView {
    let font = (!font.is_empty()).then(|| preload_font(font));
    let when = |media: &'static str| leptos::attr::custom::custom_attribute("media", media);
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        // A phone's own bar has the colour of ours.
        <meta name="theme-color" content="#ffffff" {..when("(prefers-color-scheme: light)")} />
        <meta name="theme-color" content="#11191c" {..when("(prefers-color-scheme: dark)")} />
        <script nonce=nonce()>{THEME}</script>
        {font}
        <link id="leptos" rel="stylesheet" href=css />
        <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
    }
}
