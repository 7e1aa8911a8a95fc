//! What every page of an app says of it: name, state and the app's other pages on top; how new its lines are and what was lost at the foot.

use contract::{AppHeader, AppSummary, LossCount, Span};
use leptos::prelude::*;

use super::{
    health::{Glyph, word},
    number::grouped,
    time::length,
    type_erasure::{live, text},
};
use crate::{live::clock::Clock, server_fns};

/// Silence after which a page says so, seconds.
const STALE_S: i64 = 120;
/// How often a page without a stream asks how the app does, seconds.
const ASK_EVERY_S: u64 = 5;
/// Most reasons of losses that are told.
const REASONS_MAX: usize = 3;

/// A page of an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// Charts.
    Figures,
    /// Any metric.
    Metrics,
    /// Raw lines.
    Lines,
}

/// The pages of an app, the present one marked. A span that was chosen on one is that of the others.
pub fn tabs(app: &str, here: Tab, span_s: Option<Span>) -> AnyView {
    let span = span_s.map(|it| format!("?from={}&to={}", it.from_s(), it.to_s())).unwrap_or_default();
    let tab = |tab: Tab, name: &'static str, rest: &str| {
        view! { <a href=format!("/apps/{app}{rest}{span}") aria-current=(here == tab).then_some("page")>{name}</a> }
    };
    view! {
        <nav class="seg tabs" aria-label="Page">
            {tab(Tab::Figures, "Figures", "")}{tab(Tab::Metrics, "Metrics", "/metrics")}{tab(Tab::Lines, "Lines", "/logs")}
        </nav>
    }
    .into_any()
}

/// The state and how long it has lasted.
pub fn chip(summary: Signal<AppSummary>, clock: Clock) -> AnyView {
    let health = Memo::new(move |_| summary.with(|it| it.health));
    let told = text(move || {
        let since_s = summary.with(|it| it.since_ms).map(|it| it.div_euclid(1_000));
        let lasting = since_s.filter(|_| health.get().needs_you());
        let lasting = lasting.map(|it| format!(" for {}", length(clock.now_s.get() - it))).unwrap_or_default();
        format!("{}{lasting}", word(health.get()))
    });
    view! {
        <span class=move || format!("chip {}", health.get().word())>
            {live(move || view! { <Glyph health=health.get() /> }.into_any())}
            <span>{told}</span>
        </span>
    }
    .into_any()
}

/// How new the lines are, and how many were lost, for which reasons.
pub fn freshness(summary: Signal<AppSummary>, losses: Signal<Vec<LossCount>>, clock: Clock) -> AnyView {
    let silent_s = move || {
        let last_ms = summary.with(|it| it.last_line_ms)?;
        Some(clock.now_s.get() - last_ms.div_euclid(1_000))
    };
    let is_stale = move || silent_s().is_some_and(|it| it >= STALE_S);
    let age = text(move || match silent_s() {
        None => "No line yet.".to_owned(),
        Some(it) if it >= STALE_S => format!("No line for {}.", length(it)),
        Some(it) => format!("Newest line {} ago.", length(it)),
    });
    let lost = text(move || match summary.with(|it| it.lost_lines) {
        0 => "No line was lost in the last hour.".to_owned(),
        1 => format!("1 line was lost in the last hour{}.", reasons(&losses.get())),
        n => format!("{} lines were lost in the last hour{}.", grouped(n as i64), reasons(&losses.get())),
    });
    view! {
        <span class:stale=is_stale>{age}</span>
        <span class:stale=move || summary.with(|it| it.lost_lines > 0)>{lost}</span>
    }
    .into_any()
}

/// `: 12 L10 (output buffer overflow)`.
fn reasons(losses: &[LossCount]) -> String {
    let told =
        losses.iter().take(REASONS_MAX).map(|it| format!("{} {} ({})", grouped(it.count as i64), it.reason, it.means));
    let told: Vec<String> = told.collect();
    if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) }
}

/// Asks again and again how the app does, until the page is left; tells `heard` each time whether there was an answer.
pub fn keep(head: RwSignal<AppHeader>, clock: Clock, heard: impl Fn(bool) + Copy + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let app = head.with_untracked(|it| it.summary.app.clone());
        let refresh = move || {
            let app = app.clone();
            leptos::task::spawn_local(async move {
                let answer = server_fns::head(app).await;
                heard(answer.is_ok());
                if let Ok(now) = answer {
                    clock.hear(now.at_ms);
                    head.try_set(now);
                }
            });
        };
        crate::live::clock::every(std::time::Duration::from_secs(ASK_EVERY_S), refresh);
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _in_the_browser = (head, clock, ASK_EVERY_S, server_fns::head);
        let _heard = heard;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_reasons_of_losses() {
        let loss = |reason: &str, count| LossCount { reason: reason.into(), means: "a buffer was full".into(), count };
        assert_eq!(reasons(&[]), "");
        let told = ": 1,200 L10 (a buffer was full), 3 frame (a buffer was full)";
        assert_eq!(reasons(&[loss("L10", 1_200), loss("frame", 3)]), told);
    }
}
