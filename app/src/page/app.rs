//! `/apps/:app`: one app over a range. The address holds the whole view.

use contract::{AppPage, Health, Range};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    app_charts::Charts,
    app_kpis::KpiRow,
    app_story::Story,
    not_found::{Failed, NotFound},
};
use crate::{
    Error, ask,
    live::{clock::Clock, source},
    part::{
        health::{Glyph, word},
        number::grouped,
        time::length,
    },
};

/// Silence after which the page says so, seconds.
const STALE_S: i64 = 120;

/// Asks for the page that the address names, and shows it or says why not.
#[component]
pub fn AppRoute() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let name = Memo::new(move |_| params.with(|it| it.get("app").unwrap_or_default()));
    let range = Memo::new(move |_| query.with(|it| Range::from_word(it.get_str("range").unwrap_or_default())));
    // The name comes back with the answer, for the title too: when the server renders them, the signal it came from may be gone.
    let ask = |(name, range): (String, Range)| async move { (name.clone(), ask::app_page(name, range).await) };
    let page = Resource::new(move || (name.get(), range.get()), ask);
    let view = move || {
        page.get().map(|(name, answer)| {
            let shown = match answer {
                Ok(page) => view! { <Live page /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => {
                    view! { <NotFound what=format!("The app {name}") /> }.into_any()
                }
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=name />{shown} }
        })
    };
    view! {
        <Transition fallback=|| view! { <p class="loading" role="status">"Asking for the figures"</p> }>{view}</Transition>
    }
}

/// The page, kept live.
#[component]
fn Live(page: AppPage) -> impl IntoView {
    let clock = Clock::start(page.at_ms);
    let (app, range) = (page.summary.app.clone(), page.range);
    let state = RwSignal::new(page);
    source::follow(state, clock, format!("/api/v1/apps/{app}/live"));
    keep_fresh(state, app.clone(), range);
    let lines = format!("/apps/{app}/logs");
    let segment = move |it: Range| {
        let href = format!("/apps/{app}?range={}", it.word());
        view! { <a href=href aria-current=(it == range).then_some("true")>{it.label()}</a> }
    };
    view! {
        <div class="apphead">
            <h1>{move || state.with(|it| it.summary.app.clone())}</h1>
            <Chip state clock />
            <span class="push"></span>
            <a class="btn" href=lines>"Lines"</a>
            <nav class="seg" aria-label="Range">{Range::ALL.map(segment).collect_view()}</nav>
        </div>
        <Reasons state />
        <KpiRow state range />
        <Charts state clock range />
        <Story state />
        <Foot state clock />
    }
    .into_any()
}

/// What the stream does not carry is asked for again now and then: of the live range the events and endpoints, of longer
/// ones everything but the head figures.
fn keep_fresh(state: RwSignal<AppPage>, app: String, range: Range) {
    let every_s = match range {
        Range::Live | Range::Hour => 10,
        _ => 60,
    };
    #[cfg(feature = "hydrate")]
    {
        let refresh = move || {
            let app = app.clone();
            leptos::task::spawn_local(async move {
                let Ok(page) = ask::app_page(app, range).await else { return };
                let _gone = state.try_update(|it| {
                    if range == Range::Live {
                        (it.marks, it.endpoints) = (page.marks, page.endpoints);
                    } else {
                        *it = page;
                    }
                });
            });
        };
        if let Ok(asking) = set_interval_with_handle(refresh, std::time::Duration::from_secs(every_s)) {
            on_cleanup(move || asking.clear());
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server: (RwSignal<AppPage>, String, u64) = (state, app, every_s);
}

/// The state and how long it has lasted.
#[component]
fn Chip(state: RwSignal<AppPage>, clock: Clock) -> impl IntoView {
    let health = Memo::new(move |_| state.with(|it| it.summary.health));
    let lasting = move || {
        let since_s = state.with(|it| it.summary.since_ms)?.div_euclid(1_000);
        health.get().needs_you().then(|| format!(" for {}", length(clock.now_s.get() - since_s)))
    };
    view! {
        <span class=move || format!("chip {}", health.get().word())>
            {move || view! { <Glyph health=health.get() /> }}
            <span>{move || word(health.get())}{lasting}</span>
        </span>
    }
}

/// Why it is so; nothing when all is well.
#[component]
fn Reasons(state: RwSignal<AppPage>) -> impl IntoView {
    let reasons = Memo::new(move |_| state.with(|it| it.summary.reasons.clone()));
    move || {
        let all = reasons.get();
        let worst = all.first().map(|it| it.health).filter(|it| *it != Health::Healthy)?;
        let each = all.into_iter().map(|it| view! { <span><b>{it.what}</b>" "{it.detail}</span> }).collect_view();
        Some(view! { <div class=format!("reasons {}", worst.word())>{each}</div> })
    }
}

/// How new the figures are, and what is missing from them.
#[component]
fn Foot(state: RwSignal<AppPage>, clock: Clock) -> impl IntoView {
    let age = move || {
        let Some(last_ms) = state.with(|it| it.summary.last_line_ms) else { return "No line yet.".to_owned() };
        let age_s = clock.now_s.get() - last_ms.div_euclid(1_000);
        if age_s >= STALE_S {
            format!("No line for {}.", length(age_s))
        } else {
            format!("Newest line {} ago.", length(age_s))
        }
    };
    let stale = move || {
        state.with(|it| it.summary.last_line_ms).is_some_and(|it| clock.now_s.get() - it.div_euclid(1_000) >= STALE_S)
    };
    let lost = move || match state.with(|it| it.summary.lost_lines) {
        0 => "No line was lost in the last hour.".to_owned(),
        1 => "1 line was lost in the last hour.".to_owned(),
        n => format!("{} lines were lost in the last hour.", grouped(n as i64)),
    };
    let folded = move || {
        let n = state.with(|it| it.summary.folded);
        let text =
            || format!("Too many series: {} measurements of the last hour share one named (other).", grouped(n as i64));
        (n > 0).then(|| view! { <span class="stale">{text()}</span> })
    };
    view! {
        <div class="foot">
            <span class:stale=stale>{age}</span>
            <span class:stale=move || state.with(|it| it.summary.lost_lines > 0)>{lost}</span>
            {folded}
            <span>"Times are UTC. The faded end of a chart may still be filling."</span>
        </div>
    }
}
