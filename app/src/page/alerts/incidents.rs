//! A table of incidents. On narrow screens a row becomes a card.

use contract::alert::{Incident, IncidentState, Mute};
use leptos::prelude::*;

use crate::{
    live::clock::Clock,
    page::alert_words::{lasting, mute_of, when},
    part::{
        health::capital,
        incident_link,
        severity::{severity_mark, state_mark},
        type_erasure::erased_text,
    },
};

/// The table of these incidents, in their order.
pub fn table(incidents: Vec<Incident>, mutes: &[Mute], clock: Clock) -> AnyView {
    let rows = incidents.into_iter().map(|it| row(it, mutes, clock)).collect_view();
    view! {
        <table class="sheet incidents">
            <thead>
                <tr>
                    <th scope="col">"Severity"</th><th scope="col">"App"</th><th scope="col">"Incident"</th>
                    <th scope="col">"State"</th><th scope="col" class="num">"Began"</th><th scope="col" class="num">"Duration"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(incident: Incident, mutes: &[Mute], clock: Clock) -> AnyView {
    let muted = mute_of(mutes, &incident).map(|mute| {
        let until_s = mute.draft.until_ms.div_euclid(1_000);
        let text = move || format!("Muted until {}", when(until_s, clock.now_s.get()));
        view! { <span class="muted">{erased_text(text)}</span> }
    });
    // Nobody is told of what is pending, so its row is as quiet as one of the past.
    let is_loud = matches!(incident.state, IncidentState::Firing | IncidentState::Unknown);
    let class = if is_loud { format!("{}-row", incident.severity.word()) } else { String::new() };
    let began_s = incident.began_ms.div_euclid(1_000);
    let since = erased_text(move || when(began_s, clock.now_s.get()));
    let href = incident_link::address(incident.id.0);
    let (severity, state) = (incident.severity, incident.state);
    let (app, what, detail) = (incident.app.clone(), capital(&incident.what), incident.detail.clone());
    let lasts = erased_text(move || lasting(&incident, clock.now_s.get()));
    view! {
        <tr class=class>
            <td class="state">{severity_mark(severity)}</td>
            <td class="app">{app}</td>
            <td class="n"><a class="name" href=href>{what}</a><div class="why">{detail}</div></td>
            <td class="stage-of">{state_mark(state)}{muted}</td>
            <td class="num since">{since}</td>
            <td class="num lasts">{lasts}</td>
        </tr>
    }
    .into_any()
}
