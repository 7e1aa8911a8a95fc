//! `/apps/:app`: the charts of one app over a range. The address holds the whole view, see
//! `address`.

pub mod address;

pub mod chart_table;

pub mod log_query;

pub mod plots;

pub mod heatmap;

pub mod charts;

pub mod cursor;

pub mod keys;

pub mod kpis;

pub mod reasons;

pub mod restart;

pub mod lane;

pub mod events;

pub mod endpoints;

pub mod addons;

pub mod foot;

use contract::{AppPage, Range};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    address::address,
    chart_table::log_query,
    charts::Charts,
    cursor::cursor,
    foot::{foot, unmatched},
    kpis::KpiRow,
    reasons::Reasons,
};
use super::{
    app_header::{chip, logs_of, tabs},
    log_card::PinnedLogs,
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    chart::{cursor::ZoomedChart, pin::Pin, tick::moment},
    live::{
        clock::Clock,
        source,
        status::{answered, tell_open},
    },
    part::{
        address::Address,
        markup::push_link,
        span::{range_links, range_of, span_form},
        type_erasure::erased_text,
    },
    server_fns,
};

/// The data of a selected span that ended this long ago changes no more, seconds.
const SETTLED_S: i64 = 600;

/// The button that stops the page from moving, and lets it go on. It works without the page's
/// module (`early.rs`); the styles choose its word.
const PAUSE: &str = "<button type=\"button\" class=\"btn\" data-pause aria-keyshortcuts=\"p\"><span class=\"go-on\">Resume</span><span class=\"hold\">Pause</span></button>";

/// Requests the data that the address names, and shows it or the reason why there is none.
#[component]
pub fn AppRoute() -> impl IntoView {
    ZoomedChart::provide();
    let address = Address::of_page();
    let query = address.query;
    let range = Memo::new(move |_| query.with(range_of));
    // The answer carries the app's name too: when the server renders the title, the signal that the
    // name came from may be gone.
    let request = |(name, range, pin): (String, Range, Option<Pin>)| async move {
        let page = server_fns::app_page(name.clone(), range).await;
        let pinned = match (&page, pin) {
            (Ok(page), Some(pin)) => {
                let pin = pin.stepped(page.step_s);
                let query = log_query(&pin, page.span.ends());
                Some(PinnedLogs::load(name.clone(), pin, query).await)
            }
            _ => None,
        };
        (name, page, pinned)
    };
    // Untracked: moving the pin changes the address, but needs no new page.
    let pin = move || query.with_untracked(Pin::of_query);
    let page = server_fns::resource(move || (address.app(), range.get(), pin()), request);
    let view = move || {
        page.get().map(|(name, answer, pinned)| {
            let shown = match answer {
                Ok(page) => view! { <Live page pinned /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=name.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::App.title(&name) />{shown} }
        })
    };
    answered("Loading…", view)
}

/// The page, kept up to date.
#[component]
fn Live(page: AppPage, pinned: Option<PinnedLogs>) -> impl IntoView {
    let clock = Clock::start(page.at_ms);
    let (app, range) = (page.summary.app.clone(), page.range);
    let state = RwSignal::new(page);
    source::follow(state, clock, format!("/api/v1/apps/{app}/live"));
    keep_fresh(state, app.clone(), range);
    tell_open(move || state.with(|it| it.open_incidents));
    let now = Signal::derive(move || state.with(|it| it.summary.clone()));
    let losses = Signal::derive(move || state.with(|it| it.losses.clone()));
    let span_s = state.with_untracked(|it| it.span.ends());
    let selected_in = if range.span_s().is_some() { String::new() } else { range.word().to_owned() };
    let pinned = RwSignal::new(pinned);
    let cursor = cursor(state, range, pinned);
    keys::listen(cursor);
    view! {
        <div class="apphead">
            <h1>{erased_text(move || state.with(|it| it.summary.app.clone()))}</h1>
            {chip(now, clock)}
            <span class="push"></span>
            {tabs(&app, Page::App, range.span_s())}
            {ranges(&app, range)}{span_form(span_s, vec![("range", selected_in)], range.span_s().is_some())}
            {range.span_s().map(|span| logs_of(&app, span))}
            <span class="needs-script" inner_html=PAUSE></span>
        </div>
        <Reasons state />
        <KpiRow state range />
        <Charts state clock range cursor pinned />
        {foot(now, losses, clock)}
        {unmatched(Signal::derive(move || state.with(|it| it.unmatched.clone())))}
    }
    .into_any()
}

/// Links to every range, the current one marked.
fn ranges(app: &str, range: Range) -> AnyView {
    let mut html = range_links(&Range::ALL, range, |it| address(app, it, None, None));
    if let Range::Custom(span) = range {
        let ((from_s, to_s), length_s) = (span.ends(), span.length_s());
        let step_s = if length_s < 3_600 { 1 } else { 60 };
        let text = format!("{} – {}", moment(from_s, step_s, length_s), moment(to_s, step_s, length_s));
        push_link(&mut html, " class=\"custom\" aria-current=\"true\"", &address(app, range, None, None), &text);
    }
    view! { <nav class="seg" aria-label="Range" inner_html=html></nav> }.into_any()
}

/// Requests again, now and then, what the stream does not carry: events and endpoints of the live
/// range; of longer ranges everything but the summary. A span of the past is left as it is.
fn keep_fresh(state: RwSignal<AppPage>, app: String, range: Range) {
    let every_s = match range {
        Range::Live | Range::Hour => 10,
        Range::Custom(span) if span.to_s() + SETTLED_S < state.with_untracked(|it| it.at_ms.div_euclid(1_000)) => {
            return;
        }
        _ => 60,
    };
    #[cfg(feature = "hydrate")]
    {
        let refresh = move || {
            if crate::browser::document::is_paused() {
                return;
            }
            let app = app.clone();
            leptos::task::spawn_local(async move {
                let Ok(page) = server_fns::app_page(app, range).await else { return };
                let _gone = state.try_update(|state| {
                    if range == Range::Live {
                        (state.events, state.endpoints, state.previous) = (page.events, page.endpoints, page.previous);
                        (state.incidents, state.changes) = (page.incidents, page.changes);
                        (state.usual, state.usual_from) = (page.usual, page.usual_from);
                        (state.addons, state.losses, state.unmatched) = (page.addons, page.losses, page.unmatched);
                    } else {
                        *state = page;
                    }
                });
            });
        };
        crate::live::clock::every(std::time::Duration::from_secs(every_s), refresh);
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server: (RwSignal<AppPage>, String, u64) = (state, app, every_s);
}
