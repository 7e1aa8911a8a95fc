//! How a chart presents itself: title, caption, and the format of its values.

use contract::ChartId;

use crate::part::number::Figure;

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
}
