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
                    <h1>"Waiting for the first log line"</h1>
                    <p>"Add a log drain. Charts start within a second of the first line."</p>
                </div>
            </div>
            <section class="card">
                <h2>"Any platform"</h2>
                <p class="dim">"Choose where the lines come from; the page gives the exact commands and waits for the first line."</p>
                <p><a class="btn main" href="/drains?add=1" rel="external">"Add a drain"</a></p>
            </section>
            <section class="card">
                <h2>"A Heroku app"</h2>
                <p class="dim">"Run this once per app, on the machine that runs this server. Nothing is installed in the app. Set "
                    <code>"--url"</code>" to the address at which Heroku can reach this server."</p>
                <Command text="heroku drains:add \"$(streamgauge drain add checkout --url https://gauge.example.com)\" -a checkout".to_owned() />
            </section>
            <section class="card">
                <h2>"Any other process"</h2>
                <p class="dim">"Sends the output of a process to a drain. The process keeps running if Streamgauge is down."</p>
                <Command text="./server | LOGS_URL=\"$(streamgauge drain add my-app)\" streamgauge shuttle --tee".to_owned() />
            </section>
            <section class="card">
                <h2>"Demo data"</h2>
                <p class="dim">"Simulates three apps with a deploy and an incident, sent through a real drain."</p>
                <Command text="streamgauge simulate".to_owned() />
            </section>
            <div class="foot"><span>"Listening on /logs. "{lines}" log lines received."</span></div>
        </div>
    }
}
