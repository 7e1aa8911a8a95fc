//! The board that comes with a demonstration: what the simulated apps send, in panels of each kind.

use contract::{
    Label, Stat,
    board::{BoardDraft, BoardSeries, Combine, Content, Measured, Panel, Search, VARIABLE},
};

/// Its name, by which a second demonstration finds it.
pub(crate) const NAME: &str = "Demo";

/// The board for these apps.
#[must_use]
pub(crate) fn board(apps: &[String]) -> BoardDraft {
    let of = |app: &str, metric: &str, stat: Stat, by: &[Label]| {
        let (app, metric, by) = (app.to_owned(), metric.to_owned(), by.to_vec());
        BoardSeries { app, metric, stat, by }
    };
    let here = |metric: &str, stat: Stat, by: &[Label]| of(VARIABLE, metric, stat, by);
    let each = |series: Vec<BoardSeries>| Measured { series, combine: Combine::Each };
    let panel = |title: &str, width: u8, content: Content| Panel { title: title.to_owned(), width, content };
    let share = vec![here("router.errors", Stat::Sum, &[]), here("router.requests", Stat::Sum, &[])];
    let percentiles = [50.0, 95.0, 99.0].map(|it| here("router.service", Stat::Percentile(it), &[]));
    let most = apps.len().min(Measured::SERIES_MAX);
    let of_all = apps[..most].iter().map(|it| of(it, "router.requests", Stat::Rate, &[])).collect();
    let note = "Every panel but the last is about the app that is chosen above. “Edit” changes the board.";
    BoardDraft {
        name: NAME.to_owned(),
        panels: vec![
            panel(
                "Requests by class",
                2,
                Content::Chart(each(vec![here("router.requests", Stat::Rate, &[Label::Class])])),
            ),
            panel("Failed requests", 1, Content::Number(Measured { series: share, combine: Combine::Ratio })),
            panel("About this board", 1, Content::Text(note.to_owned())),
            panel("Response time", 2, Content::Chart(each(percentiles.to_vec()))),
            panel(
                "Requests by endpoint",
                2,
                Content::Table(each(vec![here("router.endpoints", Stat::Rate, &[Label::Path])])),
            ),
            panel(
                "Failed requests, newest first",
                4,
                Content::Logs(Search { app: VARIABLE.to_owned(), q: "status>=500".to_owned() }),
            ),
            panel("Requests of all apps", 4, Content::Chart(each(of_all))),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_the_board_makes_sense() {
        for n in [1, 3, 64] {
            let apps: Vec<String> = (0..n).map(|it| format!("app-{it}")).collect();
            assert!(board(&apps).checked().is_ok_and(|it| it.has_variable()), "{n}");
        }
    }
}
