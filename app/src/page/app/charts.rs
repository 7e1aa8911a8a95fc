//! The charts of an app, under one crosshair: their words, and what is marked on all of them.

use contract::{AppPage, Event, EventKind, LossInterval, Range};
use leptos::prelude::*;

use super::{
    addons::Addons,
    endpoints::Endpoints,
    events::{Events, Lane},
    heatmap::heat,
    plots::{errors, load, memory, response, throughput, waiting},
};
use crate::{
    chart::{
        card::{Words, chart_card},
        cursor::{Cursor, Marked},
        plot::Plot,
    },
    live::{clock::Clock, feed::window},
    part::number::{Figure, digits, grouped, latency, latency_label, rate, short},
};

pub(crate) const THROUGHPUT: Words = Words {
    title: "Throughput",
    about: "requests/s by status class",
    figure: bare_rate,
    label: short,
    nothing: "No requests in this range",
    entries: 4,
};
pub(crate) const RESPONSE: Words = Words {
    title: "Response time",
    about: "router service time, log scale",
    figure: latency,
    label: latency_label,
    ..THROUGHPUT
};
pub(crate) const HEAT: Words = Words {
    title: "Latency heatmap",
    about: "requests by service time",
    figure: count,
    label: latency_label,
    ..THROUGHPUT
};
pub(crate) const ERRORS: Words = Words {
    title: "Errors",
    about: "by error code",
    figure: count,
    label: short,
    nothing: "No errors in this range",
    entries: 3,
};
pub(crate) const MEMORY: Words = Words {
    title: "Memory",
    about: "MB by dyno",
    figure: count,
    label: short,
    nothing: "No memory reported in this range",
    entries: 4,
};
pub(crate) const WAITING: Words = Words {
    title: "Connect vs. service time",
    about: "p95",
    figure: latency,
    label: latency_label,
    nothing: "No requests in this range",
    entries: 3,
};
pub(crate) const LOAD: Words = Words {
    title: "Load",
    about: "1 min average by dyno",
    figure: load_figure,
    label: short,
    nothing: "No load reported in this range",
    entries: 4,
};

/// The charts, under one crosshair, with what belongs beside them.
#[component]
pub fn Charts(
    /// The page.
    state: RwSignal<AppPage>,
    /// The server's clock.
    clock: Clock,
    /// The page's range.
    range: Range,
    /// Makes what the charts share, from what is marked on all of them.
    cursor: Cursor,
) -> impl IntoView {
    let span = Memo::new(move |_| {
        if range == Range::Live { window(clock.now_s.get() * 1_000).ends() } else { state.with(|it| it.span.ends()) }
    });
    let chart = move |words: Words, make: fn(&AppPage, (i64, i64)) -> Plot| {
        let plot = Memo::new(move |_| state.with(|it| make(it, span.get())));
        chart_card(words, plot.into(), cursor)
    };
    view! {
        <Lane state span=Signal::from(span) />
        <div class="grid">
            {chart(THROUGHPUT, throughput)}
            {chart(RESPONSE, response)}
            {chart(HEAT, heat)}
            <Endpoints state />
        </div>
        <div class="grid three">
            {chart(ERRORS, errors)}
            {chart(MEMORY, memory)}
            {chart(WAITING, waiting)}
            {chart(LOAD, load)}
            <Events state />
            <Addons state />
        </div>
    }
}

/// When there were releases, unix seconds.
#[must_use]
pub fn releases(events: &[Event]) -> Vec<i64> {
    events.iter().filter(|it| it.kind == EventKind::Release).map(|it| it.at_s).collect()
}

/// What is marked on every chart: releases, and spans in which lines were lost.
#[must_use]
pub fn marked(page: &AppPage) -> Marked {
    let releases = releases(&page.events);
    let lost = LossInterval::join(page.buckets.iter().map(|it| (it.at_s, it.lost)), page.step_s);
    Marked { releases, lost }
}

fn count(value: f64) -> Figure {
    Figure { text: grouped(value.round() as i64), unit: "" }
}

fn load_figure(value: f64) -> Figure {
    Figure { text: digits(value), unit: "" }
}

/// The title has said that it is a second.
fn bare_rate(value: f64) -> Figure {
    Figure { unit: "", ..rate(value) }
}

#[cfg(test)]
mod tests {
    use contract::ChartBucket;

    use super::*;
    use crate::page::app::plots::page;

    #[test]
    fn ok_losses_side_by_side_are_one_span() {
        let of = |at_s, lost| ChartBucket { at_s, lost, ..ChartBucket::default() };
        let marked = marked(&page(vec![of(800, 3), of(801, 4), of(802, 0), of(803, 1), of(900, 9)]));
        let spans: Vec<_> = marked.lost.iter().map(|it| (it.span.from_s(), it.span.to_s(), it.lines)).collect();
        assert_eq!(spans, [(800, 804, 8), (900, 901, 9)]);
    }
}
