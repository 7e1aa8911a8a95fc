//! Boards: one with a panel of each kind, and an empty one.

use contract::{
    Error, Label, LogLine, Span, Stat,
    board::{
        Board, BoardDraft, BoardInfo, BoardPage, BoardQuery, BoardSeries, BoardsPage, Combine, Content, Measured,
        NamedPoints, Panel, PanelAnswer, PanelSeries, Search, VARIABLE,
    },
};

use crate::{NOW_S, data::apps};

/// The boards: their numbers and names.
const BOARDS: [(i64, &str); 2] = [(1, "Checkout at night"), (2, "Nothing yet")];

pub(crate) fn list(is_empty: bool) -> BoardsPage {
    let info = |(id, name): (i64, &str)| BoardInfo {
        id,
        name: name.to_owned(),
        panels: panels(id).len(),
        changed_ms: (NOW_S - 86_400) * 1_000,
        changed_by: "ada".to_owned(),
    };
    let boards = if is_empty { vec![] } else { BOARDS.map(info).to_vec() };
    BoardsPage { at_ms: NOW_S * 1_000, boards }
}

fn panels(id: i64) -> Vec<Panel> {
    let series = |metric: &str, stat: Stat, by: &[Label]| {
        let by = by.to_vec();
        BoardSeries { app: VARIABLE.to_owned(), metric: metric.to_owned(), stat, by }
    };
    let each = |series| Measured { series, combine: Combine::Each };
    let panel = |width, content| Panel { title: String::new(), width, content };
    if id != 1 {
        return vec![];
    }
    let share = vec![series("router.errors", Stat::Rate, &[]), series("router.requests", Stat::Rate, &[])];
    vec![
        panel(2, Content::Chart(each(vec![series("router.service", Stat::Percentile(95.0), &[Label::Source])]))),
        panel(1, Content::Number(Measured { series: share, combine: Combine::Ratio })),
        panel(1, Content::Text("Call Ada before 8:00 UTC.".to_owned())),
        panel(2, Content::Table(each(vec![series("router.requests", Stat::Rate, &[Label::Path])]))),
        panel(2, Content::Logs(Search { app: VARIABLE.to_owned(), q: "status>=500".to_owned() })),
        panel(4, Content::Chart(each(vec![series("gone", Stat::Max, &[])]))),
    ]
}

pub(crate) fn page(query: BoardQuery) -> Result<BoardPage, Error> {
    let known = BOARDS.into_iter().find(|it| it.0 == query.id);
    let (id, name) = known.ok_or_else(|| Error::NotFound(format!("there is no board {}", query.id)))?;
    let mut names: Vec<String> = apps().into_iter().map(|it| it.app.to_string()).collect();
    names.sort_unstable();
    let app = if query.app.is_empty() { names.first().cloned().unwrap_or_default() } else { query.app };
    let span = Span::clamped(NOW_S - query.range.length_s(), NOW_S);
    let draft = BoardDraft { name: name.to_owned(), panels: panels(id) };
    let answers = draft.panels.iter().map(|it| answer(it, span)).collect();
    let changed_ms = (NOW_S - 86_400) * 1_000;
    let board = Board { id, version: 3, changed_ms, changed_by: "ada".to_owned(), draft };
    Ok(BoardPage { at_ms: NOW_S * 1_000, board, app, apps: names, range: query.range, span, answers })
}

fn answer(panel: &Panel, span: Span) -> Result<PanelAnswer, String> {
    let named = |name: &str, points: Vec<(i64, f64)>| NamedPoints { name: name.to_owned(), points };
    let whole = |name: &str, value: f64| named(name, vec![(span.from_s(), value)]);
    let series = |unit: &str, stat, step_s, series| {
        Ok(PanelAnswer::Series(PanelSeries { unit: unit.to_owned(), stat, step_s, series, more: 0 }))
    };
    match &panel.content {
        Content::Text(_) => Ok(PanelAnswer::Text),
        Content::Logs(_) => Ok(PanelAnswer::Lines(vec![LogLine {
            at_ms: (NOW_S - 30) * 1_000,
            source: "router".to_owned(),
            text: "at=error code=H12 method=GET path=\"/orders\" status=503".to_owned(),
            ..LogLine::default()
        }])),
        Content::Number(_) => {
            series("share", None, span.length_s(), vec![whole("router.errors / router.requests", 0.013)])
        }
        Content::Table(_) => {
            let rows = vec![whole("/orders", 41.5), whole("/cart/:id", 12.25), whole("/", 3.0)];
            series("", Some(Stat::Rate), span.length_s(), rows)
        }
        Content::Chart(it) if it.series.iter().any(|it| it.metric == "gone") => {
            Err("api has no metric named gone".to_owned())
        }
        Content::Chart(_) => {
            let step_s = span.length_s() / 60;
            let line = |base: f64| (0..60).map(|it| (span.from_s() + it * step_s, base + it as f64)).collect();
            series(
                "ms",
                Some(Stat::Percentile(95.0)),
                step_s,
                vec![named("web.1", line(40.0)), named("web.2", line(90.0))],
            )
        }
    }
}
