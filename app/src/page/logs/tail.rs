//! The tail in the page: what comes goes into the list, the bars and the rate; the bar under the list stops it and lets it go on.

use std::collections::VecDeque;

use contract::{AppHeader, LogHistogram, LogPage, LogQuery, TailBatch};
use leptos::prelude::*;

use super::{histogram::add as count, list::List, query::address, rows::What};
use crate::{
    live::{clock::Clock, status::Status, tail},
    page::app_header::keep,
    part::number::{grouped, rate},
};

/// Seconds over which the rate of lines is taken.
const RATE_S: usize = 5;

/// What has come since the page was opened.
#[derive(Clone, Copy, Debug)]
pub struct Came {
    /// Whether the page follows at all.
    pub is_live: bool,
    /// Lines.
    lines: RwSignal<u64>,
    /// Lines a second.
    per_s: RwSignal<f64>,
    /// Lines that wait.
    waiting: RwSignal<u64>,
}

/// Follows what comes, on a page whose question has no end; keeps the head new on any.
pub fn follow(
    is_live: bool,
    asked: &LogQuery,
    found: &LogPage,
    list: List,
    bars: RwSignal<Option<LogHistogram>>,
    (head, clock): (RwSignal<AppHeader>, Clock),
) -> Came {
    let came = Came { is_live, lines: RwSignal::new(0), per_s: RwSignal::new(0.0), waiting: RwSignal::new(0) };
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    if !is_live {
        Effect::new(move |_| status.set(Status::Still));
        keep(head, clock, move |is_heard| {
            status.try_set(if is_heard { Status::Still } else { Status::Reconnecting });
        });
        return came;
    }
    let question = address(&found.app, asked);
    let rest = question.split_once('?').map(|it| format!("?{}", it.1)).unwrap_or_default();
    let path = format!("/api/v1/apps/{}/logs/tail{rest}", found.app);
    tail::follow(path, found.through, status, move |part| take(part, list, bars, came));
    keep(head, clock, |_| {});
    Effect::new(move |_| {
        let marks = head.with(|it| it.events.clone());
        list.rows.update(|it| it.mark(marks, list.is_still()));
    });
    // What waits is none once the list goes on.
    Effect::new(move |_| {
        if !list.is_up.get() && !list.is_paused.get() {
            came.waiting.set(0);
        }
    });
    let past = StoredValue::new(VecDeque::from([0_u64]));
    Effect::new(move |_| {
        let _second = clock.now_s.get();
        let lines = came.lines.get_untracked();
        past.update_value(|past| {
            past.push_back(lines);
            let first = if past.len() > RATE_S + 1 { past.pop_front() } else { past.front().copied() };
            let seconds = past.len().clamp(2, RATE_S + 1) - 1;
            came.per_s.set((lines - first.unwrap_or(lines)) as f64 / seconds as f64);
        });
    });
    came
}

fn take(part: TailBatch, list: List, bars: RwSignal<Option<LogHistogram>>, came: Came) {
    let n = part.lines.len() as u64;
    let _gone = came.lines.try_update(|it| *it += n + part.skipped);
    let _gone = bars.try_update(|it| {
        if let Some(it) = it {
            count(it, &part.lines);
        }
    });
    let mut rows = Vec::with_capacity(part.lines.len() + 1);
    if part.skipped > 0 {
        rows.push(What::Skipped(part.skipped, part.from_ms, part.to_ms));
    }
    let mut lines = part.lines;
    lines.sort_by_key(|it| (it.at_ms, it.id));
    rows.extend(lines.into_iter().map(What::Line));
    let is_still = list.is_still();
    let waiting = list.rows.try_update(|it| {
        it.take(rows, is_still);
        it.waiting()
    });
    if let Some(waiting) = waiting.filter(|_| is_still) {
        came.waiting.try_set(waiting);
    }
}

/// Pause and Resume, how fast lines come, and how many wait.
pub fn bar_below(list: List, came: Came) -> AnyView {
    if !came.is_live {
        return ().into_any();
    }
    let is_still = move || list.is_up.get() || list.is_paused.get();
    let told = move || match (is_still(), came.waiting.get()) {
        (false, _) => "Following. Scroll up to pause.".to_owned(),
        (true, 0) => "Paused: no new lines".to_owned(),
        (true, 1) => "Paused: 1 new line".to_owned(),
        (true, n) => format!("Paused: {} new lines", grouped(n as i64)),
    };
    let act = move |_| {
        if list.is_still() { list.go_on() } else { list.is_paused.set(true) }
    };
    let per_s = move || {
        let figure = rate(came.per_s.get());
        format!("{} lines{}", figure.text, figure.unit)
    };
    view! {
        <div class="follow" class:still=is_still>
            <span role="status">{told}</span>
            <span class="push dim">{per_s}</span>
            <button class="btn" type="button" on:click=act>
                {move || if is_still() { "Resume" } else { "Pause" }}<kbd class="hide-s">"Space"</kbd>
            </button>
        </div>
    }
    .into_any()
}
