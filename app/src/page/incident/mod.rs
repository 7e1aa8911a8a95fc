//! `/incidents/:id`: one incident, with the chart that decided, its timeline, its log lines, and
//! the messages about it.

pub mod chart;

pub mod facts;

pub mod story;

pub mod mute;

use contract::alert::{IncidentId, IncidentPage, IncidentState};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{facts::facts, mute::mute_buttons};
use super::{
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::{
        clock::Clock,
        polling::Polling,
        status::{answered, show_still, tell_open},
    },
    part::{
        address::Address,
        change_links::push_changes,
        health::capital,
        severity::{severity_mark, state_mark},
        type_erasure::{erased_option, erased_text, erased_view},
    },
    server_fns,
};

/// How often an incident that is not over is loaded again, seconds.
const REFRESH_S: u64 = 5;

/// Requests the incident that the address names, and shows it or the reason why there is none.
#[component]
pub fn IncidentRoute() -> impl IntoView {
    let id = Address::of_page().path().split('/').nth(2).and_then(|it| it.parse::<IncidentId>().ok());
    let request = move |()| async move {
        match id {
            Some(id) => server_fns::incident(id).await,
            None => Err(Error::Answer(contract::Error::NotFound("there is no such incident".to_owned()))),
        }
    };
    let page = server_fns::resource(|| (), request);
    let view = move || {
        page.get().map(|answer| match answer {
            Ok(page) => shown(page),
            Err(Error::Answer(contract::Error::NotFound(text))) => {
                view! { <NotFound what=("Incident not found", capital(&text)) /> }.into_any()
            }
            Err(error) => view! { <Title text=Page::Incident.title("") /><Failed error /> }.into_any(),
        })
    };
    answered("Loading…", view)
}

/// The page, kept up to date until the incident is over.
fn shown(page: IncidentPage) -> AnyView {
    let clock = Clock::start(page.at_ms);
    let app = page.incident.app.clone();
    let title = format!("{} {}: {}", page.incident.id, app, page.incident.what);
    let state = RwSignal::new(page);
    let chart = chart::card(state);
    keep_fresh(state, clock);
    tell_open(move || state.with(|it| it.open_incidents));
    let incident = Memo::new(move |_| state.with(|it| it.incident.clone()));
    let head = erased_view(move || {
        incident.with(|incident| {
            let remedy =
                (!incident.remedy.is_empty()).then(|| view! { <p class="remedy">{incident.remedy.clone()}</p> });
            view! {
                <div class="apphead">
                    {severity_mark(incident.severity)}<h1>{capital(&incident.what)}</h1>{state_mark(incident.state)}
                    <span class="push"></span><span class="dim">"Incident "{incident.id.to_string()}</span>
                </div>
                <p class="detail">{incident.detail.clone()}</p>{remedy}
            }
            .into_any()
        })
    });
    let changes = Memo::new(move |_| state.with(|it| it.changes.clone()));
    let changed = erased_option(move || {
        let mut html = String::new();
        changes.with(|it| push_changes(&mut html, it));
        (!html.is_empty()).then(|| view! { <p inner_html=html></p> }.into_any())
    });
    let links = state.with_untracked(links);
    view! {
        <Title text=title />
        <div class="incident">
            {head}{changed}
            {facts(state, clock)}
            <div class="bar acts">{links}{mute_buttons(state, clock)}</div>
            {chart}
            <div class="grid">{story::timeline(state)}{story::messages(state, clock)}</div>
            {story::lines(state)}
            <div class="foot"><span>{erased_text(move || state.with(foot))}</span>{crate::part::zone::note("")}</div>
        </div>
    }
    .into_any()
}

fn foot(page: &IncidentPage) -> String {
    format!("Fired by the rule {} ({}).", page.incident.rule_name, page.incident.rule)
}

/// Links to the app at its worst moment, and to the log lines.
fn links(page: &IncidentPage) -> AnyView {
    let app = chart::app_address(page);
    let logs = format!("/apps/{}/logs?{}", page.incident.app, page.logs_query);
    view! {
        <a class="btn" href=app>{page.incident.app.clone()}" at that time"</a><a class="btn" href=logs>"Logs"</a>
        <span class="push"></span>
    }
    .into_any()
}

/// Loads the incident again now and then while the page is visible; once it is over, no more.
fn keep_fresh(state: RwSignal<IncidentPage>, clock: Clock) {
    let is_over = move || state.try_with_untracked(|it| it.incident.state == IncidentState::Resolved).unwrap_or(true);
    if is_over() {
        return show_still();
    }
    let polling = Polling::start(REFRESH_S);
    polling.repeat(move || {
        if is_over() {
            return;
        }
        leptos::task::spawn_local(async move {
            let answer = server_fns::incident(state.with_untracked(|it| it.incident.id)).await;
            polling.heard(answer.is_ok());
            if let Ok(page) = answer {
                clock.set(page.at_ms);
                state.try_set(page);
            }
        });
    });
}
