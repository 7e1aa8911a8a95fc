//! `/apps/:app/endpoint`: one endpoint of an app over a range, the slowest of its requests, and
//! what the last release changed. The address holds the whole view, see `part/endpoint_address`.

pub mod plots;

pub mod release;

use contract::{EndpointPage, EndpointQuery, LogLimit, LogPage, LogQuery, LogSort, Range, Span};
use leptos::prelude::*;
use leptos_meta::Title;

use self::plots::{CHARTS, EndpointChart, log_query};
use super::{
    app::keys,
    app_header::{chip, freshness, tabs},
    incident_lane::{incident_lane, marked},
    log_card::{self, PinnedLogs, lines_card},
    log_line::line,
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    chart::{
        card::chart_card,
        cursor::{Annotations, Cursor, Selection, ZoomedChart},
    },
    live::{
        clock::Clock,
        polling::Polling,
        status::{answered, show_still},
    },
    part::{
        address::Address,
        endpoint_address::{endpoint_address, lines_of, query_of},
        event::releases,
        log_address::log_address,
        number::{figure_text, latency, percent, rate},
        span::range_links,
        type_erasure::erased_text,
    },
    server_fns,
};

/// The slowest requests are searched in the last part of the range of this length, seconds.
const SLOWEST_S_MAX: i64 = 3_600;
/// How many of them are listed.
const SLOWEST: u64 = 10;
/// How often the page is requested again, seconds.
const EVERY_S: u64 = 30;

/// Requests the endpoint that the address names.
#[component]
pub fn EndpointRoute() -> impl IntoView {
    ZoomedChart::provide();
    let here = Address::of_page();
    let query = Memo::new(move |_| here.query.with(query_of));
    let load = |(name, query): (String, EndpointQuery)| async move {
        let answer = server_fns::endpoint(name.clone(), query).await;
        let slowest = match &answer {
            Ok(page) => server_fns::log_page(name.clone(), slowest_of(page)).await.ok(),
            Err(_) => None,
        };
        (name, answer, slowest)
    };
    let page = server_fns::resource(move || (here.app(), query.get()), load);
    let view = move || {
        page.get().map(|(name, answer, slowest)| {
            let shown = match answer {
                Ok(page) => view! { <Shown page slowest /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=name.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Endpoint.title(&name) />{shown} }
        })
    };
    answered("Loading…", view)
}

/// The query for the slowest requests: of those that took as long as the 95th percentile.
fn slowest_of(page: &EndpointPage) -> LogQuery {
    let (from_s, to_s) = page.page.span.ends();
    let span = Span::clamped(from_s.max(to_s - SLOWEST_S_MAX), to_s);
    let least_ms = page.page.kpis.p95_ms.map_or(0, |it| (it * 0.99) as i64);
    LogQuery {
        filter: format!("service>={least_ms}ms"),
        sort: LogSort::Slowest,
        limit: LogLimit::new(SLOWEST),
        ..lines_of(&page.query, span)
    }
}

#[component]
fn Shown(page: EndpointPage, slowest: Option<LogPage>) -> impl IntoView {
    let here = Address::of_page();
    let app = page.page.summary.app.clone();
    let query = page.query.clone();
    let clock = Clock::start(page.page.at_ms);
    let (span, step_s) = (page.page.span, page.page.step_s);
    let slow_lines = slowest_of(&page);
    let state = RwSignal::new(page);
    keep_fresh(state, app.clone(), here.query.with_untracked(query_of));
    let now = Signal::derive(move || state.with(|it| it.page.summary.clone()));
    let losses = Signal::derive(move || state.with(|it| it.page.losses.clone()));
    let cursor = cursor(state, &app, &query, step_s);
    keys::listen(cursor);
    let pinned = RwSignal::new(None::<PinnedLogs>);
    log_card::follow(app.clone(), cursor.pinned, pinned, move |pin| state.with_untracked(|it| log_query(pin, it)));
    let chart = |chart: &EndpointChart| {
        let content = chart.plot;
        let plot = Memo::new(move |_| state.with(content));
        chart_card(chart.spec, plot.into(), cursor, None)
    };
    let incidents = Signal::derive(move || state.with(|it| it.page.incidents.clone()));
    let axis_s = Signal::derive(move || state.with(|it| it.page.span.ends()));
    let logs = log_address(&app, &lines_of(&query, span));
    view! {
        <div class="apphead">
            <h1>{app.clone()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(&app, Page::Endpoint, query.range.span_s())}
            {ranges(&app, &query)}
        </div>
        <div class="bar endpoint-name">
            <h2><b>{query.method.clone()}</b>" "{query.path.clone()}</h2><span class="push"></span>
            <a class="btn" href=logs>"Logs of this endpoint"</a>
        </div>
        {figures(state)}
        {incident_lane(incidents, axis_s)}
        <div class="grid">
            {CHARTS.iter().map(chart).collect_view()}
            {lines_card(pinned.into(), Callback::new(move |()| cursor.pinned.set(None)))}
            {slowest_card(&app, &slow_lines, slowest)}{move || state.with(release::card)}
        </div>
        <div class="foot">{freshness(now, losses, clock)}{crate::part::zone::note("Endpoints are counted by the minute.")}</div>
    }
    .into_any()
}

/// The crosshair of the charts.
fn cursor(state: RwSignal<EndpointPage>, app: &str, query: &EndpointQuery, step_s: i64) -> Cursor {
    let here = Address::of_page();
    let (app, query) = (app.to_owned(), query.clone());
    let zoom = Callback::new(move |(selection,): (Option<Selection>,)| {
        let range = selection.map_or(Range::Hour, |Selection { span_s: (from_s, to_s) }| Range::between(from_s, to_s));
        here.go(&endpoint_address(&app, &EndpointQuery { range, ..query.clone() }));
    });
    let annotations = Memo::new(move |_| state.with(annotations));
    Cursor::new(step_s, None, zoom, annotations.into())
}

/// What is marked on the charts.
fn annotations(page: &EndpointPage) -> Annotations {
    let (releases, marked) = (releases(&page.page.events), marked(&page.page.incidents));
    Annotations { releases, lost: vec![], marked }
}

/// Links to every range but the live one.
fn ranges(app: &str, query: &EndpointQuery) -> AnyView {
    let shown: Vec<Range> = Range::ALL.into_iter().filter(|it| *it != Range::Live).collect();
    let html =
        range_links(&shown, query.range, |range| endpoint_address(app, &EndpointQuery { range, ..query.clone() }));
    view! { <nav class="seg" aria-label="Range" inner_html=html></nav> }.into_any()
}

/// The figures of the endpoint over the range.
fn figures(state: RwSignal<EndpointPage>) -> AnyView {
    let figure = move |name: &'static str, of: fn(&EndpointPage) -> String| {
        view! { <div><dt>{name}</dt><dd>{erased_text(move || state.with(of))}</dd></div> }
    };
    view! {
        <dl class="kpis five">
            {figure("Requests", |it| figure_text(it.page.kpis.requests_per_s.map(rate)))}
            {figure("p50", |it| figure_text(it.page.kpis.p50_ms.map(latency)))}
            {figure("p95", |it| figure_text(it.page.kpis.p95_ms.map(latency)))}
            {figure("p99", |it| figure_text(it.page.kpis.p99_ms.map(latency)))}
            {figure("Error rate", |it| figure_text(it.page.kpis.error_rate.map(percent)))}
        </dl>
    }
    .into_any()
}

/// The slowest requests with their lines.
fn slowest_card(app: &str, query: &LogQuery, page: Option<LogPage>) -> AnyView {
    let all = log_address(app, query);
    let lines = page.map(|it| it.lines).unwrap_or_default();
    let none = lines.is_empty().then(|| view! { <p class="none">"No matching log lines"</p> });
    view! {
        <section class="card slowest">
            <div class="card-head">
                <h2>"Slowest requests"<small>"last hour of the range"</small></h2><a class="more" href=all>"Open in Logs"</a>
            </div>
            <ol class="lines">{lines.into_iter().map(line).collect_view()}</ol>{none}
        </section>
    }
    .into_any()
}

/// Requests the page again now and then; a span of the past stays as it was.
fn keep_fresh(state: RwSignal<EndpointPage>, app: String, query: EndpointQuery) {
    if query.range.span_s().is_some() {
        return show_still();
    }
    let load = move || server_fns::endpoint(app.clone(), query.clone());
    Polling::start(EVERY_S).load(load, move |page| {
        state.try_set(page);
    });
}
