//! `/`: every app, worst first. The headline is the answer, not a title.

use contract::{AppSummary, Health, Overview};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{not_found::Failed, overview_keys::listen, overview_row::Row, welcome::Welcome};
use crate::{
    ask,
    live::{clock::Clock, source},
    part::{
        address,
        health::HealthMark,
        number::{Figure, Number, grouped, latency, nothing, percent, rate},
        time::clock_seconds,
    },
};

/// Asks for the overview, and shows it or says why not.
#[component]
pub fn OverviewRoute() -> impl IntoView {
    let overview = ask::resource(|| (), |()| ask::overview());
    let view = move || {
        overview.get().map(|answer| match answer {
            Ok(overview) => view! { <Live overview /> }.into_any(),
            Err(error) => view! { <Failed error /> }.into_any(),
        })
    };
    view! {
        <Title text="" />
        <Suspense fallback=|| view! { <p class="loading" role="status">"Asking for the figures"</p> }>{view}</Suspense>
    }
}

/// The overview, kept live.
#[component]
fn Live(overview: Overview) -> impl IntoView {
    let clock = Clock::start(overview.at_ms);
    let state = RwSignal::new(overview);
    source::follow(state, clock, "/api/v1/live".to_owned());
    let welcome = Memo::new(move |_| state.with(|it| it.apps.iter().all(|it| it.last_line_ms.is_none())));
    move || {
        if welcome.get() { view! { <Welcome state /> }.into_any() } else { view! { <Board state clock /> }.into_any() }
    }
}

/// Which rows are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    All,
    NeedsYou,
    Silent,
}

impl Which {
    const EACH: [Self; 3] = [Self::All, Self::NeedsYou, Self::Silent];

    fn from_word(word: Option<&str>) -> Self {
        Self::EACH.into_iter().find(|it| Some(it.word()) == word).unwrap_or(Self::All)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::NeedsYou => "needs-you",
            Self::Silent => "silent",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::NeedsYou => "Needs you",
            Self::Silent => "Silent",
        }
    }

    const fn admits(self, health: Health) -> bool {
        match self {
            Self::All => true,
            Self::NeedsYou => health.needs_you(),
            Self::Silent => matches!(health, Health::Silent),
        }
    }
}

#[component]
fn Board(state: RwSignal<Overview>, clock: Clock) -> impl IntoView {
    let show = RwSignal::new(Which::from_word(address::asked("show").as_deref()));
    let words = RwSignal::new(address::asked("q").unwrap_or_default());
    let shown = Memo::new(move |_| {
        let words = words.get().to_lowercase();
        let passes = |it: &&AppSummary| show.get().admits(it.health) && it.app.to_lowercase().contains(&words);
        state.with(|it| it.apps.iter().filter(passes).map(|it| it.app.clone()).collect::<Vec<_>>())
    });
    let segment = move |it: Which| {
        let n = move || state.with(|state| state.apps.iter().filter(|app| it.admits(app.health)).count());
        let href = if it == Which::All { "/".to_owned() } else { format!("/?show={}", it.word()) };
        let here = href.clone();
        // Another part of the list is no other page: the stream and the words of the filter stay.
        let choose = move |event: leptos::ev::MouseEvent| {
            if !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key()) {
                event.prevent_default();
                show.set(it);
                address::replace(&here);
            }
        };
        view! {
            <a href=href on:click=choose aria-current=move || (show.get() == it).then_some("true")>{it.label()}" "{n}</a>
        }
    };
    let selected = RwSignal::new(None::<String>);
    let (is_grouped, is_wall) =
        (RwSignal::new(address::asked("group").is_some()), RwSignal::new(address::asked("wall").is_some()));
    listen(shown, selected, is_wall);
    let rows = Memo::new(move |_| state.with(|it| shown.with(|shown| grouped_rows(it, shown, is_grouped.get()))));
    let row = move |item: Item| match item {
        Item::App(name) => view! { <Row name state clock selected /> }.into_any(),
        Item::Group(health, n) => view! {
            <tr class="group"><th scope="rowgroup" colspan="10"><HealthMark health />" "<b>{n}</b></th></tr>
        }
        .into_any(),
    };
    let toggle = move |name: &'static str, is_on: RwSignal<bool>| {
        move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            is_on.update(|it| *it = !*it);
            address::replace(if is_on.get_untracked() { name } else { "/" });
        }
    };
    let time = move || clock_seconds(clock.now_s.get());
    view! {
        <div class="board" class:wall=is_wall>
        <div class="headline">
            <div>
                <h1>{move || state.with(headline)}</h1>
                <p>{move || state.with(explanation)}</p>
            </div>
            <Totals state />
        </div>
        <div class="bar">
            <label class="search">
                <span class="vh">"Filter apps"</span>
                <input id="filter" type="search" placeholder="Filter apps" autocomplete="off" prop:value=words
                    on:input=move |event| words.set(event_target_value(&event)) />
                <kbd aria-hidden="true">"/"</kbd>
            </label>
            <nav class="seg" aria-label="Show">{Which::EACH.map(segment).collect_view()}</nav>
            <span class="push"></span>
            <a class="btn" href="/?group=health" aria-pressed=move || is_grouped.get().to_string() role="button"
                on:click=toggle("/?group=health", is_grouped)>"Group"</a>
            <a class="btn hide-s" href="/?wall=1" role="button" on:click=toggle("/?wall=1", is_wall)>"Wall"<kbd aria-hidden="true">"w"</kbd></a>
        </div>
        <table class="apps">
            <thead>
                <tr>
                    <th scope="col">"Health"</th><th scope="col">"App"</th><th scope="col" class="num">"Requests"</th>
                    <th scope="col">"Last 5 min"</th><th scope="col" class="num">"p50"</th><th scope="col" class="num">"p95"</th>
                    <th scope="col" class="num">"p99"</th><th scope="col" class="num">"Errors"</th>
                    <th scope="col" class="num">"Dynos"</th><th scope="col" class="num">"Last line"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || rows.get() key=|it| it.clone() children=row />
            </tbody>
        </table>
        <Show when=move || shown.with(Vec::is_empty)><p class="none">"No app matches."</p></Show>
        <div class="foot">
            <span>"Percentiles over the last minute, from the router's service time."</span>
            <span class="hide-s">"Worst first. "<kbd>"j"</kbd>" "<kbd>"k"</kbd>" move, "<kbd>"Enter"</kbd>" opens, "<kbd>"/"</kbd>" filters."</span>
        </div>
        <p class="wall-clock"><time>{time}</time>" UTC "<a href="/" rel="external" aria-label="Leave the wall">"×"</a></p>
        </div>
    }
}

/// What stands in the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Item {
    Group(Health, usize),
    App(String),
}

/// The rows, in groups of one state each where that is wanted: they are in the order of their states already.
fn grouped_rows(overview: &Overview, shown: &[String], is_grouped: bool) -> Vec<Item> {
    if !is_grouped {
        return shown.iter().cloned().map(Item::App).collect();
    }
    let of = |health: Health| {
        let apps = overview.apps.iter().filter(move |it| it.health == health && shown.contains(&it.app));
        let apps: Vec<Item> = apps.map(|it| Item::App(it.app.clone())).collect();
        let head = (!apps.is_empty()).then_some(Item::Group(health, apps.len()));
        head.into_iter().chain(apps)
    };
    Health::ALL.into_iter().flat_map(of).collect()
}

#[component]
fn Totals(state: RwSignal<Overview>) -> impl IntoView {
    let total = move |name: &'static str, class: &'static str, figure: fn(&contract::Totals) -> Figure| {
        let figure = Signal::derive(move || state.with(|it| figure(&it.totals)));
        view! { <div class=class><dt>{name}</dt><dd><Number figure /></dd></div> }
    };
    view! {
        <dl class="totals">
            {total("Requests", "", |it| rate(it.requests_per_s))}
            {total("p99, all apps", "", |it| it.p99_ms.map_or_else(nothing, latency))}
            {total("Errors", "", |it| it.error_rate.map_or_else(nothing, percent))}
            {total("Dynos", "opt", |it| Figure { text: grouped(i64::from(it.dynos)), unit: "" })}
            {total("Lines in", "opt", |it| rate(it.lines_per_s))}
            {total("Lost lines, 1 h", "opt", |it| Figure { text: grouped(it.lost_lines as i64), unit: "" })}
        </dl>
    }
}

/// `2 of 12 apps need you`.
#[must_use]
pub fn headline(overview: &Overview) -> String {
    let n = overview.apps.len();
    let needy = overview.apps.iter().filter(|it| it.health.needs_you()).count();
    let apps = if n == 1 { "app" } else { "apps" };
    match needy {
        0 if overview.apps.iter().all(|it| it.health == Health::Silent) => format!("{n} {apps}, nothing heard"),
        0 if n == 1 => "Your app is healthy".to_owned(),
        0 => format!("No app of {n} needs you"),
        1 => format!("1 of {n} {apps} needs you"),
        _ => format!("{needy} of {n} {apps} need you"),
    }
}

/// One sentence that names those in need.
#[must_use]
pub fn explanation(overview: &Overview) -> String {
    const NAMED: usize = 3;
    let named = |health: Health, says: &str| {
        let names: Vec<&str> = overview.apps.iter().filter(|it| it.health == health).map(|it| &*it.app).collect();
        let (shown, rest) = names.split_at(names.len().min(NAMED));
        let verb = if names.len() == 1 { "is" } else { "are" };
        let list = match (shown, rest.len()) {
            ([], _) => return None,
            (shown, 0) => join(shown),
            (shown, n) => format!("{} and {n} more", shown.join(", ")),
        };
        Some(format!("{list} {verb} {says}."))
    };
    let parts = [
        named(Health::Failing, "failing"),
        named(Health::Degraded, "worse than usual"),
        named(Health::Silent, "silent"),
    ];
    let healthy = overview.apps.iter().filter(|it| it.health == Health::Healthy).count();
    let mut text = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    if healthy > 0 && healthy < overview.apps.len() {
        text += if healthy == 1 { " One other is fine." } else { " The others are fine." };
    } else if healthy > 0 {
        text += "Requests are answered as they should be.";
    }
    text
}

fn join(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
