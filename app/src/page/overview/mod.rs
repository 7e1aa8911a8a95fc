//! `/`: every app, worst first, below a headline that says how many need attention.

pub mod headline;

pub mod row;

pub mod sort;

pub mod table;

pub mod wall;

pub mod keys;

pub mod welcome;

use std::collections::BTreeSet;

use contract::{AppSummary, Health, Overview};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    headline::{explanation, headline},
    keys::listen,
    sort::{kept_in_order, sort_of},
    table::Table,
    wall::Wall,
    welcome::Welcome,
};
use super::{not_found::Failed, table::Page};
use crate::{
    live::{clock::Clock, source, status::tell_open},
    part::{
        address::{Address, visit},
        field::{Form, follow},
        number::{Figure, Number, grouped, latency, nothing, percent, rate},
        type_erasure::erased_text,
    },
    server_fns,
};

/// Requests the state of all apps, and shows it or the reason why there is none.
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
        <Title text=Page::Overview.title("") />
        <Suspense fallback=|| view! { <p class="loading" role="status">"Loading…"</p> }>{view}</Suspense>
    }
}

/// The page, kept up to date.
#[component]
fn Live(overview: Overview) -> impl IntoView {
    let clock = Clock::start(overview.at_ms);
    let state = RwSignal::new(overview);
    source::follow(state, clock, "/api/v1/live".to_owned());
    tell_open(move || state.with(|it| it.totals.open_incidents));
    let welcome = Memo::new(move |_| state.with(|state| state.apps.iter().all(|it| it.last_line_ms.is_none())));
    move || {
        if welcome.get() { view! { <Welcome state /> }.into_any() } else { view! { <Board state clock /> }.into_any() }
    }
}

/// The filter by health, `?show=` in the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HealthFilter {
    All,
    NeedsAttention,
    Silent,
}

impl HealthFilter {
    const EACH: [Self; 3] = [Self::All, Self::NeedsAttention, Self::Silent];

    /// The filter that an address names, also in the word of earlier versions.
    fn from_word(word: Option<&str>) -> Self {
        let word = if word == Some("needs-you") { Some("attention") } else { word };
        Self::EACH.into_iter().find(|it| Some(it.word()) == word).unwrap_or(Self::All)
    }

    const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::NeedsAttention => "attention",
            Self::Silent => "silent",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::NeedsAttention => "Needs attention",
            Self::Silent => "Silent",
        }
    }

    fn matches(self, app: &AppSummary, at_ms: i64) -> bool {
        match self {
            Self::All => true,
            Self::NeedsAttention => app.needs_attention(at_ms),
            Self::Silent => app.health == Health::Silent,
        }
    }
}

/// The headline, the filters, and the apps as a table or as a wall.
#[component]
fn Board(state: RwSignal<Overview>, clock: Clock) -> impl IntoView {
    let address = Address::of_page();
    let show = Memo::new(move |_| address.query.with(|it| HealthFilter::from_word(it.get("show"))));
    let words = Memo::new(move |_| address.query.with(|it| it.word("q").to_owned()));
    let has = move |name: &'static str| Memo::new(move |_| address.query.with(|it| it.get(name).is_some()));
    let (is_grouped, is_wall) = (has("group"), has("wall"));
    let sort = Memo::new(move |_| address.query.with(|it| sort_of(it.word("sort"))));
    let order = kept_in_order(state, sort, clock);
    let shown = Memo::new(move |_| {
        let words = words.get().to_lowercase();
        let show = show.get();
        let of_filter = (show != HealthFilter::All).then(|| {
            state.with(|state| {
                let apps = state.apps.iter().filter(|it| show.matches(it, state.at_ms));
                apps.map(|it| it.app.clone()).collect::<BTreeSet<String>>()
            })
        });
        let passes = |name: &&String| {
            of_filter.as_ref().is_none_or(|it| it.contains(*name)) && name.to_lowercase().contains(&words)
        };
        order.with(|order| order.iter().filter(passes).cloned().collect::<Vec<_>>())
    });
    let selected = RwSignal::new(None::<String>);
    listen(shown, selected);
    let listed = move || {
        if is_wall.get() {
            view! { <Wall state shown clock /> }.into_any()
        } else {
            view! { <Table state order shown is_grouped selected sort clock /> }.into_any()
        }
    };
    let sorted_by = erased_text(move || {
        let by_column = "Sorted by a column, again every 10 s. ";
        if sort.get().is_none() { "Sorted by health, worst first. " } else { by_column }.to_owned()
    });
    let group = move || address.changed("group", if is_grouped.get() { "" } else { "health" });
    let wall = move || address.changed("wall", if is_wall.get() { "" } else { "1" });
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
            {filter_form(address, words, shown)}
            {health_links(state, address, show)}
            <span class="push"></span>
            <a class="btn" href=group aria-pressed=move || is_grouped.get().to_string() role="button"><span>"Group"<span class="hide-s">" by health"</span></span></a>
            <a class="btn hide-s" href=wall role="button" aria-keyshortcuts="w">"Wall view"<kbd aria-hidden="true">"w"</kbd></a>
        </div>
        {listed}
        <Show when=move || shown.with(Vec::is_empty)><p class="none">"No matching apps. "<a class="more" href="/">"Show all"</a></p></Show>
        <div class="foot">
            <span>"Percentiles: router service time over the last minute."</span>
            <span class="hide-s">{sorted_by}<kbd>"j"</kbd>" "<kbd>"k"</kbd>" to move, "<kbd>"Enter"</kbd>" to open, "<kbd>"/"</kbd>" to filter."</span>
        </div>
        {move || is_wall.get().then(|| view! { <a class="leave-wall" href=wall aria-label="Exit wall view" aria-keyshortcuts="Escape">"×"</a> })}
        </div>
    }
}

/// The form that filters apps by name. It keeps the rest of the query. Enter opens the only app
/// that is left.
fn filter_form(address: Address, words: Memo<String>, shown: Memo<Vec<String>>) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        shown.with_untracked(|shown| {
            if let [only] = shown.as_slice() {
                visit(&format!("/apps/{only}"));
            }
        });
    };
    let form = Form::new();
    follow(form, address);
    let hidden = |(name, value): (String, String)| view! { <input type="hidden" name=name value=value /> };
    let kept = address.query.with_untracked(|it| it.others("q")).into_iter().map(hidden).collect_view();
    let filter = move |event| address.replace(&address.changed("q", &event_target_value(&event)));
    view! {
        <form method="get" action="" role="search" node_ref=form data-waits="" on:submit=submit>
            {kept}
            <label class="search">
                <span class="vh">"Filter apps"</span>
                <input id="filter" type="search" name="q" value=words.get_untracked() placeholder="Filter apps" autocomplete="off"
                    aria-keyshortcuts="/" on:input=filter />
                <kbd aria-hidden="true">"/"</kbd>
            </label>
        </form>
    }
}

/// Links that filter apps by health, each with the number of its apps.
fn health_links(state: RwSignal<Overview>, address: Address, show: Memo<HealthFilter>) -> impl IntoView {
    let link = move |filter: HealthFilter| {
        let n = move || state.with(|state| state.apps.iter().filter(|it| filter.matches(it, state.at_ms)).count());
        let href = move || address.changed("show", if filter == HealthFilter::All { "" } else { filter.word() });
        let is_current = move || (show.get() == filter).then_some("true");
        view! { <a href=href aria-current=is_current>{filter.label()}" "{n}</a> }
    };
    view! { <nav class="seg" aria-label="Filter by health">{HealthFilter::EACH.map(link).collect_view()}</nav> }
}

/// The metrics of all apps together.
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
