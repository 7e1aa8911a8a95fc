//! The Overview for a screen on a wall: a tile for each app, those that need attention on top and
//! larger. Tiles shrink until all fit. Only the apps can be clicked.

use contract::{AppSummary, Health, Overview};
use leptos::prelude::*;

use super::row::{app_of, spark_paths, why};
use crate::{
    chart::sparkline::Sparkline,
    live::clock::Clock,
    part::{
        health::HealthMark,
        number::{Figure, Number, latency, nothing, percent, rate},
        time::clock_seconds,
        zone::short,
    },
};

/// Up to `FEW` apps have large tiles; from `MANY` on they have small ones, from `MOST` on the
/// smallest.
const FEW: usize = 6;
const MANY: usize = 25;
const MOST: usize = 60;
/// Characters at the end of a name that are never cut.
const END_CHARS: usize = 9;
/// A name whose start would be shorter than this is short enough to be cut at its end.
const START_BYTES_MIN: usize = 7;

/// The wall of tiles.
#[component]
pub fn Wall(
    /// The state of all apps.
    state: RwSignal<Overview>,
    /// The apps that pass the filter, worst first.
    shown: Memo<Vec<String>>,
    clock: Clock,
) -> impl IntoView {
    let density = move || match shown.with(Vec::len) {
        MOST.. => "tiles most",
        MANY.. => "tiles many",
        ..=FEW => "tiles few",
        _ => "tiles",
    };
    // The smallest tiles have room for a name, a rate and the reason only.
    let is_small = Memo::new(move |_| shown.with(Vec::len) >= MOST);
    let key = move |name: &String| (name.clone(), is_small.get_untracked());
    let tile = move |name: String| {
        if is_small.get_untracked() { small(name, state).into_any() } else { tile(name, state, clock).into_any() }
    };
    let names = move || {
        is_small.track();
        shown.get()
    };
    view! {
        <ol class=density aria-label="Apps"><For each=names key=key children=tile /></ol>
        <p class="wall-clock"><time>{move || clock_seconds(clock.now_s.get())}</time>" "{move || short(clock.now_s.get())}</p>
    }
}

/// The name of an app, cut in the middle where it is too long: apps are told apart by their ends.
fn middle_cut(name: &str) -> AnyView {
    let cut = name.char_indices().rev().nth(END_CHARS - 1).map_or(0, |it| it.0);
    let (head, end) = if cut < START_BYTES_MIN { (name, "") } else { name.split_at(cut) };
    view! { <b title=name.to_owned()><span>{head.to_owned()}</span><span>{end.to_owned()}</span></b> }.into_any()
}

fn tile(name: String, state: RwSignal<Overview>, clock: Clock) -> impl IntoView {
    let app = app_of(name.clone(), state, RwSignal::new(true));
    let health = Memo::new(move |_| app.with(|app| app.as_ref().map_or(Health::Silent, |it| it.health)));
    let with = move |read: fn(&AppSummary) -> Figure| {
        Signal::derive(move || app.with(|it| it.as_ref().map_or_else(nothing, read)))
    };
    let href = format!("/apps/{name}");
    let reason = move || app.with(|app| app.as_ref().map(why).filter(|it| !it.is_empty()));
    view! {
        <li class=move || health.get().word()>
            <a href=href>
                <HealthMark health=Signal::from(health) />
                {middle_cut(&name)}
                <span class="why">{reason}</span>
                <span class="big"><Number figure=with(|it| it.requests_per_s.map_or_else(nothing, rate)) /></span>
                <span class="spark-box"><Sparkline paths=spark_paths(app, clock) /></span>
                <span class="small">
                    <span>"p95 "<Number figure=with(|it| it.p95_ms.map_or_else(nothing, latency)) /></span>
                    <span>"errors "<Number figure=with(|it| it.error_rate.map_or_else(nothing, percent)) /></span>
                </span>
            </a>
        </li>
    }
}

fn small(name: String, state: RwSignal<Overview>) -> impl IntoView {
    let app = app_of(name.clone(), state, RwSignal::new(true));
    let health = Memo::new(move |_| app.with(|app| app.as_ref().map_or(Health::Silent, |it| it.health)));
    let rate = Signal::derive(move || {
        app.with(|app| app.as_ref().and_then(|it| it.requests_per_s).map_or_else(nothing, rate))
    });
    let reason = move || {
        let is_wanted = health.get() != Health::Healthy;
        is_wanted.then(|| app.with(|it| it.as_ref().map(why))).flatten()
    };
    view! {
        <li class=move || health.get().word()>
            <a href=format!("/apps/{name}")>
                {middle_cut(&name)}<span class="big"><Number figure=rate /></span><span class="why">{reason}</span>
            </a>
        </li>
    }
}
