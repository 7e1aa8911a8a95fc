//! How a chart presents itself: title, caption, and the format of its values.

use contract::ChartId;

use super::plot::Series;
use crate::part::number::Figure;

/// What a legend says of a span that is over, where no step is pointed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    Mean,
    Max,
    Total,
}

impl Past {
    /// The word before the values.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Max => "max",
            Self::Total => "total",
        }
    }

    /// The value of a series; `None` if it has none.
    #[must_use]
    pub fn of(self, series: &Series) -> Option<f64> {
        let values = || series.points.iter().map(|it| it.1);
        let n = series.points.len();
        let value = match self {
            Self::Mean => values().sum::<f64>() / n as f64,
            Self::Max => values().fold(f64::MIN, f64::max),
            Self::Total => values().sum(),
        };
        (n > 0).then_some(value)
    }
}

/// The texts and formats of a chart.
#[derive(Clone, Copy, Debug)]
pub struct ChartSpec {
    /// The chart, as addresses name it.
    pub id: ChartId,
    pub title: &'static str,
    /// What is measured, in what unit: small beside the title.
    pub caption: &'static str,
    /// Formats a value for the legend and the table.
    pub figure: fn(f64) -> Figure,
    /// Formats a value for the axis.
    pub label: fn(f64) -> String,
    /// The text in place of the drawing when there is no data.
    pub empty: &'static str,
    /// Most series in the legend before it is expanded.
    pub legend_max: usize,
    /// What the legend says of a span that is over.
    pub past: Past,
    /// Whether lines are named at their right end, for which there is room then.
    pub has_ends: bool,
}
