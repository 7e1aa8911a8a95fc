//! When an incident began, when it first fired, when it was over, and how long it lasted.

use contract::alert::IncidentPage;
use leptos::prelude::*;

use crate::{
    live::clock::Clock,
    page::alert_words::{lasting, when},
    part::type_erasure::{erased_text, erased_view},
};

/// The facts as a row of figures.
pub fn facts(state: RwSignal<IncidentPage>, clock: Clock) -> AnyView {
    let incident = Memo::new(move |_| state.with(|it| it.incident.clone()));
    let moment = move |at_ms: Option<i64>, none: &'static str| {
        let text = move || at_ms.map_or_else(|| none.to_owned(), |it| when(it.div_euclid(1_000), clock.now_s.get()));
        erased_text(text)
    };
    let shown = erased_view(move || {
        let now = incident.get();
        let of = now.clone();
        let lasts = erased_text(move || lasting(&of, clock.now_s.get()));
        let app = format!("/apps/{}", now.app);
        view! {
            <div><dt>"App"</dt><dd><a class="more" href=app>{now.app.clone()}</a></dd></div>
            <div><dt>"Began"</dt><dd>{moment(Some(now.began_ms), "")}</dd></div>
            <div><dt>"First fired"</dt><dd>{moment(now.fired_ms, "Not yet")}</dd></div>
            <div><dt>"Resolved"</dt><dd>{moment(now.resolved_ms, "Not yet")}</dd></div>
            <div><dt>"Duration"</dt><dd>{lasts}</dd></div>
        }
        .into_any()
    });
    view! { <dl class="kpis facts">{shown}</dl> }.into_any()
}
