//! `/apps/:app/metrics`: any metric of one app, any statistic, grouped, beside an earlier time. The
//! address holds the whole view.

pub mod query;

pub mod list;

pub mod chart;

pub mod controls;

pub mod log_query;

use contract::{LogQuery, MetricsPage, MetricsPageQuery, Range, Span, Stat};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    chart::{nothing_to_compare, plot, step_s, summary},
    controls::{choices, exports, ranges, scales, with_scale},
    list::list,
    log_query::log_query,
    query::{address, query_of},
};
use super::{
    app::keys,
    app_header::{chip, freshness, logs_of, tabs},
    incident_lane::{incident_lane, marked},
    log_card::{self, PinnedLogs, lines_card},
    metric::{shown_unit, words},
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    chart::{
        card::titled_card,
        cursor::{Annotations, Cursor, Selection, ZoomedChart},
        pin::Pin,
    },
    live::{
        clock::Clock,
        polling::Polling,
        status::{answered, show_still, tell_open},
    },
    part::{address::Address, event::releases, health::capital, onward, span::span_form},
    server_fns,
};

/// Loads the metric that the address names.
#[component]
pub fn MetricsRoute() -> impl IntoView {
    ZoomedChart::provide();
    let here = Address::of_page();
    let query = Memo::new(move |_| here.query.with(query_of));
    show_still();
    let load = |(name, query, pin): (String, MetricsPageQuery, Option<Pin>)| async move {
        let answer = server_fns::metrics(name.clone(), query).await;
        let pinned = match (&answer, pin) {
            (Ok(page), Some(pin)) => {
                let pin = pin.stepped(step_s(page));
                let lines = lines_of(&pin, page);
                Some(PinnedLogs::load(name.clone(), pin, lines).await)
            }
            _ => None,
        };
        (name, answer, pinned)
    };
    // Where the crosshair is pinned changes in the address without a new page.
    let pin = move || here.query.with_untracked(Pin::of_query);
    let page = server_fns::resource(move || (here.app(), query.get(), pin()), load);
    // Kept here, because somebody may be typing while an answer comes.
    let find = RwSignal::new(here.query.with_untracked(|it| it.word("find").to_owned()));
    let view = move || {
        page.get().map(|(name, answer, pinned)| {
            let shown = match answer {
                Ok(page) => view! { <Metrics page pinned find /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=name.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Metrics.title(&name) />{shown} }
        })
    };
    answered("Loading…", view)
}

/// The query for the lines of what was clicked or chosen.
fn lines_of(pin: &Pin, page: &MetricsPage) -> LogQuery {
    let (from_s, to_s) = pin.span_s(page.span.ends());
    log_query(Span::clamped(from_s, to_s), pin.series.as_deref(), &page.query)
}

#[component]
fn Metrics(page: MetricsPage, pinned: Option<PinnedLogs>, find: RwSignal<String>) -> impl IntoView {
    let here = Address::of_page();
    let app = page.head.summary.app.clone();
    let clock = Clock::start(page.head.at_ms);
    let query = page.query.clone();
    let (span, unit) = (page.span, page.answer.as_ref().map(|it| it.unit.clone()).unwrap_or_default());
    let accuracy = accuracy(&page);
    let state = RwSignal::new(page);
    keep_fresh(state, app.clone(), here.query.with_untracked(query_of));
    tell_open(move || state.with(|it| it.head.open_incidents));
    let now = Signal::derive(move || state.with(|it| it.head.summary.clone()));
    let losses = Signal::derive(move || state.with(|it| it.head.losses.clone()));
    let go = Callback::new(move |(address,): (String,)| here.go(&address));
    let zoom = {
        let (app, query) = (app.clone(), query.clone());
        Callback::new(move |(selection,): (Option<Selection>,)| {
            let range =
                selection.map_or(Range::Hour, |Selection { span_s: (from_s, to_s) }| Range::between(from_s, to_s));
            let address = address(&app, &MetricsPageQuery { range, ..query.clone() }, &find.get_untracked());
            go.run((with_scale(address, here),));
        })
    };
    let annotations = Memo::new(move |_| state.with(annotations));
    let pin = pinned.as_ref().map(|it| it.pin.clone());
    let cursor = Cursor::new(state.with_untracked(step_s), pin, zoom, annotations.into());
    let pinned = RwSignal::new(pinned);
    keys::listen(cursor);
    log_card::follow(app.clone(), cursor.pinned, pinned, move |pin| state.with_untracked(|it| lines_of(pin, it)));
    keep_pin(cursor, here, app.clone(), query.clone(), find);
    let is_log = Memo::new(move |_| here.query.with(|it| is_log(it.get("scale"), &unit_of(state))));
    let whole = Memo::new(move |_| state.with(|it| plot(it, is_log.get())));
    let stat = query.stat.unwrap_or(Stat::Last);
    let (title, unit) = (format!("{}, {stat}", query.metric), shown_unit(&query.metric, &unit).to_owned());
    let links = links_of(&app, &query, stat, &title);
    let incidents = Signal::derive(move || state.with(|it| it.incidents.clone()));
    let axis_s = Signal::derive(move || state.with(|it| it.span.ends()));
    let shown = move || match state.with(|it| it.answer.as_ref().err().cloned()) {
        None => titled_card(words(&unit, stat), title.clone(), whole.into(), cursor, Some(links())),
        Some(problem) => view! {
            <section class="card refusal" role="alert"><h2>"No data"</h2><p>{capital(&problem)}"."</p></section>
        }
        .into_any(),
    };
    let mut kept = query::words(&query).to_vec();
    kept.push(("find", find.get_untracked()));
    let logs = query.range.span_s().map(|span| logs_of(&app, span));
    let is_known = state.with_untracked(|it| it.answer.is_ok());
    let exports = is_known.then(|| exports(&app, &state.with_untracked(|it| it.query.clone()), span));
    let choices = is_known.then(|| choices(state, scales(is_log, here)));
    view! {
        <div class="apphead">
            <h1>{app.clone()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(&app, Page::Metrics, query.range.span_s())}
            {ranges(&app, &state.with_untracked(|it| it.query.clone()), find)}{span_form(span.ends(), kept, query.range.span_s().is_some())}
        </div>
        <div class="metrics">
            {list(state, find, go)}
            <div class="metric">
                <div class="bar">
                    <h2>{move || state.with(|it| it.query.metric.clone())}</h2><span class="push"></span>{logs}{exports}
                </div>
                {choices}{move || state.with(nothing_to_compare)}
                {incident_lane(incidents, axis_s)}
                {shown}
                {move || state.with(summary)}
                {lines_card(pinned.into(), Callback::new(move |()| cursor.pinned.set(None)))}
            </div>
        </div>
        <div class="foot">{freshness(now, losses, clock)}{crate::part::zone::note(accuracy)}</div>
    }
}

/// How exact percentiles are. What arrives in buckets has a gauge beside it that says so.
fn accuracy(page: &MetricsPage) -> &'static str {
    let gauge = [&*page.query.metric, ".error"].concat();
    if page.metrics.iter().any(|it| it.metric == gauge) {
        "This metric arrives in buckets: its percentiles are as accurate as its .error metric says."
    } else {
        "Percentiles are accurate to 1 %."
    }
}

/// What can be done with what the chart shows.
fn links_of(app: &str, query: &MetricsPageQuery, stat: Stat, title: &str) -> impl Fn() -> AnyView + use<> {
    let (app, metric, by, title) = (app.to_owned(), query.metric.clone(), query.by.clone(), title.to_owned());
    move || onward::of_metric(&app, &metric, stat, &by, &title)
}

/// What is marked on the chart.
fn annotations(page: &MetricsPage) -> Annotations {
    let (releases, marked) = (releases(&page.events), marked(&page.incidents));
    Annotations { releases, lost: page.losses.clone(), marked }
}

/// The unit of what is shown.
fn unit_of(state: RwSignal<MetricsPage>) -> String {
    state.with_untracked(|page| page.answer.as_ref().map(|it| it.unit.clone()).unwrap_or_default())
}

/// Whether the axis is logarithmic: as the address says, or else where times are shown.
fn is_log(scale: Option<&str>, unit: &str) -> bool {
    match scale {
        Some(word) => word == "log",
        None => matches!(unit, "ms" | "s"),
    }
}

/// Keeps in the address what is pinned.
fn keep_pin(cursor: Cursor, here: Address, app: String, query: MetricsPageQuery, find: RwSignal<String>) {
    Effect::new(move |before: Option<Option<Pin>>| {
        let pin = cursor.pinned.get();
        if before.is_some_and(|it| it != pin) {
            let mut address = with_scale(address(&app, &query, &find.get_untracked()), here);
            if let Some(pin) = &pin {
                pin.put(&mut address);
            }
            here.replace(&address);
        }
        pin
    });
}

/// Loads the page again now and then; a span of the past stays as it was.
fn keep_fresh(state: RwSignal<MetricsPage>, app: String, query: MetricsPageQuery) {
    let Some(polling) = Polling::of_range(query.range) else { return };
    polling.load(
        move || server_fns::metrics(app.clone(), query.clone()),
        move |page| {
            state.try_set(page);
        },
    );
}
