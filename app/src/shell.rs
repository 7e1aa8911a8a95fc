//! The HTML document around the app: styles, the script that takes over, and the theme that an address may ask for.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::App;

/// Addresses of what the document loads. The server knows them: in a shipped binary they carry a hash of their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// The script that loads the module.
    pub js: String,
    /// The module.
    pub wasm: String,
    /// The styles.
    pub css: String,
}

impl Default for Assets {
    fn default() -> Self {
        Self {
            js: "/pkg/streamgauge.js".into(),
            wasm: "/pkg/streamgauge.wasm".into(),
            css: "/pkg/streamgauge.css".into(),
        }
    }
}

/// Before anything is drawn: `?theme=dark` or `light` overrides what the system prefers.
const THEME: &str = "const t=new URLSearchParams(location.search).get('theme');\
    if(t==='dark'||t==='light')document.documentElement.dataset.theme=t";

/// The document.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let start = format!(
        "import({:?}).then(m=>m.default({{module_or_path:{:?}}}).then(()=>m.hydrate()))",
        assets.js, assets.wasm
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <script>{THEME}</script>
                <link id="leptos" rel="stylesheet" href=assets.css />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="modulepreload" href=assets.js />
                <link rel="preload" href=assets.wasm r#as="fetch" r#type="application/wasm" crossorigin="" />
                <AutoReload options />
                <script type="module">{start}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
