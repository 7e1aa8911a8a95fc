//! The document that the service worker caches, and shows while the server is unreachable or slow.
//! It retries by itself.

use leptos::prelude::*;

use crate::{
    part::{brand::Brand, icon::Standing},
    shell::{Assets, Head, nonce},
};

/// Pause between tries, milliseconds.
const PAUSE_MS: u32 = 2_000;
/// After this long without an answer the server counts as unreachable, milliseconds.
const SLOW_MS: u32 = 4_000;

/// The document. It loads the style sheet only.
pub fn offline() -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let again = format!(
        "document.getElementById('address').textContent=location.host;\
         const gone=()=>document.documentElement.dataset.gone='';\
         const again=()=>fetch('/healthz',{{cache:'no-store'}}).then(it=>it.ok?location.reload():gone(),gone);\
         again();setTimeout(gone,{SLOW_MS});setInterval(again,{PAUSE_MS});addEventListener('online',again)"
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <Head css=assets.css font=assets.font icon=Standing::Disconnected.icon() />
                <title>"Can't reach the server · Streamgauge"</title>
            </head>
            <body>
                <header class="top">
                    <a class="brand" href="/"><Brand />"Streamgauge"</a>
                    <div class="end"><span class="live reconnecting asking">"Connecting…"</span><span class="live gone">"Disconnected"</span></div>
                </header>
                <main>
                    <p class="loading asking" role="status">"Connecting…"</p>
                    <section class="notice gone" role="alert">
                        <h1>"Can't reach the server"</h1>
                        <p>"The server at "<b id="address">"this address"</b>" is not responding. It may be restarting, or this device may be offline."</p>
                        <p>"This page retries every two seconds and reloads once the server responds. Log lines that senders buffer in the meantime are counted when they arrive."</p>
                        <p><a class="btn" href="">"Try now"</a></p>
                    </section>
                </main>
                <script nonce=nonce()>{again}</script>
            </body>
        </html>
    }
}
