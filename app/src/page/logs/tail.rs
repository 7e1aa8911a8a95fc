//! The live part of the Logs page: lines of the tail go into the list, the histogram and the rate.
//! The bar below the list pauses and resumes it.

use std::collections::VecDeque;

use contract::{AppHeader, LogHistogram, LogPage, LogQuery, TailBatch};
use leptos::prelude::*;

use super::{
    histogram,
    list::List,
    rows::{Content, SkippedLines},
};
use crate::{
    live::{clock::Clock, status::Status, tail},
    page::app_header::keep,
    part::{
        log_address::log_address,
        number::{grouped, rate},
    },
};

/// Seconds over which the rate of lines is the mean.
const RATE_S: usize = 5;

/// What came through the tail since the page was opened.
#[derive(Clone, Copy, Debug)]
pub struct TailStats {
    /// Whether the page is live.
    pub is_live: bool,
    /// Lines that came.
    lines: RwSignal<u64>,
    /// Lines per second.
    per_s: RwSignal<f64>,
    /// Lines that wait until the list is resumed.
    waiting: RwSignal<u64>,
}

/// What a tail changes on the page.
#[derive(Clone, Copy)]
pub struct TailTargets {
    /// The list.
    pub list: List,
    /// The histogram, once it is known.
    pub histogram: RwSignal<Option<LogHistogram>>,
    /// The state of the app.
    pub head: RwSignal<AppHeader>,
    /// The page's clock.
    pub clock: Clock,
}

/// Follows the tail of a live query. Keeps the state of the app up to date for any query.
pub fn follow(query: &LogQuery, page: &LogPage, targets: TailTargets) -> TailStats {
    let TailTargets { list, head, clock, .. } = targets;
    let stats = TailStats {
        is_live: query.is_live() && page.problem.is_empty(),
        lines: RwSignal::new(0),
        per_s: RwSignal::new(0.0),
        waiting: RwSignal::new(0),
    };
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    if !stats.is_live {
        Effect::new(move |_| status.set(Status::Still));
        keep(head, clock, move |is_heard| {
            status.try_set(if is_heard { Status::Still } else { Status::Reconnecting });
        });
        return stats;
    }
    let address = log_address(&page.app, query);
    let parameters = address.split_once('?').map(|(_, it)| format!("?{it}")).unwrap_or_default();
    let path = format!("/api/v1/apps/{}/logs/tail{parameters}", page.app);
    tail::follow(path, page.through, status, move |batch| receive(batch, targets, stats));
    keep(head, clock, |_| {});
    Effect::new(move |_| {
        let events = head.with(|it| it.events.clone());
        list.rows.update(|it| it.append_events(events, list.is_held()));
    });
    // No lines wait once the list is resumed.
    Effect::new(move |_| {
        if !list.is_up.get() && !list.is_paused.get() {
            stats.waiting.set(0);
        }
    });
    measure_rate(clock, stats);
    stats
}

/// Measures the rate of lines, once a second.
fn measure_rate(clock: Clock, stats: TailStats) {
    let counts = StoredValue::new(VecDeque::from([0_u64]));
    Effect::new(move |_| {
        let _second = clock.now_s.get();
        let lines = stats.lines.get_untracked();
        counts.update_value(|counts| {
            counts.push_back(lines);
            let first = if counts.len() > RATE_S + 1 { counts.pop_front() } else { counts.front().copied() };
            let seconds = counts.len().clamp(2, RATE_S + 1) - 1;
            stats.per_s.set((lines - first.unwrap_or(lines)) as f64 / seconds as f64);
        });
    });
}

fn receive(batch: TailBatch, TailTargets { list, histogram, .. }: TailTargets, stats: TailStats) {
    let TailBatch { mut lines, skipped, from_ms, to_ms } = batch;
    let _gone = stats.lines.try_update(|it| *it += lines.len() as u64 + skipped);
    let _gone = histogram.try_update(|known| {
        if let Some(known) = known {
            histogram::add(known, &lines);
        }
    });
    let mut rows = Vec::with_capacity(lines.len() + 1);
    if skipped > 0 {
        rows.push(Content::Skipped(SkippedLines { lines: skipped, from_ms, to_ms }));
    }
    lines.sort_by_key(|it| (it.at_ms, it.id));
    rows.extend(lines.into_iter().map(Content::Line));
    let is_held = list.is_held();
    let waiting = list.rows.try_update(|shown| {
        shown.append(rows, is_held);
        shown.waiting()
    });
    if let Some(waiting) = waiting.filter(|_| is_held) {
        stats.waiting.try_set(waiting);
    }
}

/// The bar below the list: a button that pauses and resumes, the rate of lines, and how many wait.
pub fn tail_bar(list: List, stats: TailStats) -> AnyView {
    if !stats.is_live {
        return ().into_any();
    }
    let is_held = move || list.is_up.get() || list.is_paused.get();
    let text = move || match (is_held(), stats.waiting.get()) {
        (false, _) => "Following. Scroll up to pause.".to_owned(),
        (true, 0) => "Paused: no new lines".to_owned(),
        (true, 1) => "Paused: 1 new line".to_owned(),
        (true, n) => format!("Paused: {} new lines", grouped(n as i64)),
    };
    let toggle = move |_| {
        if list.is_held() { list.resume() } else { list.is_paused.set(true) }
    };
    let per_s = move || {
        let figure = rate(stats.per_s.get());
        format!("{} lines{}", figure.text, figure.unit)
    };
    view! {
        <div class="follow" class:still=is_held>
            <span role="status">{text}</span>
            <span class="push dim">{per_s}</span>
            <button class="btn" type="button" on:click=toggle>
                {move || if is_held() { "Resume" } else { "Pause" }}<kbd class="hide-s">"Space"</kbd>
            </button>
        </div>
    }
    .into_any()
}
