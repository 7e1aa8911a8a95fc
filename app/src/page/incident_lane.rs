//! Incidents as marks: thin bars on a lane above the charts, each a link to its page, and spans on
//! every chart.

use contract::alert::IncidentMark;
use leptos::prelude::*;

use crate::{
    chart::{cursor::MarkedSpan, overlay::span_style},
    part::{health::capital, incident_link, severity, time::length, top_k::top_k, type_erasure::erased_option},
};

/// Most incidents on the lane and on a chart: the most urgent.
const SHOWN_MAX: usize = 40;
/// Of incidents that begin nearer to each other than this share of the lane only one has its text.
const TEXT_DISTANCE: f64 = 0.2;

/// The incidents as spans of charts.
#[must_use]
pub fn marked(incidents: &[IncidentMark]) -> Vec<MarkedSpan> {
    let shown = top_k(incidents.iter().collect(), SHOWN_MAX, |a, b| rank(a) < rank(b));
    let mark = |it: &IncidentMark| MarkedSpan { span_s: span_s(it), look: it.severity.word(), text: text(it) };
    shown.into_iter().map(mark).collect()
}

const fn rank(mark: &IncidentMark) -> (u8, i64) {
    (mark.severity as u8, -mark.span.from_s())
}

/// When an incident lasted, unix seconds: at least a second.
const fn span_s(mark: &IncidentMark) -> (i64, i64) {
    let (from_s, to_s) = mark.span.ends();
    (from_s, if to_s > from_s { to_s } else { from_s + 1 })
}

fn text(mark: &IncidentMark) -> String {
    let (from_s, to_s) = span_s(mark);
    let what = capital(&mark.what);
    format!("{}: {what}, {}, {}", severity::word(mark.severity), length(to_s - from_s), mark.id)
}

/// The lane; absent without incidents. `axis_s` is the span of the charts, unix seconds.
pub fn incident_lane(incidents: Signal<Vec<IncidentMark>>, axis_s: Signal<(i64, i64)>) -> AnyView {
    let lane = erased_option(move || {
        let axis_s = axis_s.get();
        let length_s = (axis_s.1 - axis_s.0).max(1) as f64;
        let mut taken: Vec<f64> = vec![];
        let items = incidents.with(|all| {
            let shown = top_k(all.iter().collect(), SHOWN_MAX, |a, b| rank(a) < rank(b));
            let item = |mark: &IncidentMark| {
                let style = span_style(axis_s, span_s(mark))?;
                let at = ((span_s(mark).0 - axis_s.0) as f64 / length_s).max(0.0);
                let is_free = taken.iter().all(|it| (it - at).abs() >= TEXT_DISTANCE);
                if is_free {
                    taken.push(at);
                }
                let class = format!("{}{}", mark.severity.word(), if at > 0.8 { " left" } else { "" });
                let (href, title) = (incident_link::address(mark.id.0), text(mark));
                let name = if is_free { capital(&mark.what) } else { title.clone() };
                Some(view! {
                    <li class=class style=style>
                        <a href=href title=title><i aria-hidden="true"></i><span class:vh=!is_free>{name}</span></a>
                    </li>
                })
            };
            shown.into_iter().filter_map(item).collect_view()
        });
        (!items.is_empty()).then(|| view! { <ol class="lane incidents" aria-label="Incidents">{items}</ol> }.into_any())
    });
    view! { {lane} }.into_any()
}

#[cfg(test)]
mod tests {
    use contract::{
        Span,
        alert::{IncidentId, Severity},
    };

    use super::*;

    #[test]
    fn ok_the_most_urgent_first_and_never_without_width() {
        let mark = |id, severity, (from_s, to_s)| IncidentMark {
            id: IncidentId(id),
            severity,
            span: Span::clamped(from_s, to_s),
            is_open: false,
            what: "8.0 % server errors".to_owned(),
        };
        let marks = [
            mark(1, Severity::Warning, (10, 70)),
            mark(2, Severity::Critical, (20, 20)),
            mark(3, Severity::Warning, (90, 95)),
        ];
        let found: Vec<_> = marked(&marks).into_iter().map(|it| (it.span_s, it.look, it.text)).collect();
        let expected = [
            ((20, 21), "critical", "Critical: 8.0 % server errors, 1 s, #2"),
            ((90, 95), "warning", "Warning: 8.0 % server errors, 5 s, #3"),
            ((10, 70), "warning", "Warning: 8.0 % server errors, 1 min, #1"),
        ];
        assert_eq!(found, expected.map(|(span, look, text)| (span, look, text.to_owned())));
    }
}
