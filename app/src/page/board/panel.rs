//! A panel of a board with its data: a chart, numbers, a table, log lines or a note.

use contract::{
    LogLine, LogQuery, LogTime, Span, Stat,
    board::{Content, Panel, PanelAnswer, PanelSeries, Search, VARIABLE},
};
use leptos::prelude::*;

use super::{
    editing::Editing,
    figures::{numbers, table},
    saving::Saving,
};
use crate::{
    chart::{
        card::titled_card,
        cursor::Cursor,
        look::Look,
        plot::{Plot, Series},
    },
    page::{
        board_draft::title_of,
        metric::{COLORS, DRAWN_MAX, lines, mean_of, words},
    },
    part::{
        log_address::log_address,
        time::clock_seconds,
        type_erasure::{erased_text, erased_view},
    },
};

/// What decides how a panel is drawn. Values only move what is drawn.
#[derive(Clone, PartialEq)]
enum Form {
    /// Series of a unit and a statistic.
    Series(String, Option<Stat>),
    /// Anything else is made again with its data.
    Other(Result<PanelAnswer, String>),
}

/// The card of the panel at a place.
pub fn card(place: usize, panel: Panel, (saving, cursor): (Saving, Cursor), editing: Option<Editing>) -> AnyView {
    let state = saving.state;
    let app = state.with_untracked(|it| it.app.clone());
    let title = title_of(&panel).replace(VARIABLE, &app);
    let answer = Memo::new(move |_| state.with(|it| it.answers.get(place).cloned()));
    let form = Memo::new(move |_| {
        answer.with(|answer| match answer {
            Some(Ok(PanelAnswer::Series(it))) => Form::Series(it.unit.clone(), it.stat),
            Some(other) => Form::Other(other.clone()),
            None => Form::Other(Err("no data yet".to_owned())),
        })
    });
    let tools = editing.map(|it| (it.tools)(place, &panel, &title, saving));
    let class = format!("panel w{}", panel.width);
    let shown = erased_view(move || match form.get() {
        Form::Series(unit, stat) => {
            series_view((&panel.content, title.clone()), (&unit, stat), answer, (saving, cursor))
        }
        Form::Other(Ok(PanelAnswer::Lines(lines))) => {
            let span = state.with_untracked(|it| it.span);
            lines_view(title.clone(), &panel.content, &app, span, lines)
        }
        Form::Other(Err(problem)) => {
            plain(title.clone(), view! { <p class="none">{format!("No data: {problem}.")}</p> }.into_any())
        }
        Form::Other(Ok(_)) => note(title.clone(), &panel.content),
    });
    view! { <div class=class data-place=place.to_string()>{tools}{shown}</div> }.into_any()
}

/// A card with a title.
fn plain(title: String, content: AnyView) -> AnyView {
    let title = (!title.is_empty()).then(|| view! { <h2>{title}</h2> });
    view! { <section class="card">{title}{content}</section> }.into_any()
}

fn series_view(
    (content, title): (&Content, String),
    (unit, stat): (&str, Option<Stat>),
    answer: Memo<Option<Result<PanelAnswer, String>>>,
    (saving, cursor): (Saving, Cursor),
) -> AnyView {
    let spec = words(unit, stat.unwrap_or(Stat::Last));
    let series = Signal::derive(move || {
        answer.with(|answer| match answer {
            Some(Ok(PanelAnswer::Series(it))) => Some(it.clone()),
            _ => None,
        })
    });
    match content {
        Content::Number(_) => plain(title, numbers(series, spec.figure)),
        Content::Table(_) => plain(title, table(series, spec.figure)),
        _ => {
            let plot = Memo::new(move |_| {
                let span = saving.state.with(|it| it.span);
                series.with(|it| plot(it.as_ref(), span))
            });
            let left_out = erased_text(move || series.with(|it| it.as_ref().map(left_out).unwrap_or_default()));
            let left_out = view! { <small class="dim">{left_out}</small> }.into_any();
            titled_card(spec, title, plot.into(), cursor, Some(left_out))
        }
    }
}

/// How many series of a panel its chart draws, where that is not all of them.
fn left_out(series: &PanelSeries) -> String {
    let all = series.series.len() + series.more;
    if all > DRAWN_MAX { format!("top {DRAWN_MAX} of {all}") } else { String::new() }
}

/// The series of a panel as lines; those with the greatest means where there are many.
#[must_use]
pub fn plot(series: Option<&PanelSeries>, span: Span) -> Plot {
    let Some(answer) = series else { return lines(span, 1, vec![], 0.0) };
    let mut chosen: Vec<usize> = (0..answer.series.len()).collect();
    if chosen.len() > DRAWN_MAX {
        chosen.sort_by(|a, b| mean_of(&answer.series[*b].points).total_cmp(&mean_of(&answer.series[*a].points)));
        chosen.truncate(DRAWN_MAX);
        chosen.sort_unstable();
    }
    let line = |(place, n): (usize, usize)| Series {
        name: answer.series[n].name.clone(),
        color: COLORS[place],
        look: Look::BY_PLACE[place],
        points: answer.series[n].points.clone(),
    };
    lines(span, answer.step_s, chosen.into_iter().enumerate().map(line).collect(), 0.0)
}

fn lines_view(title: String, content: &Content, app: &str, span: Span, lines: Vec<LogLine>) -> AnyView {
    let Content::Logs(Search { app: named, q }) = content else { return plain(title, ().into_any()) };
    let app = if named == VARIABLE { app } else { named };
    let query = LogQuery { filter: q.clone(), time: LogTime::Span(span), ..LogQuery::default() };
    let href = log_address(app, &query);
    if lines.is_empty() {
        return plain(title, view! { <p class="none">"No matching lines in this range."</p> }.into_any());
    }
    let row = |line: LogLine| {
        view! {
            <li><time>{clock_seconds(line.at_ms.div_euclid(1_000))}</time><b>{line.source}</b><span>{line.text}</span></li>
        }
    };
    view! {
        <section class="card">
            <div class="card-head"><h2>{title}</h2><a class="more" href=href>"All lines"</a></div>
            <ol class="panel-lines">{lines.into_iter().map(row).collect_view()}</ol>
        </section>
    }
    .into_any()
}

fn note(title: String, content: &Content) -> AnyView {
    let Content::Text(text) = content else { return plain(title, ().into_any()) };
    plain(title, view! { <p class="panel-note">{text.clone()}</p> }.into_any())
}

#[cfg(test)]
mod tests {
    use contract::board::NamedPoints;

    use super::*;

    #[test]
    fn ok_the_greatest_series_are_drawn_in_their_order() {
        let series = |n: i64| NamedPoints { name: n.to_string(), points: vec![(10, n as f64)] };
        let answer =
            PanelSeries { unit: String::new(), stat: None, step_s: 10, series: (0..9).map(series).collect(), more: 0 };
        let plot = plot(Some(&answer), Span::clamped(0, 100));
        let names: Vec<&str> = plot.series.iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["3", "4", "5", "6", "7", "8"]);
        assert_eq!((plot.step_s, plot.to_s), (10, 100));
        assert_eq!(left_out(&answer), "top 6 of 9");
        assert_eq!(left_out(&PanelSeries { series: answer.series[..6].to_vec(), ..answer }), "");
    }
}
