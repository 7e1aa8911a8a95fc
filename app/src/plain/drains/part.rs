//! Pieces that the pages of drains share: ages, sizes, the state of a drain, its rate as a drawing,
//! and what it has sent. Views only.

use std::fmt::Write;

use contract::drain::{Drain, DrainHour, DrainLoss, Seen};
use leptos::prelude::*;

use super::platforms::{self, Platform};
use crate::part::{number::grouped, time::length};

/// Without a line for this long a drain is silent, milliseconds.
const SILENT_MS: i64 = 5 * 60 * 1_000;
/// Height of the drawing, in its own units; it is as wide as it has minutes.
const HEIGHT: f64 = 24.0;

/// How long ago something was.
pub(super) fn ago(at_ms: i64, now_ms: i64) -> String {
    format!("{} ago", length((now_ms - at_ms).div_euclid(1_000)))
}

/// A number of bytes.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// A number of lines with its noun.
pub(super) fn lines(count: u64) -> String {
    format!("{} {}", grouped(count as i64), if count == 1 { "line" } else { "lines" })
}

/// The state of a drain in one word, with the class of its colour.
pub(super) fn state(drain: &Drain, now_ms: i64) -> AnyView {
    let (class, word) = match (drain.paused_ms, drain.memory.last_ms) {
        (Some(_), _) => ("drain-state warn", "Paused"),
        (None, None) => ("drain-state", "Waiting"),
        (None, Some(last_ms)) if now_ms - last_ms > SILENT_MS => ("drain-state", "Silent"),
        _ => ("drain-state ok", "Receiving"),
    };
    view! { <span class=class>{word}</span> }.into_any()
}

/// The lines of each minute of the last hour as bars.
pub(super) fn rate(hour: &DrainHour) -> AnyView {
    let most = hour.per_minute.iter().copied().max().unwrap_or(0).max(1) as f64;
    let mut path = String::new();
    for (minute, count) in hour.per_minute.iter().enumerate().filter(|it| *it.1 > 0) {
        let height = (*count as f64 / most * (HEIGHT - 2.0)).max(1.0);
        let _never_fails = write!(path, "M{minute}.5 {HEIGHT}v-{height:.1}");
    }
    let label = format!("Lines of each minute of the last hour, at most {}", lines(most as u64));
    view! {
        <svg class="drain-rate" viewBox="0 0 60 24" preserveAspectRatio="none" role="img" aria-label=label>
            <path class="drain-base" d="M0 23.5H60" /><path class="drain-bars" d=path />
        </svg>
    }
    .into_any()
}

/// The share of lines that gave no metric.
pub(super) fn unmatched(hour: &DrainHour) -> String {
    if hour.lines == 0 {
        return "–".to_owned();
    }
    let percent = hour.unmatched as f64 / hour.lines as f64 * 100.0;
    if percent > 0.0 && percent < 1.0 { "<1 %".to_owned() } else { format!("{percent:.0} %") }
}

/// Losses by reason, each with a sample where there is one.
pub(super) fn losses(losses: &[DrainLoss]) -> AnyView {
    let rows = losses.iter().map(|loss| {
        let sample = loss.sample.clone().map(|it| view! { <code>{it}</code> });
        view! {
            <li><b>{grouped(loss.count as i64)}</b>" "{loss.reason.clone()}": "{loss.means.clone()}{sample}</li>
        }
    });
    view! { <ul class="drain-losses">{rows.collect_view()}</ul> }.into_any()
}

/// What the platform of a drain can send, and has not sent yet.
pub(super) fn unseen(drain: &Drain) -> Vec<(Seen, &'static str)> {
    let sends = platform(drain).sends.iter().copied();
    sends.filter(|it| drain.memory.seen_ms(it.0).is_none()).collect()
}

/// Where the lines of a drain come from.
pub(super) fn platform(drain: &Drain) -> Platform {
    // A drain of the command line says nothing; what only Heroku sends tells.
    let is_heroku = [Seen::RuntimeMetrics, Seen::Releases].iter().any(|it| drain.memory.seen_ms(*it).is_some());
    platforms::of_word(if drain.platform.is_empty() && is_heroku { "heroku-cedar" } else { &drain.platform })
}

/// A sentence in which words between backquotes are code.
pub(super) fn sentence(text: &str) -> AnyView {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => part.to_owned().into_any(),
        _ => view! { <code>{part.to_owned()}</code> }.into_any(),
    });
    parts.collect::<Vec<_>>().into_any()
}

/// The name of a drain's app as text, or the number of apps that a shared drain feeds.
pub(super) fn apps(drain: &Drain) -> AnyView {
    let fed = drain.fed();
    if fed.is_empty() {
        return "any app, by ?app=".into_any();
    }
    let more = fed.len().saturating_sub(3);
    let links = fed.iter().take(3).enumerate().map(|(at, app)| {
        let comma = if at > 0 { ", " } else { "" };
        view! { {comma}<a href=format!("/apps/{app}")>{app.clone()}</a> }
    });
    view! { {links.collect_view()}{(more > 0).then(|| format!(" and {more} more"))} }.into_any()
}
