//! `/apps/:app/metrics`: any metric of one app, any statistic, grouped, beside an earlier time. The address holds the whole view.

use contract::{MetricsAsked, MetricsPage, Range, metrics::stats};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    metrics_chart::{plot, summary, words},
    metrics_list::list,
    metrics_question::{BY, COMPARE, address, asked_in, export},
    not_found::{Failed, NotFound},
};
use crate::{
    Error, ask,
    chart::{
        card::chart_card,
        cursor::{Cursor, Marked},
    },
    live::{clock::Clock, status::Status},
    part::{
        address::Address,
        head::{Tab, chip, freshness, tabs},
    },
};

/// Asks for the metric that the address names.
#[component]
pub fn MetricsRoute() -> impl IntoView {
    let here = Address::of_page();
    let asked = Memo::new(move |_| here.query.with(asked_in));
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    Effect::new(move |_| status.set(Status::Still));
    let ask = |(name, asked): (String, MetricsAsked)| async move {
        let answer = ask::metrics(name.clone(), asked).await;
        (name, answer)
    };
    let page = ask::resource(move || (here.app(), asked.get()), ask);
    let view = move || {
        page.get().map(|(name, answer)| {
            let shown = match answer {
                Ok(page) => view! { <Metrics page /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => {
                    view! { <NotFound what=format!("The app {name}") /> }.into_any()
                }
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=format!("Metrics of {name}") />{shown} }
        })
    };
    view! {
        <Transition fallback=|| view! { <p class="loading" role="status">"Looking for the metrics"</p> }>{view}</Transition>
    }
}

#[component]
fn Metrics(page: MetricsPage) -> impl IntoView {
    let here = Address::of_page();
    let app = page.head.summary.app.clone();
    let clock = Clock::start(page.head.at_ms);
    let find = RwSignal::new(here.query.with_untracked(|it| it.word("find").to_owned()));
    let asked = page.asked.clone();
    let (span_s, unit) = (page.span_s, page.answer.as_ref().map(|it| it.unit.clone()).unwrap_or_default());
    let state = RwSignal::new(page);
    keep_fresh(state, app.clone(), here.query.with_untracked(asked_in));
    let now = Signal::derive(move || state.with(|it| it.head.summary.clone()));
    let losses = Signal::derive(move || state.with(|it| it.head.losses.clone()));
    let go = Callback::new(move |(address,): (String,)| here.go(&address));
    let zoom = {
        let (app, asked) = (app.clone(), asked.clone());
        Callback::new(move |(span,): (Option<(i64, i64)>,)| {
            let range = span.map_or(Range::Hour, |(from_s, to_s)| Range::between(from_s, to_s));
            go.run((address(&app, &MetricsAsked { range, ..asked.clone() }, &find.get_untracked()),));
        })
    };
    let step_s = state.with_untracked(|it| it.answer.as_ref().map_or(it.asked.range.step_s(), |it| it.step));
    let cursor = Cursor::new(step_s, None, zoom, Signal::stored(Marked::default()));
    let whole = Memo::new(move |_| state.with(plot));
    let shown = move || match state.with(|it| it.answer.as_ref().err().cloned()) {
        None => chart_card(words(&unit, &asked.stat), whole.into(), cursor),
        Some(told) => view! { <section class="card"><p class="none" role="alert">{told}"."</p></section> }.into_any(),
    };
    let exports = exports(&app, &state.with_untracked(|it| it.asked.clone()), span_s);
    view! {
        <div class="apphead">
            <h1>{app.clone()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(&app, Tab::Metrics)}
            {ranges(&app, &state.with_untracked(|it| it.asked.clone()))}
        </div>
        <div class="metrics">
            {list(state, find, go)}
            <div class="metric">
                <div class="bar">
                    <h2>{move || state.with(|it| it.asked.metric.clone())}</h2><span class="push"></span>{exports}
                </div>
                {choices(&app, state, go)}
                {shown}
                {move || state.with(summary)}
            </div>
        </div>
        <div class="foot">{freshness(now, losses, clock)}<span>"Times are UTC. Percentiles are made from merged sketches, within 1 %."</span></div>
    }
}

fn ranges(app: &str, asked: &MetricsAsked) -> AnyView {
    let segment = |range: Range| {
        let href = address(app, &MetricsAsked { range, ..asked.clone() }, "");
        view! { <a href=href aria-current=(range == asked.range).then_some("true")>{range.label()}</a> }
    };
    view! { <nav class="seg" aria-label="Range">{Range::ALL.map(segment).collect_view()}</nav> }.into_any()
}

/// What is shown, as files.
fn exports(app: &str, asked: &MetricsAsked, span_s: (i64, i64)) -> AnyView {
    let link = |name: &'static str, format: &str| {
        view! { <a class="btn" rel="external" download="" href=export(app, asked, span_s, format)>{name}</a> }
    };
    view! { {link("CSV", "csv")}{link("JSON", "json")} }.into_any()
}

/// Statistic, grouping and comparison. Without JavaScript the form has a button.
fn choices(app: &str, state: RwSignal<MetricsPage>, go: Callback<(String,)>) -> AnyView {
    let (asked, kind) = state.with_untracked(|it| {
        let kind = it.metrics.iter().find(|info| info.metric == it.asked.metric).map(|it| it.kind.clone());
        (it.asked.clone(), kind.unwrap_or_default())
    });
    let stat = |stat: &'static str| {
        let href = address(app, &MetricsAsked { stat: stat.to_owned(), ..asked.clone() }, "");
        view! { <a href=href aria-current=(asked.stat == stat).then_some("true")>{stat}</a> }
    };
    let options = |all: &'static [(&str, &str)], chosen: &str| {
        all.iter()
            .map(|(word, name)| view! { <option value=*word selected=*word == chosen>{*name}</option> })
            .collect_view()
    };
    let (by_app, compare_app) = (app.to_owned(), app.to_owned());
    let (by_asked, compare_asked) = (asked.clone(), asked.clone());
    let set_by =
        move |it| go.run((address(&by_app, &MetricsAsked { by: event_target_value(&it), ..by_asked.clone() }, ""),));
    let set_compare = move |it| {
        let compare = event_target_value(&it);
        go.run((address(&compare_app, &MetricsAsked { compare, ..compare_asked.clone() }, ""),));
    };
    view! {
        <form method="get" action="" class="bar choices">
            <input type="hidden" name="metric" value=asked.metric.clone() />
            <input type="hidden" name="stat" value=asked.stat.clone() />
            <input type="hidden" name="range" value=asked.range.word() />
            <nav class="seg" aria-label="Statistic">{stats(&kind).iter().copied().map(stat).collect_view()}</nav>
            <label class="pick"><span class="vh">"Group"</span><select name="by" on:change=set_by>{options(&BY, &asked.by)}</select></label>
            <label class="pick"><span class="vh">"Compare"</span>
                <select name="compare" on:change=set_compare>{options(&COMPARE, &asked.compare)}</select>
            </label>
            <button class="btn no-script" type="submit">"Show"</button>
        </form>
    }
    .into_any()
}

/// Asks again now and then; a span of the past stays as it was.
fn keep_fresh(state: RwSignal<MetricsPage>, app: String, asked: MetricsAsked) {
    #[cfg(feature = "hydrate")]
    {
        let every_s = match asked.range {
            Range::Live => 2,
            Range::Hour => 10,
            Range::Custom(..) => return,
            _ => 60,
        };
        let status = use_context::<RwSignal<Status>>().unwrap_or_default();
        let refresh = move || {
            let (app, asked) = (app.clone(), asked.clone());
            leptos::task::spawn_local(async move {
                let answer = ask::metrics(app, asked).await;
                status.try_set(if answer.is_ok() { Status::Still } else { Status::Reconnecting });
                if let Ok(page) = answer {
                    state.try_set(page);
                }
            });
        };
        crate::live::clock::every(std::time::Duration::from_secs(every_s), refresh);
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (state, app, asked);
}
