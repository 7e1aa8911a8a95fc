//! `/apps/:app/metrics`: any metric of one app, any statistic, grouped, beside an earlier time. The address holds the whole view.

pub mod query;

pub mod list;

pub mod chart;

pub mod log_query;

use contract::{LogQuery, MetricsPage, MetricsPageQuery, Range, metrics::stats};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    chart::{plot, shown_unit, summary, words},
    list::list,
    log_query::question,
    query::{BY, COMPARE, address, asked_in, export},
};
use super::{
    app_header::{chip, freshness, tabs},
    log_card::{self, Pinned, lines_card},
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    chart::{
        card::titled_card,
        cursor::{Annotations, Cursor, Selection},
        pin::Pin,
    },
    live::{
        clock::Clock,
        status::{Status, answered},
    },
    part::{
        address::{Address, add},
        event::releases,
        field::{Form, follow},
        health::capital,
        span::span_form,
    },
    server_fns,
};

/// Asks for the metric that the address names.
#[component]
pub fn MetricsRoute() -> impl IntoView {
    let here = Address::of_page();
    let asked = Memo::new(move |_| here.query.with(asked_in));
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    Effect::new(move |_| status.set(Status::Still));
    let ask = |(name, asked, pin): (String, MetricsPageQuery, Option<Pin>)| async move {
        let answer = server_fns::metrics(name.clone(), asked).await;
        let pinned = match (&answer, pin) {
            (Ok(page), Some(pin)) => {
                let pin = pin.stepped(step_s(page));
                let lines = lines_of(&pin, page);
                Some(Pinned::ask(name.clone(), pin, lines).await)
            }
            _ => None,
        };
        (name, answer, pinned)
    };
    // Where the crosshair is pinned changes in the address without a new page.
    let pin = move || here.query.with_untracked(Pin::of_query);
    let page = server_fns::resource(move || (here.app(), asked.get(), pin()), ask);
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

/// Width of a step of what is shown, seconds.
fn step_s(page: &MetricsPage) -> i64 {
    page.answer.as_ref().map_or_else(|_| page.asked.range.step_s(), |it| it.step)
}

/// What to ask for the lines of what was clicked or chosen.
fn lines_of(pin: &Pin, page: &MetricsPage) -> LogQuery {
    question(pin.span_s(page.span_s), pin.series.as_deref(), &page.asked)
}

#[component]
fn Metrics(page: MetricsPage, pinned: Option<Pinned>, find: RwSignal<String>) -> impl IntoView {
    let here = Address::of_page();
    let app = page.head.summary.app.clone();
    let clock = Clock::start(page.head.at_ms);
    let asked = page.asked.clone();
    let (span_s, unit) = (page.span_s, page.answer.as_ref().map(|it| it.unit.clone()).unwrap_or_default());
    let state = RwSignal::new(page);
    keep_fresh(state, app.clone(), here.query.with_untracked(asked_in));
    let now = Signal::derive(move || state.with(|it| it.head.summary.clone()));
    let losses = Signal::derive(move || state.with(|it| it.head.losses.clone()));
    let go = Callback::new(move |(address,): (String,)| here.go(&address));
    let zoom = {
        let (app, asked) = (app.clone(), asked.clone());
        Callback::new(move |(selection,): (Option<Selection>,)| {
            let range = selection.as_ref().map_or(Range::Hour, |it| Range::between(it.span_s.0, it.span_s.1));
            let mut address = address(&app, &MetricsPageQuery { range, ..asked.clone() }, &find.get_untracked());
            if let Some(Selection { pin, .. }) = selection {
                pin.put(&mut address);
            }
            go.run((address,));
        })
    };
    let marked =
        Memo::new(move |_| state.with(|it| Annotations { releases: releases(&it.marks), lost: it.lost.clone() }));
    let pin = pinned.as_ref().map(|it| it.pin.clone());
    let cursor = Cursor::new(state.with_untracked(step_s), pin, zoom, marked.into());
    let pinned = RwSignal::new(pinned);
    log_card::follow(app.clone(), cursor.pinned, pinned, move |pin| state.with_untracked(|it| lines_of(pin, it)));
    keep_pin(cursor, here, app.clone(), asked.clone(), find);
    // A logarithmic axis is what times need, and is asked for or refused in the address.
    let is_log = Memo::new(move |_| here.query.with(|it| is_log(it.get("scale"), &unit_of(state))));
    let whole = Memo::new(move |_| state.with(|it| plot(it, is_log.get())));
    let (stat, title) = (asked.stat.clone(), format!("{}, {}", asked.metric, asked.stat));
    let unit = shown_unit(&asked.metric, &unit).to_owned();
    let shown = move || match state.with(|it| it.answer.as_ref().err().cloned()) {
        None => titled_card(words(&unit, &stat), title.clone(), whole.into(), cursor),
        Some(told) => view! {
            <section class="card refusal" role="alert"><h2>"No data"</h2><p>{capital(&told)}"."</p></section>
        }
        .into_any(),
    };
    let kept = [("metric", &asked.metric), ("stat", &asked.stat), ("by", &asked.by), ("compare", &asked.compare)];
    let kept = kept.map(|(name, value)| (name, value.clone())).to_vec();
    let is_known = state.with_untracked(|it| it.answer.is_ok());
    let exports = is_known.then(|| exports(&app, &state.with_untracked(|it| it.asked.clone()), span_s));
    let choices = is_known.then(|| choices(state, scales(is_log, here)));
    view! {
        <div class="apphead">
            <h1>{app.clone()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(&app, Page::Metrics, asked.range.span_s())}
            {ranges(&app, &state.with_untracked(|it| it.asked.clone()))}{span_form(span_s, kept, asked.range.span_s().is_some())}
        </div>
        <div class="metrics">
            {list(state, find, go)}
            <div class="metric">
                <div class="bar">
                    <h2>{move || state.with(|it| it.asked.metric.clone())}</h2><span class="push"></span>{exports}
                </div>
                {choices}
                {shown}
                {move || state.with(summary)}
                {lines_card(app, pinned, Callback::new(move |()| cursor.pinned.set(None)))}
            </div>
        </div>
        <div class="foot">{freshness(now, losses, clock)}<span>"Times are UTC. Percentiles are accurate to 1 %."</span></div>
    }
}

/// The unit of what is shown.
fn unit_of(state: RwSignal<MetricsPage>) -> String {
    state.with_untracked(|it| it.answer.as_ref().map(|it| it.unit.clone()).unwrap_or_default())
}

/// Whether an axis is logarithmic: as asked for, or else where times are shown.
fn is_log(asked: Option<&str>, unit: &str) -> bool {
    match asked {
        Some(word) => word == "log",
        None => matches!(unit, "ms" | "s"),
    }
}

/// Keeps in the address what is pinned.
fn keep_pin(cursor: Cursor, here: Address, app: String, asked: MetricsPageQuery, find: RwSignal<String>) {
    Effect::new(move |before: Option<Option<Pin>>| {
        let pin = cursor.pinned.get();
        if before.is_some_and(|it| it != pin) {
            let mut address = address(&app, &asked, &find.get_untracked());
            if let Some(scale) = here.query.with_untracked(|it| it.get("scale").map(str::to_owned)) {
                add(&mut address, "scale", &scale);
            }
            if let Some(pin) = &pin {
                pin.put(&mut address);
            }
            here.replace(&address);
        }
        pin
    });
}

/// Which axis.
fn scales(is_log: Memo<bool>, here: Address) -> AnyView {
    let link = |name: &'static str, word: &'static str, this: bool| {
        let href = move || here.changed("scale", word);
        view! { <a href=href aria-current=move || (is_log.get() == this).then_some("true")>{name}</a> }
    };
    view! { <nav class="seg" aria-label="Y axis scale">{link("Linear", "linear", false)}{link("Log", "log", true)}</nav> }
        .into_any()
}

fn ranges(app: &str, asked: &MetricsPageQuery) -> AnyView {
    let segment = |range: Range| {
        let href = address(app, &MetricsPageQuery { range, ..asked.clone() }, "");
        view! { <a href=href aria-current=(range == asked.range).then_some("true")>{range.label()}</a> }
    };
    view! { <nav class="seg" aria-label="Range">{Range::ALL.map(segment).collect_view()}</nav> }.into_any()
}

/// What is shown, as files.
fn exports(app: &str, asked: &MetricsPageQuery, span_s: (i64, i64)) -> AnyView {
    let link = |name: &'static str, format: &str| {
        view! { <a class="btn" rel="external" download="" href=export(app, asked, span_s, format)>{name}</a> }
    };
    view! { {link("CSV", "csv")}{link("JSON", "json")} }.into_any()
}

/// Statistic, grouping and comparison. Without JavaScript the form has a button.
fn choices(state: RwSignal<MetricsPage>, scales: AnyView) -> AnyView {
    let (asked, kind) = state.with_untracked(|it| {
        let kind = it.metrics.iter().find(|info| info.metric == it.asked.metric).map(|it| it.kind.clone());
        (it.asked.clone(), kind.unwrap_or_default())
    });
    // Out of the address as it is when one chooses: an answer to the choice before may still be on its way.
    let here = Address::of_page();
    let form = Form::new();
    follow(form, here);
    let stat = |stat: &'static str| {
        let href = move || here.changed("stat", stat);
        view! { <a href=href aria-current=(asked.stat == stat).then_some("true")>{stat}</a> }
    };
    let options = |all: &'static [(&str, &str)], chosen: &str| {
        all.iter()
            .map(|(word, name)| view! { <option value=*word selected=*word == chosen>{*name}</option> })
            .collect_view()
    };
    let set = move |name: &'static str| move |event| here.go(&here.changed(name, &event_target_value(&event)));
    view! {
        <form method="get" action="" class="bar choices" node_ref=form>
            <input type="hidden" name="metric" value=asked.metric.clone() />
            <input type="hidden" name="stat" value=asked.stat.clone() />
            <input type="hidden" name="range" value=asked.range.word() />
            <nav class="seg" aria-label="Statistic">{stats(&kind).iter().copied().map(stat).collect_view()}</nav>
            <label class="pick"><span class="vh">"Group by"</span><select name="by" on:change=set("by")>{options(&BY, &asked.by)}</select></label>
            <label class="pick"><span class="vh">"Compare with"</span>
                <select name="compare" on:change=set("compare")>{options(&COMPARE, &asked.compare)}</select>
            </label>
            {scales}
            <button class="btn no-script" type="submit">"Apply"</button>
        </form>
    }
    .into_any()
}

/// Asks again now and then; a span of the past stays as it was.
fn keep_fresh(state: RwSignal<MetricsPage>, app: String, asked: MetricsPageQuery) {
    #[cfg(feature = "hydrate")]
    {
        let every_s = match asked.range {
            Range::Live => 2,
            Range::Hour => 10,
            Range::Custom(..) => return,
            _ => 60,
        };
        let status = use_context::<RwSignal<Status>>().unwrap_or_default();
        Effect::new(move |_| status.set(Status::Polling(every_s)));
        let refresh = move || {
            let (app, asked) = (app.clone(), asked.clone());
            leptos::task::spawn_local(async move {
                let answer = server_fns::metrics(app, asked).await;
                status.try_set(if answer.is_ok() { Status::Polling(every_s) } else { Status::Reconnecting });
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
