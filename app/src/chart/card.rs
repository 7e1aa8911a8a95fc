//! A chart with its title, the legend that is also the readout, labels, and a table of the same numbers.

use leptos::{ev::Event, prelude::*};

use super::{
    canvas::Canvas,
    cursor::Cursor,
    legend::{latest, legend, plain},
    overlay::{over, percent},
    plot::Plot,
    tick::{self, Tick},
};
use crate::part::{
    number::Figure,
    type_erasure::{live, maybe},
};

/// Rows of the table.
const ROWS: i64 = 12;

/// How a chart speaks of its values.
#[derive(Clone, Copy)]
pub struct Words {
    /// Its title.
    pub title: &'static str,
    /// What is measured, in small.
    pub about: &'static str,
    /// A value as the legend shows it.
    pub figure: fn(f64) -> Figure,
    /// A value as the axis shows it.
    pub label: fn(f64) -> String,
    /// What stands in the box when there is nothing to draw.
    pub nothing: &'static str,
    /// Entries of the legend; the others are counted.
    pub entries: usize,
}

/// The chart.
pub fn chart_card(words: Words, whole: Signal<Plot>, cursor: Cursor) -> AnyView {
    titled_card(words, words.title.to_owned(), whole, cursor)
}

/// The card under a title that is known only when it is made. Its pin is named by the title of `words`.
pub fn titled_card(words: Words, title: String, whole: Signal<Plot>, cursor: Cursor) -> AnyView {
    let alone = RwSignal::new(None::<String>);
    let plot: Signal<Plot> = Memo::new(move |_| whole.with(|it| alone.with(|alone| it.only(alone.as_deref())))).into();
    let y = live(move || {
        // An axis of nothing would be made up.
        let ticks = plot.with(|it| if it.is_empty() { vec![] } else { tick::values(it.scale, words.label) });
        ticks
            .into_iter()
            .map(|(share, text)| view! { <span style=percent("bottom", share)>{text}</span> })
            .collect_view()
            .into_any()
    });
    let x = live(move || {
        let ticks: Vec<Tick> = plot.with(|it| tick::times(it.from_s, it.to_s));
        let inside = ticks.into_iter().filter(|it| (0.02..=0.98).contains(&it.0));
        inside.map(|(share, text)| view! { <span style=percent("left", share)>{text}</span> }).collect_view().into_any()
    });
    let empty = maybe(move || {
        plot.with(Plot::is_empty).then(|| view! { <p class="chart-empty">{words.nothing}</p> }.into_any())
    });
    let named = if words.about.is_empty() { title.clone() } else { format!("{title}, {}", words.about) };
    let label =
        format!("{named}. Arrow keys move the crosshair, Enter pins it, Shift with arrow keys selects a range.");
    view! {
        <section class="card">
            <div class="card-head"><h2>{title.clone()}<small>{words.about}</small></h2>{legend(words, &title, whole, cursor, alone)}</div>
            <div class="chart">
                <div class="chart-y" aria-hidden="true">{y}</div>
                <div class="chart-plot">
                    <Canvas plot cursor label title=words.title />
                    {over(plot, cursor, words.label)}
                    {empty}
                </div>
                <div class="chart-x" aria-hidden="true">{x}</div>
            </div>
            {numbers(words, whole)}
        </section>
    }
    .into_any()
}

/// The same numbers as a table: for screen readers, for copying, and without JavaScript. While it is closed it stays as it was. It is one piece of HTML:
/// hundreds of cells would take longer to take over than all the rest of a page.
fn numbers(words: Words, plot: Signal<Plot>) -> AnyView {
    let is_open = RwSignal::new(false);
    let html = Memo::new(move |before: Option<&String>| match before {
        Some(before) if !is_open.get() => before.clone(),
        _ => plot.with(|it| html(&table(words, it))),
    });
    view! {
        <details class="numbers" on:toggle=move |event: Event| is_open.set(opened(&event))>
            <summary>"Data table"</summary>
            <div class="scroll"><table class="rows" inner_html=html></table></div>
        </details>
    }
    .into_any()
}

/// The inside of a table, of which the first row is the head and the first cell of each row names it.
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
            escape(cell, &mut html);
            html.push_str(close);
        }
    }
    html.push_str(if rows.len() > 1 { "</tr></tbody>" } else { "</tr></thead>" });
    html
}

/// Names of series come out of log lines, and may be anything.
fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
}

#[cfg(feature = "hydrate")]
fn opened(event: &Event) -> bool {
    event_target::<web_sys::Element>(event).has_attribute("open")
}

#[cfg(not(feature = "hydrate"))]
fn opened(_: &Event) -> bool {
    false
}

/// The table as text: the names, then some rows that begin with their time, the newest first.
fn table(words: Words, plot: &Plot) -> Vec<Vec<String>> {
    let steps = (plot.to_s - plot.from_s) / plot.step_s;
    let stride_s = (steps / ROWS).max(1) * plot.step_s;
    let last_s = latest(plot);
    let names = std::iter::once("UTC".to_owned()).chain(plot.series.iter().map(|it| it.name.clone())).collect();
    let row = |at_s: i64| {
        let time = tick::moment(at_s, plot.step_s, plot.to_s - plot.from_s);
        let values = plot.series.iter().map(|it| plain(it.at(at_s, plot.reach_s()).map(words.figure)));
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
