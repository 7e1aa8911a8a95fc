//! The document that the service worker caches, and shows while the server is unreachable or slow.
//! It retries by itself.

use leptos::prelude::*;

use crate::{
    part::brand::Brand,
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
                <Head css=assets.css font=assets.font />
                <title>"Out of reach · Streamgauge"</title>
            </head>
            <body>
                <header class="top">
                    <a class="brand" href="/"><Brand />"Streamgauge"</a>
                    <div class="end"><span class="live reconnecting asking">"asking the server"</span><span class="live gone">"server gone"</span></div>
                </header>
                <main>
                    <p class="loading asking" role="status">"Asking the server"</p>
                    <section class="notice gone" role="alert">
                        <h1>"Out of reach"</h1>
                        <p>"The server at "<b id="address">"this address"</b>" does not answer. It may be starting anew, or this device has no network."</p>
                        <p>"This page asks again every two seconds, and goes on once there is an answer. Lines that senders keep meanwhile are counted when they come."</p>
                        <p><a class="btn" href="">"Try now"</a></p>
                    </section>
                </main>
                <script nonce=nonce()>{again}</script>
            </body>
        </html>
    }
}
