//! The latency heatmap: how many requests took how long, over time. Pure.

use std::collections::BTreeMap;

use contract::{AppPage, HeatCounts, heat as rows};

use super::plots::base;
use crate::{
    chart::{
        look::Look,
        plot::{Plot, Series, Shape},
        scale::Scale,
    },
    part::number::short,
};

/// The heatmap of a page over a span. Its rows begin with a power of ten.
#[must_use]
pub fn heat(page: &AppPage, span: (i64, i64)) -> Plot {
    let width_s = page.heat_step_s();
    let mut cells = vec![BTreeMap::<i64, f64>::new(); rows::ROWS];
    for column in &page.buckets {
        let Some(HeatCounts { first_row, counts }) = &column.heat else { continue };
        let at_s = column.at_s - column.at_s.rem_euclid(width_s);
        for (row, count) in cells.iter_mut().skip(usize::from(*first_row)).zip(counts).filter(|it| *it.1 > 0) {
            *row.entry(at_s).or_default() += f64::from(*count);
        }
    }
    let lowest = cells.iter().position(|it| !it.is_empty()).unwrap_or(5) / 5 * 5;
    let end = cells.iter().rposition(|it| !it.is_empty()).map_or(15, |it| it + 1);
    let is_empty = cells.iter().all(BTreeMap::is_empty);
    let row = |(row, cells): (usize, BTreeMap<i64, f64>)| Series {
        name: row_name(row),
        color: "--heat-3",
        look: Look::Solid,
        points: cells.into_iter().collect(),
    };
    let series =
        if is_empty { vec![] } else { cells.into_iter().enumerate().take(end).skip(lowest).map(row).collect() };
    let scale = Scale::Log { min: rows::edge_ms(lowest), max: rows::edge_ms(end) };
    let mut plot = base(page, span, Shape::Heat, series, scale);
    (plot.step_s, plot.join_s) = (width_s, width_s);
    plot
}

/// The name of a row: the durations that it counts.
pub(crate) fn row_name(row: usize) -> String {
    let edge = |row: usize| {
        let ms = rows::edge_ms(row);
        let (value, unit) = if ms < 1_000.0 { (ms, "ms") } else { (ms / 1_000.0, "s") };
        (short(value), unit)
    };
    let ((low, unit), (high, next)) = (edge(row), edge(row + 1));
    match row {
        0 => format!("under {high} {next}"),
        _ if row == rows::ROWS - 1 => format!("over {low} {unit}"),
        _ if unit == next => format!("{low}–{high} {unit}"),
        _ => format!("{low} {unit}–{high} {next}"),
    }
}

#[cfg(test)]
mod tests {
    use contract::ChartBucket;

    use super::*;
    use crate::page::app::plots::page;

    #[test]
    fn ok_seconds_of_a_heatmap_are_gathered() {
        let of = |at_s, first_row, counts: &[u32]| ChartBucket {
            at_s,
            heat: Some(HeatCounts { first_row, counts: counts.to_vec() }),
            ..ChartBucket::default()
        };
        // Steps of three seconds: 300 of them would be too many columns.
        let plot = heat(&page(vec![of(801, 6, &[1, 2]), of(802, 7, &[3]), of(804, 12, &[5])]), (701, 1001));
        assert_eq!((plot.step_s, plot.series.len()), (3, 8));
        assert_eq!(
            plot.series[1],
            Series { name: "16–25 ms".into(), color: "--heat-3", look: Look::Solid, points: vec![(801, 1.0)] }
        );
        assert_eq!(plot.series[2].points, [(801, 5.0)]);
        assert_eq!(plot.series[7].points, [(804, 5.0)]);
        assert_eq!(plot.series[7].name, "250–400 ms");
    }
}
