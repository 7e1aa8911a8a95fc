//! The charts of an app under one crosshair, with the cards between them, and what is annotated on
//! all of them.

use contract::{AppPage, ChartId, Label, LossInterval, Range};
use leptos::prelude::*;

use super::{
    addons::Addons,
    address::address,
    chart_table::{AppChart, CHARTS, ChartAlert},
    endpoints::Endpoints,
    events::Events,
    lane::Lane,
    restart::put_together,
};
use crate::{
    chart::{
        card::chart_card,
        cursor::{Annotations, Cursor},
    },
    live::{clock::Clock, feed::window},
    page::{
        incident_lane::{incident_lane, marked},
        log_card::{PinnedLogs, lines_card},
    },
    part::{address::add, event::releases, onward},
};

/// The charts and the cards between them.
#[component]
pub fn Charts(
    state: RwSignal<AppPage>,
    clock: Clock,
    range: Range,
    /// The crosshair that the charts share.
    cursor: Cursor,
    /// The lines behind its pin.
    pinned: RwSignal<Option<PinnedLogs>>,
) -> impl IntoView {
    let span = Memo::new(move |_| {
        if range == Range::Live { window(clock.now_s.get() * 1_000).ends() } else { state.with(|it| it.span.ends()) }
    });
    let app = state.with_untracked(|it| it.summary.app.clone());
    let chart = move |chart: &AppChart| {
        let content = chart.plot;
        let plot = Memo::new(move |_| state.with(|it| content(it, span.get())));
        let links = chart.alert.map(|measured| {
            let ChartAlert { metric, stat, by } = measured;
            onward::of_chart(&app, metric, stat, by, chart.spec.title, compared(&app, range, measured))
        });
        chart_card(chart.spec, plot.into(), cursor, links)
    };
    let lines = move |row: usize| {
        let of_row = move || pinned.get().filter(|it| row_of(it.pin.chart) == row);
        lines_card(Signal::derive(of_row), Callback::new(move |()| cursor.pinned.set(None)))
    };
    // The lines behind a click stand below the row of its chart, so that they cover nothing.
    let rows = |is_large: bool, rest: AnyView| {
        let charts: Vec<&AppChart> = CHARTS.iter().filter(|it| it.is_large == is_large).collect();
        let (mut rows, mut rest) = (vec![], Some(rest));
        for row in charts.chunks(row_charts(is_large)) {
            rows.extend(row.iter().map(|it| chart(it)));
            // Whatever follows the charts stands beside the last of them.
            rows.extend(if row.len() < row_charts(is_large) { rest.take() } else { None });
            rows.push(lines(row_of(row.first().map(|it| it.spec.id))));
        }
        rows.extend(rest);
        rows
    };
    let incidents = Signal::derive(move || state.with(|it| it.incidents.clone()));
    let events = Memo::new(move |_| state.with(|it| put_together(&it.events)));
    view! {
        <Lane events span=Signal::from(span) />
        {incident_lane(incidents, span.into())}
        <div class="grid">{rows(true, view! { <Endpoints state /> }.into_any())}</div>
        <div class="grid three">{rows(false, view! { <Events events state /> }.into_any())}<Addons state /></div>
    }
}

/// The address of a chart's metric over the range of the page, beside the same a week before.
fn compared(app: &str, range: Range, chart: ChartAlert) -> String {
    let range = if range == Range::Live { Range::Hour } else { range };
    let mut to = address(&format!("{app}/metrics"), range, None, None);
    for (name, value) in
        [("metric", chart.metric), ("stat", &chart.stat.to_string()), ("by", &Label::join(chart.by)), ("compare", "7d")]
    {
        add(&mut to, name, value);
    }
    to
}

/// How many charts stand in a row, where there is room.
const fn row_charts(is_large: bool) -> usize {
    if is_large { 2 } else { 3 }
}

/// The row that a chart stands in; the first for none.
fn row_of(chart: Option<ChartId>) -> usize {
    let rows = |is_large: bool, n: usize| n.div_ceil(row_charts(is_large));
    let Some(chart) = CHARTS.iter().find(|it| Some(it.spec.id) == chart) else { return 0 };
    let same = || CHARTS.iter().filter(|it| it.is_large == chart.is_large);
    let place = same().position(|it| it.spec.id == chart.spec.id).unwrap_or_default();
    let before = if chart.is_large { 0 } else { rows(true, CHARTS.iter().filter(|it| it.is_large).count()) };
    before + place / row_charts(chart.is_large)
}

/// What is annotated on every chart: releases, and spans in which lines were lost.
#[must_use]
pub fn annotations(page: &AppPage) -> Annotations {
    let lost = LossInterval::join(page.buckets.iter().map(|it| (it.at_s, it.lost)), page.step_s);
    Annotations { releases: releases(&page.events), lost, marked: marked(&page.incidents) }
}

#[cfg(test)]
mod tests {
    use contract::ChartBucket;

    use super::*;
    use crate::page::app::plots::page;

    #[test]
    fn ok_lines_stand_below_the_row_of_their_chart() {
        use ChartId::{Connect, Errors, Heatmap, Latency, Load, Memory, Throughput};
        let rows = [Throughput, Latency, Heatmap, Errors, Memory, Connect, Load].map(|it| row_of(Some(it)));
        assert_eq!((rows, row_of(None)), ([0, 0, 1, 2, 2, 2, 3], 0));
    }

    #[test]
    fn ok_a_chart_is_compared_over_the_range_of_the_page() {
        let errors = CHARTS.iter().find(|it| it.spec.id == ChartId::Errors).and_then(|it| it.alert);
        let tail = "metric=router.errors&stat=sum&by=code&compare=7d";
        for (range, head) in
            [(Range::Live, "range=1h"), (Range::Week, "range=7d"), (Range::between(60, 120), "from=60&to=120")]
        {
            let found = errors.map(|it| compared("a", range, it));
            assert_eq!(found, Some(format!("/apps/a/metrics?{head}&{tail}")));
        }
    }

    #[test]
    fn ok_losses_side_by_side_are_one_span() {
        let of = |at_s, lost| ChartBucket { at_s, lost, ..ChartBucket::default() };
        let annotations = annotations(&page(vec![of(800, 3), of(801, 4), of(802, 0), of(803, 1), of(900, 9)]));
        let spans: Vec<_> = annotations.lost.iter().map(|it| (it.span.from_s(), it.span.to_s(), it.lines)).collect();
        assert_eq!(spans, [(800, 804, 8), (900, 901, 9)]);
    }
}
