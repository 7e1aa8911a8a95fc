//! The HTML document around the app: styles, the script that starts the page's module, and the
//! theme that an address may ask for.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::{
    App, early,
    live::status::Open,
    page::table::{PAGES, Page},
    part::{address::Address, icon::Standing, zone},
};

/// Addresses of the files that the document loads. The server provides them: in a release build
/// they carry a hash of their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assets {
    /// What takes over each page, in the order of [`PAGES`].
    pub modules: [Module; PAGES.len()],
    pub css: String,
    /// The styles of pages that are opened now and then.
    pub further_css: String,
    /// The text font; empty when fonts were not built.
    pub font: String,
    /// The monospaced font of the Logs page; empty when fonts were not built.
    pub mono: String,
    /// Changes whenever a file changes. Empty in development, which has no service worker.
    pub version: String,
}

/// The module of a page: addresses of its two files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// The JavaScript that loads the WASM.
    pub js: String,
    pub wasm: String,
}

/// The reader came by a share link: what leads to other pages is left out, by styles, so that the
/// module finds the markup that it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shared {
    /// Whether the link shows one range only.
    pub is_fixed: bool,
    /// Whether it shows log lines.
    pub shows_lines: bool,
}

impl Shared {
    /// Words for the styles.
    const fn words(self) -> &'static str {
        match (self.is_fixed, self.shows_lines) {
            (false, false) => "no-lines",
            (false, true) => "",
            (true, false) => "fixed no-lines",
            (true, true) => "fixed",
        }
    }
}

impl Default for Assets {
    fn default() -> Self {
        Self {
            // The development build makes one module with all pages.
            modules: PAGES.map(|_| Module { js: "/pkg/streamgauge.js".into(), wasm: "/pkg/streamgauge.wasm".into() }),
            css: "/pkg/streamgauge.css".into(),
            further_css: "/pkg/further.css".into(),
            font: String::new(),
            mono: String::new(),
            version: String::new(),
        }
    }
}

/// Runs before anything is drawn: `?theme=dark` or `?theme=light` overrides the system's setting.
const THEME: &str = "const t=new URLSearchParams(location.search).get('theme');\
    if(t==='dark'||t==='light')document.documentElement.dataset.theme=t";

/// Runs before the Logs page is drawn.
const ROWS: &str = include_str!("rows.js");

/// The nonce of this document's scripts, which its content security policy names.
#[must_use]
pub fn nonce() -> Option<String> {
    #[cfg(feature = "ssr")]
    let nonce = leptos::nonce::use_nonce().map(|it| it.to_string());
    #[cfg(not(feature = "ssr"))]
    let nonce = None;
    nonce
}

/// The document of the page that the request's address names.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let here = Page::at(&Address::start().path());
    let mono = (here == Page::Logs && !assets.mono.is_empty()).then(|| preload_font(assets.mono));
    let rows = (here == Page::Logs).then(|| view! { <script nonce=nonce()>{early::packed(ROWS)}</script> });
    let open = Open::start().0.get_untracked();
    let zone = zone::here();
    let zone = (!zone.changes.is_empty()).then(|| zone.text());
    let keys = here.spec().map_or("", |it| it.keys);
    let module = PAGES.iter().zip(assets.modules).find(|(spec, _)| spec.page == here).map(|(_, module)| module);
    let module = module.map(|Module { js, wasm }| {
        // Running the module takes over the page. It is loaded once the page is drawn, so that a
        // slow connection shows the page first.
        let start = format!(
            "const start=()=>{{const module=fetch({wasm:?});import({js:?}).then(it=>it.default({{module_or_path:module}}))\
             .finally(()=>dispatchEvent(new Event('hydrated')))}};\
             document.hidden?start():requestAnimationFrame(()=>setTimeout(start))"
        );
        view! { <script nonce=nonce()>{early::script()}</script><script type="module" nonce=nonce()>{start}</script> }
    });
    // In development one module has all pages, and the document stays when another is opened.
    let has_further = here.has_further_styles() || assets.version.is_empty();
    let further = has_further.then(|| view! { <link rel="stylesheet" href=assets.further_css /> });
    let shared = use_context::<Shared>();
    let shared_as = shared.map(Shared::words);
    let shared = shared.map(|_| view! { <link rel="stylesheet" href="/shared.css" /> });
    let keep = (!assets.version.is_empty()).then(|| {
        let worker = format!("/service-worker.js?v={}", assets.version);
        let script = format!("addEventListener('load',()=>navigator.serviceWorker?.register({worker:?}))");
        view! { <script nonce=nonce()>{script}</script> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-keys=keys data-open=open.text() data-shared=shared_as data-zone=zone>
            <head>
                <Head css=assets.css font=assets.font icon=Standing::of(open, false).icon() />
                {further}
                {shared}
                <link rel="manifest" href="/manifest.webmanifest" crossorigin="use-credentials" />
                <AutoReload options />
                {mono}
                {rows}
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

/// Loads a font before the styles ask for it.
pub(crate) fn preload_font(href: String) -> impl IntoView {
    view! { <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="" /> }
}

/// The start of every document's head.
#[component]
pub fn Head(
    /// Address of the styles.
    css: String,
    /// Address of the text font; empty for the system's font.
    font: String,
    /// Address of the icon.
    icon: String,
) -> impl IntoView {
    let font = (!font.is_empty()).then(|| preload_font(font));
    let when = |media: &'static str| leptos::attr::custom::custom_attribute("media", media);
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        // Phones colour their own bar with it.
        <meta name="theme-color" content="#ffffff" {..when("(prefers-color-scheme: light)")} />
        <meta name="theme-color" content="#11191c" {..when("(prefers-color-scheme: dark)")} />
        <script nonce=nonce()>{THEME}</script>
        {font}
        <link id="leptos" rel="stylesheet" href=css />
        <link rel="icon" type="image/svg+xml" href=icon />
    }
}
