//! Boards: pages of one's own, with metrics, log lines and notes of any app.
//!
//! A board is a document: it names apps and metrics as people do, so that it can be exported,
//! imported elsewhere, and looked at for another app.

/// Bounds of the texts of a board.
mod text;

/// A panel of a board.
pub mod panel;

/// What pages of boards show.
pub mod page;

use serde::{Deserialize, Serialize};

use self::text::one_line;
pub use self::{
    page::{BoardInfo, BoardPage, BoardQuery, BoardsPage, NamedPoints, PanelAnswer, PanelSeries},
    panel::{BoardSeries, Combine, Content, Measured, Panel, Search},
    text::{TEXT_BYTES_MAX, VARIABLE},
};

/// The number of a board.
pub type BoardId = i64;

/// A board as a person writes it. [`BoardDraft::checked`] checks it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BoardDraft {
    /// What people call it: one line.
    pub name: String,
    /// Its panels, in the order in which they are read.
    #[serde(default)]
    pub panels: Vec<Panel>,
}

impl BoardDraft {
    /// Most panels of a board: each asks the store when somebody looks at it.
    pub const PANELS_MAX: usize = 40;

    /// Most bytes of all its texts: a page may send 64 KiB, names of fields included.
    pub const TEXTS_BYTES_MAX: usize = 40_000;

    /// Checks every part but the names of apps and metrics: a board may be about an app that has
    /// not sent anything yet.
    ///
    /// # Errors
    /// A sentence that names the part, what was expected and what was found.
    pub fn checked(mut self) -> Result<Self, String> {
        self.name = self.name.trim().to_owned();
        one_line("name", &self.name)?;
        if self.name.is_empty() {
            return Err("expected a name, found none".to_owned());
        }
        if self.panels.len() > Self::PANELS_MAX {
            return Err(format!("expected at most {} panels, found {}", Self::PANELS_MAX, self.panels.len()));
        }
        let bytes = self.name.len() + self.panels.iter().map(Panel::text_bytes).sum::<usize>();
        if bytes > Self::TEXTS_BYTES_MAX {
            return Err(format!("expected texts of at most {} bytes together, found {bytes}", Self::TEXTS_BYTES_MAX));
        }
        for (place, panel) in self.panels.iter().enumerate() {
            panel.check().map_err(|it| format!("panel {}: {it}", place + 1))?;
        }
        Ok(self)
    }

    /// Whether a panel is about the app that the board is looked at for.
    #[must_use]
    pub fn has_variable(&self) -> bool {
        self.panels.iter().flat_map(Panel::apps).any(|it| it == VARIABLE)
    }
}

/// A board as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Board {
    /// Its number.
    pub id: BoardId,
    /// Grows by one with each change.
    pub version: i64,
    /// When it was last changed, unix milliseconds.
    pub changed_ms: i64,
    /// Who changed it last.
    pub changed_by: String,
    /// What it shows.
    #[serde(flatten)]
    pub draft: BoardDraft,
}

/// A change of boards.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BoardChange {
    /// Adds a board, or replaces the one of that number.
    Save {
        /// The number of the board to replace.
        id: Option<BoardId>,
        /// The version that was changed: another one in the store is a conflict. Not looked at
        /// where it is `None`.
        version: Option<i64>,
        /// The board.
        board: BoardDraft,
    },
    /// Puts a panel behind the others.
    AddPanel {
        /// The board.
        id: BoardId,
        /// The panel.
        panel: Panel,
    },
    /// Removes a board.
    Remove(BoardId),
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::{Label, Stat};

    fn series(stat: Stat) -> BoardSeries {
        BoardSeries { app: "shop".to_owned(), metric: "router.service".to_owned(), stat, by: vec![] }
    }

    fn chart(series: Vec<BoardSeries>, combine: Combine) -> Panel {
        Panel { title: "Slow".to_owned(), width: 2, content: Content::Chart(Measured { series, combine }) }
    }

    fn checked(panel: Panel) -> Result<BoardDraft, String> {
        BoardDraft { name: " Night 🌙 ".to_owned(), panels: vec![panel] }.checked()
    }

    #[test]
    fn ok_boards() {
        let variable = BoardSeries { app: VARIABLE.to_owned(), ..series(Stat::Rate) };
        let draft = checked(chart(vec![series(Stat::Rate), variable], Combine::Ratio)).unwrap();
        assert_eq!((&*draft.name, draft.has_variable()), ("Night 🌙", true));
        assert!(!checked(chart(vec![series(Stat::Max)], Combine::Sum)).unwrap().has_variable());
    }

    #[test]
    fn err_boards() {
        let p95 = || series(Stat::Percentile(95.0));
        let many_labels = BoardSeries { by: vec![Label::Path; 5], ..p95() };
        let nameless = BoardSeries { metric: String::new(), ..p95() };
        let wide = Panel { width: 5, ..chart(vec![p95()], Combine::Each) };
        let narrow = Panel { width: 0, ..chart(vec![p95()], Combine::Each) };
        let torn = Panel { title: "a\nb".to_owned(), ..chart(vec![p95()], Combine::Each) };
        let long = Panel { content: Content::Text("🌙".repeat(1_001)), ..wide.clone() };
        let search = Search { app: "shop".to_owned(), q: "a ".repeat(33) };
        let search = Panel { width: 1, content: Content::Logs(search), title: String::new() };
        for (panel, said) in [
            (chart(vec![], Combine::Each), "1 to 12 series in a panel, found 0"),
            (chart(vec![p95(); 13], Combine::Each), "found 13"),
            (chart(vec![p95()], Combine::Sum), "adds up for a sum, found p95"),
            (chart(vec![series(Stat::Rate)], Combine::Ratio), "two series for a ratio, found 1"),
            (chart(vec![many_labels], Combine::Each), "at most 4 labels"),
            (chart(vec![nameless], Combine::Each), "an app and a metric"),
            (wide, "width from 1 to 4, found 5"),
            (narrow, "found 0"),
            (torn, "title on one line"),
            (Panel { width: 1, ..long }, "at most 4000 bytes, found 4004"),
            (search, "32"),
        ] {
            let error = checked(panel).unwrap_err();
            assert!(error.starts_with("panel 1: expected") && error.contains(said), "{said}: {error}");
        }
        let many = BoardDraft { name: "a".to_owned(), panels: vec![chart(vec![p95()], Combine::Each); 41] };
        assert!(many.checked().is_err_and(|it| it.contains("at most 40 panels, found 41")));
        let note = Panel { title: String::new(), width: 1, content: Content::Text("a".repeat(4_000)) };
        let wordy = BoardDraft { name: "a".to_owned(), panels: vec![note; 10] };
        assert!(wordy.checked().is_err_and(|it| it.contains("at most 40000 bytes together, found 40001")));
        assert!(BoardDraft::default().checked().is_err_and(|it| it.contains("a name")));
    }
}
