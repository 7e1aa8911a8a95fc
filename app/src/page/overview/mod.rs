//! `/`: every app, worst first. The headline is the answer, not a title.

pub mod headline;

pub mod row;

pub mod table;

pub mod wall;

pub mod keys;

pub mod welcome;

use contract::{AppSummary, Health, Overview};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    headline::{explanation, headline},
    keys::listen,
    table::Table,
    wall::Wall,
    welcome::Welcome,
};
use super::not_found::Failed;
use crate::{
    live::{clock::Clock, source},
    part::{
        address::Address,
        field::{Form, follow},
        number::{Figure, Number, grouped, latency, nothing, percent, rate},
    },
    server_fns,
};

/// Asks for the overview, and shows it or says why not.
#[component]
pub fn OverviewRoute() -> impl IntoView {
    let overview = server_fns::resource(|| (), |()| server_fns::overview());
    let view = move || {
        overview.get().map(|answer| match answer {
            Ok(overview) => view! { <Live overview /> }.into_any(),
            Err(error) => view! { <Failed error /> }.into_any(),
        })
    };
    view! {
        <Title text="" />
        <Suspense fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{view}</Suspense>
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
            Self::NeedsYou => "Needs attention",
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
    listen(shown, selected);
    let form = Form::new();
    follow(form, address);
    let hidden = |(name, value): (String, String)| view! { <input type="hidden" name=name value=value /> };
    let kept = address.query.with_untracked(|it| it.others("q")).into_iter().map(hidden).collect_view();
    let listed = move || {
        if is_wall.get() {
            view! { <Wall state shown clock /> }.into_any()
        } else {
            view! { <Table state shown is_grouped selected clock /> }.into_any()
        }
    };
    let group = move || address.changed("group", if is_grouped.get() { "" } else { "health" });
    let wall = move || address.changed("wall", if is_wall.get() { "" } else { "1" });
    let filter = move |event| address.replace(&address.changed("q", &event_target_value(&event)));
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
            <form method="get" action="" role="search" node_ref=form data-waits="" on:submit=|it| it.prevent_default()>
                {kept}
                <label class="search">
                    <span class="vh">"Filter apps"</span>
                    <input id="filter" type="search" name="q" value=words.get_untracked() placeholder="Filter apps" autocomplete="off"
                        aria-keyshortcuts="/" on:input=filter />
                    <kbd aria-hidden="true">"/"</kbd>
                </label>
            </form>
            <nav class="seg" aria-label="Filter by health">{Which::EACH.map(segment).collect_view()}</nav>
            <span class="push"></span>
            <a class="btn" href=group aria-pressed=move || is_grouped.get().to_string() role="button">"Group"<span class="hide-s">" by health"</span></a>
            <a class="btn hide-s" href=wall role="button" aria-keyshortcuts="w">"Wall view"<kbd aria-hidden="true">"w"</kbd></a>
        </div>
        {listed}
        <Show when=move || shown.with(Vec::is_empty)><p class="none">"No matching apps. "<a class="more" href="/">"Show all"</a></p></Show>
        <div class="foot">
            <span>"Percentiles: router service time over the last minute."</span>
            <span class="hide-s">"Sorted by health, worst first. "<kbd>"j"</kbd>" "<kbd>"k"</kbd>" to move, "<kbd>"Enter"</kbd>" to open, "<kbd>"/"</kbd>" to filter."</span>
        </div>
        {move || is_wall.get().then(|| view! { <a class="leave-wall" href=wall aria-label="Exit wall view" aria-keyshortcuts="Escape">"×"</a> })}
        </div>
    }
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
            {total("Error rate", "", |it| it.error_rate.map_or_else(nothing, percent))}
            {total("Dynos", "opt", |it| Figure { text: grouped(i64::from(it.dynos)), unit: "" })}
            {total("Log lines", "opt", |it| rate(it.lines_per_s))}
            {total("Lost lines, last 1 h", "opt", |it| Figure { text: grouped(it.lost_lines as i64), unit: "" })}
        </dl>
    }
}
