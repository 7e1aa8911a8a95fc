//! The charts of an app under one crosshair, with the cards between them, and what is annotated on
//! all of them.

use contract::{AppPage, LossInterval, Range};
use leptos::prelude::*;

use super::{
    addons::Addons,
    chart_table::{AppChart, CHARTS},
    endpoints::Endpoints,
    events::Events,
    lane::Lane,
};
use crate::{
    chart::{
        card::chart_card,
        cursor::{Annotations, Cursor},
    },
    live::{clock::Clock, feed::window},
    page::incident_lane::{incident_lane, marked},
    part::{event::releases, rule_address},
};

/// The charts and the cards between them.
#[component]
pub fn Charts(
    state: RwSignal<AppPage>,
    clock: Clock,
    range: Range,
    /// The crosshair that the charts share.
    cursor: Cursor,
) -> impl IntoView {
    let span = Memo::new(move |_| {
        if range == Range::Live { window(clock.now_s.get() * 1_000).ends() } else { state.with(|it| it.span.ends()) }
    });
    let app = state.with_untracked(|it| it.summary.app.clone());
    let chart = move |chart: &AppChart| {
        let content = chart.plot;
        let plot = Memo::new(move |_| state.with(|it| content(it, span.get())));
        let alert = chart.alert.map(|it| rule_address::of_metric(&app, it.metric, it.stat, it.by));
        chart_card(chart.spec, plot.into(), cursor, alert)
    };
    let charts = |is_large: bool| CHARTS.iter().filter(|it| it.is_large == is_large).map(&chart).collect_view();
    let incidents = Signal::derive(move || state.with(|it| it.incidents.clone()));
    view! {
        <Lane state span=Signal::from(span) />
        {incident_lane(incidents, span.into())}
        <div class="grid">{charts(true)}<Endpoints state /></div>
        <div class="grid three">{charts(false)}<Events state /><Addons state /></div>
    }
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
    fn ok_losses_side_by_side_are_one_span() {
        let of = |at_s, lost| ChartBucket { at_s, lost, ..ChartBucket::default() };
        let annotations = annotations(&page(vec![of(800, 3), of(801, 4), of(802, 0), of(803, 1), of(900, 9)]));
        let spans: Vec<_> = annotations.lost.iter().map(|it| (it.span.from_s(), it.span.to_s(), it.lines)).collect();
        assert_eq!(spans, [(800, 804, 8), (900, 901, 9)]);
    }
}
