//! The chart that decided an incident: its metric with the limit, what is usual, the incident
//! itself, the releases before it, and the crosshair on its worst second.

use contract::{Range, alert::IncidentPage, series::QueryAnswer};
use leptos::prelude::*;

use crate::{
    chart::{
        card::titled_card,
        cursor::{Annotations, Cursor, MarkedSpan, Selection},
        pin::Pin,
        plot::{Band, Limit, Plot},
    },
    page::{
        app::address,
        form_fields::problem_text,
        metric::{lines, series_of, shown_unit, usual_band, words},
    },
    part::{address::visit, event::releases, health::capital, severity::shade},
};

/// Data of the last seconds may be incomplete, seconds.
const FRESH_S: i64 = 3;

/// The address of the App page over the incident, pinned at its worst second.
#[must_use]
pub fn app_address(page: &IncidentPage) -> String {
    let (from_s, to_s) = page.span.ends();
    let pin = Pin::moment(worst_s(page), 1);
    address::address(&page.incident.app, Range::between(from_s, to_s), None, Some(&pin))
}

const fn worst_s(page: &IncidentPage) -> i64 {
    page.incident.worst_ms.div_euclid(1_000)
}

/// The card of the chart, or why there is none.
pub fn card(state: RwSignal<IncidentPage>) -> AnyView {
    state.with_untracked(|page| match &page.chart {
        Ok(answer) => chart(state, page, answer),
        Err(problem) => {
            view! { <section class="card refusal"><h2>"No chart"</h2><p class="dim">{problem_text(problem)}</p></section> }
                .into_any()
        }
    })
}

fn chart(state: RwSignal<IncidentPage>, page: &IncidentPage, answer: &QueryAnswer) -> AnyView {
    let unit = shown_unit(&answer.metric, &answer.unit).to_owned();
    let title = format!("{}, {}", answer.metric, answer.stat);
    let step_s = answer.step.seconds();
    let at_s = worst_s(page) - worst_s(page).rem_euclid(step_s);
    let pin = Pin::moment(at_s, step_s);
    let app = page.incident.app.clone();
    let zoom = Callback::new(move |(selection,): (Option<Selection>,)| {
        if let Some(Selection { span_s: (from_s, to_s) }) = selection {
            visit(&address::address(&app, Range::between(from_s, to_s), None, None));
        }
    });
    let annotations = Memo::new(move |_| state.with(annotations));
    let cursor = Cursor::new(step_s, Some(pin), zoom, annotations.into());
    let plot = Memo::new(move |_| state.with(plot));
    titled_card(words(&unit, answer.stat), title, plot.into(), cursor, None)
}

fn annotations(page: &IncidentPage) -> Annotations {
    let incident = &page.incident;
    let from_s = incident.began_ms.div_euclid(1_000);
    let to_s = incident.resolved_ms.unwrap_or(page.at_ms).div_euclid(1_000).max(from_s + 1);
    let marked =
        vec![MarkedSpan { span_s: (from_s, to_s), look: shade(incident.severity), text: capital(&incident.what) }];
    Annotations { releases: releases(&page.events), lost: vec![], marked }
}

/// The content of the chart.
#[must_use]
pub fn plot(page: &IncidentPage) -> Plot {
    let step_s = page.chart.as_ref().map_or(60, |it| it.step.seconds());
    let (series, band) =
        (page.chart.as_ref().map(series_of).unwrap_or_default(), usual_band(&page.usual, None, "--ink"));
    let highest = band.iter().map(Band::highest).fold(page.limit.unwrap_or(0.0), f64::max);
    Plot {
        fresh_s: page.span.to_s().min(page.at_ms.div_euclid(1_000) - FRESH_S),
        limit: page.limit.map(|it| Limit { value: it, name: "limit", is_floor: is_floor(page, it) }),
        bands: band.into_iter().collect(),
        ..lines(page.span, step_s, series, highest)
    }
}

/// Whether values below the limit are wrong: then the worst one is there.
fn is_floor(page: &IncidentPage, limit: f64) -> bool {
    let reach_s = page.chart.as_ref().map_or(60, |it| 2 * it.step.seconds());
    let series = page.chart.as_ref().map(series_of).unwrap_or_default();
    series.first().and_then(|it| it.at(worst_s(page), reach_s)).is_some_and(|it| it < limit)
}
