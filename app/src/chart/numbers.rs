//! The numbers of a chart as a table: for screen readers, for copying, and for browsers without
//! JavaScript.

use leptos::{ev::Event, prelude::*};

use super::{plot::Plot, spec::ChartSpec, tick};
#[cfg(feature = "hydrate")]
use crate::browser::document::is_details_open;
use crate::part::{markup::push_text, number::figure_text, zone::name};

const ROWS: i64 = 12;

/// The table, folded away. While it is closed it does not change. It is one piece of HTML: taking
/// over hundreds of cells would take longer than taking over the rest of the page.
pub fn numbers(spec: ChartSpec, plot: Signal<Plot>) -> AnyView {
    let is_open = RwSignal::new(false);
    let html = Memo::new(move |before: Option<&String>| match before {
        Some(before) if !is_open.get() => before.clone(),
        _ => plot.with(|it| html(&table(spec, it))),
    });
    view! {
        <details class="numbers" on:toggle=move |event: Event| is_open.set(is_details_open(&event))>
            <summary>"Data table"</summary>
            <div class="scroll"><table class="rows" inner_html=html></table></div>
        </details>
    }
    .into_any()
}

/// Nothing is opened on the server.
#[cfg(not(feature = "hydrate"))]
fn is_details_open(_: &Event) -> bool {
    false
}

/// The HTML inside a table element. The first row is the head; the first cell of each row names it.
fn html(rows: &[Vec<String>]) -> String {
    let mut html = String::new();
    for (place, row) in rows.iter().enumerate() {
        html.push_str(match place {
            0 => "<thead><tr>",
            1 => "</tr></thead><tbody><tr>",
            _ => "</tr><tr>",
        });
        for (column, cell) in row.iter().enumerate() {
            let (open, close) = match (place, column) {
                (0, _) => ("<th scope=\"col\" class=\"num\">", "</th>"),
                (_, 0) => ("<th scope=\"row\">", "</th>"),
                _ => ("<td class=\"num\">", "</td>"),
            };
            html.push_str(open);
            push_text(&mut html, cell);
            html.push_str(close);
        }
    }
    html.push_str(if rows.len() > 1 { "</tr></tbody>" } else { "</tr></thead>" });
    html
}

/// The cells: first the names, then up to [`ROWS`] rows that begin with their time, the newest
/// first.
fn table(spec: ChartSpec, plot: &Plot) -> Vec<Vec<String>> {
    let steps = (plot.to_s - plot.from_s) / plot.step_s;
    let stride_s = (steps / ROWS).max(1) * plot.step_s;
    let last_s = plot.latest_s();
    let names = std::iter::once(name()).chain(plot.series.iter().map(|it| it.name.clone())).collect();
    let row = |at_s: i64| {
        let time = tick::moment(at_s, plot.step_s, plot.to_s - plot.from_s);
        let values = plot.series.iter().map(|it| figure_text(it.at(at_s, plot.reach_s()).map(spec.figure)));
        std::iter::once(time).chain(values).collect()
    };
    let times = (0..ROWS).map(|it| last_s - it * stride_s).filter(|it| *it >= plot.from_s);
    std::iter::once(names).chain(times.map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_table_is_html() {
        let rows = [vec!["UTC".to_owned(), "2xx".to_owned()], vec!["14:31".to_owned(), "7.0".to_owned()]];
        let expected = "<thead><tr><th scope=\"col\" class=\"num\">UTC</th><th scope=\"col\" class=\"num\">2xx</th></tr></thead>\
                        <tbody><tr><th scope=\"row\">14:31</th><td class=\"num\">7.0</td></tr></tbody>";
        assert_eq!(html(&rows), expected);
        assert_eq!(html(&rows[..1]).matches("thead>").count(), 2);
    }

    #[test]
    fn ok_names_are_text() {
        let rows = [vec!["<script>alert(1)</script> & \"x\"".to_owned()]];
        assert!(html(&rows).contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;"));
    }
}
