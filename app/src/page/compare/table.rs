//! The table of endpoints as HTML. On a narrow screen its style makes a card of each row; the roles
//! keep it a table for screen readers. Pure.

use contract::{
    EndpointQuery, Range, ReleaseComparison,
    release::{Certainty, ComparedFigure, EndpointChange, FigureChange},
};

use super::verdict::{mark, verdict_text};
use crate::part::{
    endpoint_address::endpoint_address,
    markup::{push_all, push_link, push_text},
    number::{Figure, figure_text, grouped, latency, percent, rate},
};

/// A figure's name for people, and its number format.
fn shown(figure: ComparedFigure) -> (&'static str, fn(f64) -> Figure) {
    match figure {
        ComparedFigure::P50 => ("p50", latency),
        ComparedFigure::P95 => ("p95", latency),
        ComparedFigure::P99 => ("p99", latency),
        ComparedFigure::Errors => ("Error rate", percent),
        ComparedFigure::Rate => ("Throughput", throughput),
    }
}

/// A rate; a minute's where a second has few.
fn throughput(per_s: f64) -> Figure {
    if per_s > 0.0 && per_s < 0.1 {
        return Figure { text: format!("{:.1}", per_s * 60.0), unit: "/min" };
    }
    rate(per_s)
}

/// The head and the rows.
#[must_use]
pub fn rows(app: &str, compared: &ReleaseComparison) -> String {
    let range = Range::between(compared.before.from_s(), compared.after.to_s().max(compared.before.to_s()));
    let mut html = String::from("<thead role=\"rowgroup\"><tr role=\"row\">");
    push_head(&mut html, "", "Endpoint");
    push_head(&mut html, "", "Verdict");
    for figure in ComparedFigure::ALL {
        push_head(&mut html, " class=\"num\"", shown(figure).0);
    }
    push_head(&mut html, " class=\"num\"", "Requests");
    html.push_str("</tr></thead><tbody role=\"rowgroup\">");
    for endpoint in &compared.endpoints {
        push_row(&mut html, app, range, endpoint);
    }
    html.push_str("</tbody>");
    html
}

fn push_head(html: &mut String, attributes: &str, text: &str) {
    push_all(html, &["<th role=\"columnheader\" scope=\"col\"", attributes, ">", text, "</th>"]);
}

fn push_row(html: &mut String, app: &str, range: Range, endpoint: &EndpointChange) {
    let EndpointChange { method, path, requests, figures, .. } = endpoint;
    html.push_str("<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">");
    let query = EndpointQuery { method: method.clone(), path: path.clone(), range };
    let name = [&**method, " ", path].concat();
    push_link(html, "", &endpoint_address(app, &query), name.trim_start());
    let (text, class) = verdict_text(endpoint);
    push_all(html, &["</th><td role=\"cell\" class=\"verdict ", class, "\">", text, "</td>"]);
    for change in figures {
        push_figure(html, change);
    }
    let [before, after] = [requests.before, requests.after].map(|it| grouped(it as i64));
    push_cell(html, "Requests");
    push_all(html, &[&before, " \u{2192} ", &after, "</td></tr>"]);
}

fn push_cell(html: &mut String, name: &str) {
    push_all(html, &["<td role=\"cell\" class=\"num\" data-name=\"", name, "\">"]);
}

/// A figure before and after, how sure it is that it differs, and its value a week earlier.
fn push_figure(html: &mut String, change: &FigureChange) {
    let (name, format) = shown(change.figure);
    push_cell(html, name);
    push_all(html, &["<span>", &pair(change.before.map(format), change.after.map(format)), "</span>"]);
    if let Some((class, text)) = mark(change) {
        push_all(html, &["<em class=\"", class, "\">", &text, "</em>"]);
    }
    if let Some(last_week) = change.last_week {
        let is_same = change.certainty_of_week == Certainty::Same;
        html.push_str(if is_same { "<small>as last week, " } else { "<small>last week " });
        push_text(html, &figure_text(Some(format(last_week))));
        html.push_str("</small>");
    }
    html.push_str("</td>");
}

/// Two values; their unit once where it is the same: `180 → 420 ms`.
fn pair(before: Option<Figure>, after: Option<Figure>) -> String {
    let before = match (before, &after) {
        (Some(before), Some(after)) if before.unit == after.unit => before.text,
        (before, _) => figure_text(before),
    };
    [&before, " \u{2192} ", &figure_text(after)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_pairs() {
        let check = |before: Option<f64>, after: Option<f64>, expected| {
            assert_eq!(pair(before.map(latency), after.map(latency)), expected);
        };
        check(Some(180.0), Some(420.0), "180 → 420 ms");
        check(Some(180.0), Some(1_420.0), "180 ms → 1.42 s");
        check(None, Some(420.0), "– → 420 ms");
        check(Some(180.0), None, "180 ms → –");
        check(None, None, "– → –");
    }
}
