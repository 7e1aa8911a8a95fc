//! `/`: every app, worst first. The headline is the answer, not a title.

use contract::{AppSummary, Health, Overview};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{not_found::Failed, overview_keys::listen, overview_row::Row, welcome::Welcome};
use crate::{
    ask,
    live::{clock::Clock, source},
    part::{
        address::Address,
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
    let address = Address::of_page();
    let show = Memo::new(move |_| address.query.with(|it| Which::from_word(it.get("show"))));
    let words = Memo::new(move |_| address.query.with(|it| it.word("q").to_owned()));
    let is_asked = move |name: &'static str| Memo::new(move |_| address.query.with(|it| it.get(name).is_some()));
    let (is_grouped, is_wall) = (is_asked("group"), is_asked("wall"));
    let shown = Memo::new(move |_| {
        let words = words.get().to_lowercase();
        let passes = |it: &&AppSummary| show.get().admits(it.health) && it.app.to_lowercase().contains(&words);
        state.with(|it| it.apps.iter().filter(passes).map(|it| it.app.clone()).collect::<Vec<_>>())
    });
    let segment = move |it: Which| {
        let n = move || state.with(|state| state.apps.iter().filter(|app| it.admits(app.health)).count());
        let href = move || address.changed("show", if it == Which::All { "" } else { it.word() });
        view! { <a href=href aria-current=move || (show.get() == it).then_some("true")>{it.label()}" "{n}</a> }
    };
    let selected = RwSignal::new(None::<String>);
    listen(shown, selected, address);
    let rows = Memo::new(move |_| state.with(|it| shown.with(|shown| grouped_rows(it, shown, is_grouped.get()))));
    let row = move |item: Item| match item {
        Item::App(name) => view! { <Row name state clock selected /> }.into_any(),
        Item::Group(health, n) => view! {
            <tr class="group"><th scope="rowgroup" colspan="10"><HealthMark health />" "<b>{n}</b></th></tr>
        }
        .into_any(),
    };
    let group = move || address.changed("group", if is_grouped.get() { "" } else { "health" });
    let wall = move || address.changed("wall", if is_wall.get() { "" } else { "1" });
    let filter = move |event| address.replace(&address.changed("q", &event_target_value(&event)));
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
                    on:input=filter />
                <kbd aria-hidden="true">"/"</kbd>
            </label>
            <nav class="seg" aria-label="Show">{Which::EACH.map(segment).collect_view()}</nav>
            <span class="push"></span>
            <a class="btn" href=group aria-pressed=move || is_grouped.get().to_string() role="button">"Group"</a>
            <a class="btn hide-s" href=wall role="button">"Wall"<kbd aria-hidden="true">"w"</kbd></a>
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
        <p class="wall-clock"><time>{time}</time>" UTC "<a href=wall aria-label="Leave the wall">"×"</a></p>
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
