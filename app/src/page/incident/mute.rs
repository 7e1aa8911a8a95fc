//! The buttons that mute an incident, and what of it is muted.

use contract::alert::{AlertChange, IncidentPage, IncidentState, MuteDraft};
use leptos::prelude::*;

use crate::{
    live::clock::Clock,
    page::{
        alert_until::Until,
        alert_words::{counted, mute_of, when},
        form_fields::problem_text,
    },
    part::type_erasure::{erased_option, erased_view},
    server_fns,
};

/// The buttons; absent once the incident is over.
pub fn mute_buttons(state: RwSignal<IncidentPage>, clock: Clock) -> AnyView {
    let problem = RwSignal::new(None::<String>);
    let is_over = Memo::new(move |_| state.with(|it| it.incident.state == IncidentState::Resolved));
    let mute = Memo::new(move |_| state.with(|it| mute_of(&it.mutes, &it.incident).cloned()));
    let said = erased_option(move || {
        let mute = mute.get()?;
        let until = when(mute.draft.until_ms.div_euclid(1_000), clock.now_s.get());
        let hidden = if mute.hidden == 0 {
            String::new()
        } else {
            format!(", {} held back", counted(mute.hidden as usize, "message"))
        };
        let text = format!("Muted by {} until {until}{hidden}", mute.by);
        let end = move |_| change(state, problem, AlertChange::Unmute(mute.id));
        Some(view! { <span class="muted">{text}</span><button class="btn needs-script" type="button" on:click=end>"Unmute"</button> }.into_any())
    });
    let buttons = erased_view(move || {
        if is_over.get() || mute.with(Option::is_some) {
            return ().into_any();
        }
        let button = |until: Until| {
            let press = move |_| {
                let draft = MuteDraft {
                    app: None,
                    rule: None,
                    incident: Some(state.with_untracked(|it| it.incident.id)),
                    until_ms: until.ms(clock.now_s.get_untracked()),
                    reason: String::new(),
                };
                change(state, problem, AlertChange::Mute(draft));
            };
            let text = if until == Until::Morning { "until tomorrow 9:00" } else { until.label() };
            view! { <button class="btn needs-script" type="button" on:click=press>"Mute "{text}</button> }
        };
        Until::ALL.map(button).collect_view().into_any()
    });
    let failed = erased_option(move || {
        let text = problem_text(&problem.get()?);
        Some(view! { <span class="said bad">{text}</span> }.into_any())
    });
    view! { {said}{buttons}<span role="status">{failed}</span> }.into_any()
}

/// Sends a change and loads the incident again.
fn change(state: RwSignal<IncidentPage>, problem: RwSignal<Option<String>>, change: AlertChange) {
    leptos::task::spawn_local(async move {
        match server_fns::change_alerts(change).await {
            Ok(_) => {
                problem.try_set(None);
                let id = state.with_untracked(|it| it.incident.id);
                if let Ok(page) = server_fns::incident(id).await {
                    state.try_set(page);
                }
            }
            Err(error) => {
                problem.try_set(Some(error.to_string()));
            }
        }
    });
}
