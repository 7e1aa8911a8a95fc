//! What the pages of boards show: the list of boards, and one board with the data of its panels.

use serde::{Deserialize, Serialize};

use super::{Board, BoardId};
use crate::{LogLine, Range, Span, Stat};

/// A board in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BoardInfo {
    /// Its number.
    pub id: BoardId,
    /// Its name.
    pub name: String,
    /// How many panels it has.
    pub panels: usize,
    /// When it was last changed, unix milliseconds.
    pub changed_ms: i64,
    /// Who changed it last.
    pub changed_by: String,
}

/// The list of boards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BoardsPage {
    /// When this was so, unix milliseconds.
    pub at_ms: i64,
    /// Every board, by name.
    pub boards: Vec<BoardInfo>,
}

/// Which board is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BoardQuery {
    /// Its number.
    pub id: BoardId,
    /// The app that stands for [`super::VARIABLE`]; empty for the first one.
    pub app: String,
    /// The range of time.
    pub range: Range,
}

/// A board with the data of its panels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoardPage {
    /// When this was so, unix milliseconds.
    pub at_ms: i64,
    /// The board.
    pub board: Board,
    /// The app that stands for [`super::VARIABLE`]; empty where there is no app.
    pub app: String,
    /// Every app, by name.
    pub apps: Vec<String>,
    /// The range of time.
    pub range: Range,
    /// The same in seconds.
    pub span: Span,
    /// The data of each panel, or why there is none, in words.
    pub answers: Vec<Result<PanelAnswer, String>>,
}

/// The data of a panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PanelAnswer {
    /// Of a chart, a number or a table.
    Series(PanelSeries),
    /// Of a search, newest first.
    Lines(Vec<LogLine>),
    /// A note has none.
    Text,
}

/// Series of a panel, in its order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PanelSeries {
    /// The unit of every value; empty where the lines gave none.
    pub unit: String,
    /// The statistic, where all series have the same one.
    pub stat: Option<Stat>,
    /// Width of a step, seconds; that of the whole range for numbers and tables.
    pub step_s: i64,
    /// The series.
    pub series: Vec<NamedPoints>,
    /// How many more there are, which are left out.
    pub more: usize,
}

/// One series under the name that the panel gives it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct NamedPoints {
    /// What tells it from the others of its panel.
    pub name: String,
    /// Start of a step, unix seconds, and the value in it; a step without data has none.
    pub points: Vec<(i64, f64)>,
}
