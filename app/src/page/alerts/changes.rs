//! What a person changes on the Alerts page: sends the change, shows what became of it beside the
//! button, and loads the page's data again. Also keeps that data fresh.

use contract::alert::{AlertChange, AlertsPage, Changed};
use leptos::prelude::*;

use crate::{
    live::{clock::Clock, polling::Polling},
    page::form_fields::problem_text,
    part::type_erasure::erased_option,
    server_fns,
};

/// How often the page's data is loaded again while the page is visible, seconds.
const REFRESH_S: u64 = 5;

/// What became of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What was changed: the key of the button or form.
    pub key: String,
    /// What the server answered, or why not; `None` while it has not.
    pub result: Option<Result<Changed, String>>,
}

/// The way to change something. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Changes {
    state: RwSignal<AlertsPage>,
    clock: Clock,
    polling: Polling,
    /// The last change.
    pub outcome: RwSignal<Option<Outcome>>,
}

impl Changes {
    /// Keeps `state` fresh from now on.
    #[must_use]
    pub fn start(state: RwSignal<AlertsPage>, clock: Clock) -> Self {
        let polling = Polling::start(REFRESH_S);
        let changes = Self { state, clock, polling, outcome: RwSignal::new(None) };
        polling.repeat(move || leptos::task::spawn_local(changes.load()));
        changes
    }

    /// Sends a change. `then` runs once it is made.
    pub fn make(self, key: String, change: AlertChange, then: impl FnOnce() + 'static) {
        self.outcome.set(Some(Outcome { key: key.clone(), result: None }));
        leptos::task::spawn_local(async move {
            let answer = server_fns::change_alerts(change).await.map_err(|it| it.to_string());
            let is_made = answer.is_ok();
            self.outcome.try_set(Some(Outcome { key, result: Some(answer) }));
            if is_made {
                then();
                self.load().await;
            }
        });
    }

    async fn load(self) {
        let answer = server_fns::alerts().await;
        self.polling.heard(answer.is_ok());
        if let Ok(page) = answer {
            self.clock.set(page.at_ms);
            self.state.try_set(page);
        }
    }
}

/// What became of the change of a key: a sentence of the caller's, or why it failed.
pub fn outcome_note(changes: Changes, key: String, done: fn(&Changed) -> String) -> AnyView {
    let note = erased_option(move || {
        let outcome = changes.outcome.get().filter(|it| it.key == key)?;
        let (class, text) = match outcome.result {
            None => ("said", "Sending…".to_owned()),
            Some(Ok(changed)) => {
                let is_bad = changed.delivery.as_ref().is_some_and(|it| it.delivered_ms.is_none());
                (if is_bad { "said bad" } else { "said" }, done(&changed))
            }
            Some(Err(problem)) => ("said bad", problem_text(&problem)),
        };
        Some(view! { <span class=class>{text}</span> }.into_any())
    });
    view! { <span role="status">{note}</span> }.into_any()
}
