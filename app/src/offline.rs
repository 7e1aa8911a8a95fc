//! The document that the service worker keeps, and shows when the server can't be reached. It tries again by itself.

use leptos::prelude::*;

use crate::{
    part::brand::Brand,
    shell::{Assets, Head, nonce},
};

/// Milliseconds between tries.
const PAUSE_MS: u32 = 2_000;

/// The document. It loads the styles and nothing else.
pub fn offline() -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let again = format!(
        "document.getElementById('address').textContent=location.host;\
         const again=()=>fetch('/healthz',{{cache:'no-store'}}).then(it=>{{if(it.ok)location.reload()}},()=>{{}});\
         setInterval(again,{PAUSE_MS});addEventListener('online',again)"
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <Head css=assets.css />
                <title>"Out of reach · Streamgauge"</title>
            </head>
            <body>
                <header class="top">
                    <a class="brand" href="/"><Brand />"Streamgauge"</a>
                    <div class="end"><span class="live gone">"server gone, still trying"</span></div>
                </header>
                <main>
                    <section class="notice" role="alert">
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
