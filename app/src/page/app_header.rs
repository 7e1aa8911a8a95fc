//! What every page of one app shows about it: health and links to its other pages at the top; the
//! age of its newest line and its losses at the foot.

use contract::{AppHeader, AppSummary, Health, LogQuery, LogTime, LossCount, Span};
use leptos::prelude::*;

use super::table::{PAGES, Page};
use crate::{
    live::clock::Clock,
    part::{
        health::{Glyph, word},
        log_address::log_address,
        number::grouped,
        time::length,
        type_erasure::{erased_text, erased_view},
    },
    server_fns,
};

/// Without a line for this long, the foot says so instead of the age, seconds.
const STALE_S: i64 = 120;
/// How often a page without a stream refreshes its header, seconds.
const REFRESH_S: u64 = 5;
/// Most reasons of losses in the foot.
const REASONS_MAX: usize = 3;

/// Links to the pages of an app. A chosen span is kept from page to page.
pub fn tabs(app: &str, here: Page, span_s: Option<Span>) -> AnyView {
    let span = span_s.map(|it| format!("?from={}&to={}", it.from_s(), it.to_s())).unwrap_or_default();
    let tab = |page: Page, path: String, text: &'static str| {
        let is_here = (here == page).then_some("page");
        view! { <a href=format!("{path}{span}") aria-current=is_here>{text}</a> }
    };
    let tabs = PAGES.iter().filter_map(|it| Some(tab(it.page, it.path(app), it.tab?)));
    view! { <nav class="seg tabs" aria-label="App pages">{tabs.collect_view()}</nav> }.into_any()
}

/// The app's health; while it needs attention, also for how long.
pub fn chip(summary: Signal<AppSummary>, clock: Clock) -> AnyView {
    let health = Memo::new(move |_| summary.with(|it| it.health));
    let status = erased_text(move || {
        let since_s = summary.with(|it| it.since_ms).map(|it| it.div_euclid(1_000));
        let lasting = since_s.filter(|_| health.get() != Health::Healthy);
        let lasting = lasting.map(|it| format!(" for {}", length(clock.now_s.get() - it))).unwrap_or_default();
        format!("{}{lasting}", word(health.get()))
    });
    view! {
        <span class=move || format!("chip {}", health.get().word())>
            {erased_view(move || view! { <Glyph health=health.get() /> }.into_any())}
            <span>{status}</span>
        </span>
    }
    .into_any()
}

/// The age of the newest line, and the lines lost in the last hour with their reasons.
pub fn freshness(summary: Signal<AppSummary>, losses: Signal<Vec<LossCount>>, clock: Clock) -> AnyView {
    let silent_s = move || {
        let last_ms = summary.with(|it| it.last_line_ms)?;
        Some(clock.now_s.get() - last_ms.div_euclid(1_000))
    };
    let is_stale = move || silent_s().is_some_and(|it| it >= STALE_S);
    let age = erased_text(move || match silent_s() {
        None => "No log lines yet.".to_owned(),
        Some(it) if it >= STALE_S => format!("No log lines for {}.", length(it)),
        Some(it) => format!("Last line received {} ago.", length(it)),
    });
    let lost = erased_text(move || match summary.with(|it| it.lost_lines) {
        0 => "No log lines lost in the last hour.".to_owned(),
        1 => format!("1 log line lost in the last hour{}.", reasons(&losses.get())),
        n => format!("{} log lines lost in the last hour{}.", grouped(n as i64), reasons(&losses.get())),
    });
    view! {
        <span class:stale=is_stale>{age}</span>
        <span class:stale=move || summary.with(|it| it.lost_lines > 0)>{lost}</span>
    }
    .into_any()
}

/// The reasons of losses as the end of a sentence, such as `: 12 L10 (output buffer overflow)`.
fn reasons(losses: &[LossCount]) -> String {
    let reason = |it: &LossCount| format!("{} {} ({})", grouped(it.count as i64), it.reason, it.means);
    let reasons: Vec<String> = losses.iter().take(REASONS_MAX).map(reason).collect();
    if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join(", ")) }
}

/// Refreshes the header every [`REFRESH_S`] seconds until the page is left. Tells `on_answer` each
/// time whether the server answered.
pub fn keep(header: RwSignal<AppHeader>, clock: Clock, on_answer: impl Fn(bool) + Copy + 'static) {
    #[cfg(feature = "hydrate")]
    {
        let app = header.with_untracked(|it| it.summary.app.clone());
        let refresh = move || {
            let app = app.clone();
            leptos::task::spawn_local(async move {
                let answer = server_fns::head(app).await;
                on_answer(answer.is_ok());
                if let Ok(now) = answer {
                    clock.set(now.at_ms);
                    header.try_set(now);
                }
            });
        };
        crate::live::clock::every(std::time::Duration::from_secs(REFRESH_S), refresh);
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _in_the_browser = (header, clock, REFRESH_S, server_fns::head);
        let _on_answer = on_answer;
    }
}

/// A link to the log lines of a selected range.
pub fn logs_of(app: &str, span: Span) -> AnyView {
    let query = LogQuery { time: LogTime::Span(span), ..LogQuery::default() };
    view! { <a class="btn" href=log_address(app, &query)>"Logs of this range"</a> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_reasons_of_losses() {
        let loss = |reason: &str, count| LossCount { reason: reason.into(), means: "a buffer was full".into(), count };
        assert_eq!(reasons(&[]), "");
        let expected = ": 1,200 L10 (a buffer was full), 3 frame (a buffer was full)";
        assert_eq!(reasons(&[loss("L10", 1_200), loss("frame", 3)]), expected);
    }
}
