//! The Overview before the first line: commands that send one.

use contract::Overview;
use leptos::prelude::*;

use crate::part::{command::Command, number::grouped};

/// The first steps. The Overview replaces them with the first line.
#[component]
pub fn Welcome(
    /// The state of all apps.
    state: RwSignal<Overview>,
) -> impl IntoView {
    let lines = move || state.with(|it| grouped(it.totals.lines as i64));
    view! {
        <div class="welcome">
            <div class="headline">
                <div>
                    <h1>"Waiting for the first line"</h1>
                    <p>"Point a drain at this server. The first chart moves within a second of the first line."</p>
                </div>
            </div>
            <section class="card">
                <h2>"A Heroku app"</h2>
                <p class="dim">"Run this once for the app, where the server runs. Nothing is installed in the app. The address behind "
                    <code>"--url"</code>" is where Heroku reaches this server."</p>
                <Command text="heroku drains:add \"$(streamgauge drain add checkout --url https://gauge.example.com)\" -a checkout".to_owned() />
            </section>
            <section class="card">
                <h2>"Any other process"</h2>
                <p class="dim">"Its output becomes a drain. It keeps running when Streamgauge is away."</p>
                <Command text="./server | LOGS_URL=\"$(streamgauge drain add my-app)\" streamgauge shuttle --tee".to_owned() />
            </section>
            <section class="card">
                <h2>"Just looking"</h2>
                <p class="dim">"Three made-up apps with a deploy and an incident, through a real drain."</p>
                <Command text="streamgauge simulate".to_owned() />
            </section>
            <div class="foot"><span>"Listening on /logs. "{lines}" lines so far."</span></div>
        </div>
    }
}
