//! The names at the right end of a chart's lines and areas, moved apart so that none covers
//! another. Pure.

use super::{
    plot::{Limit, Plot, Series, Shape},
    stack::stacked,
};

/// Least distance of two names, as a share of the height.
const GAP: f64 = 0.1;
/// Lines that end before the last part of the axis of this size have no name there.
const NEAR_END: i64 = 10;

/// A name at the end of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// The share of the height at which it stands.
    pub share: f64,
    pub name: String,
    /// The colour: the name of a token.
    pub color: &'static str,
}

/// The names of a plot, the lowest first. `label` writes the value of a limit.
#[must_use]
pub fn ends(plot: &Plot, label: impl Fn(f64) -> String) -> Vec<End> {
    let mut ends = match plot.shape {
        Shape::Lines => of_lines(plot),
        Shape::Stack => of_areas(plot),
        Shape::Bars | Shape::Heat => vec![],
    };
    if let Some(Limit { value, name, .. }) = plot.limit {
        ends.push(End { share: plot.scale.y(value), name: format!("{name} {}", label(value)), color: "--bad" });
    }
    spread(ends)
}

fn of_lines(plot: &Plot) -> Vec<End> {
    let near_s = plot.reach_s().max((plot.to_s - plot.from_s) / NEAR_END);
    let end = |series: &Series| {
        let (at_s, value) = *series.points.last()?;
        let is_shown = series.look.is_named() && plot.to_s - at_s <= near_s;
        is_shown.then(|| End { share: plot.scale.y(value), name: series.name.clone(), color: series.color })
    };
    plot.series.iter().filter_map(end).collect()
}

/// The areas that are high enough at the latest step, each in its middle.
fn of_areas(plot: &Plot) -> Vec<End> {
    let latest_s = plot.latest_s();
    let end = |(series, raised): (&Series, Vec<super::stack::Stacked>)| {
        let step = raised.iter().rfind(|it| it.at_s <= latest_s)?;
        let (floor, top) = (plot.scale.y(step.floor), plot.scale.y(step.top));
        let is_shown = top - floor >= GAP / 2.0;
        is_shown.then(|| End { share: f64::midpoint(floor, top), name: series.name.clone(), color: series.color })
    };
    plot.series.iter().zip(stacked(&plot.series)).filter_map(end).collect()
}

/// Moves names apart, as little as their order allows, without leaving the height.
fn spread(mut ends: Vec<End>) -> Vec<End> {
    ends.sort_by(|a, b| a.share.total_cmp(&b.share));
    // Names that would touch become a block around the mean of their places.
    let mut blocks: Vec<(f64, usize)> = vec![];
    for (place, end) in ends.iter().enumerate() {
        blocks.push((end.share - place as f64 * GAP, 1));
        while let [.., (sum, n), (next_sum, next_n)] = blocks[..]
            && sum / n as f64 > next_sum / next_n as f64
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push((sum + next_sum, n + next_n));
        }
    }
    let lowest = blocks.into_iter().flat_map(|(sum, n)| std::iter::repeat_n(sum / n as f64, n));
    for (place, (end, lowest)) in ends.iter_mut().zip(lowest).enumerate() {
        end.share = lowest + place as f64 * GAP;
    }
    let mut least = 0.0;
    for end in &mut ends {
        end.share = end.share.max(least);
        least = end.share + GAP;
    }
    let mut most = 1.0;
    for end in ends.iter_mut().rev() {
        end.share = end.share.min(most);
        most = end.share - GAP;
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{look::Look, scale::Scale};

    fn plot(shape: Shape, values: &[f64]) -> Plot {
        let series = values.iter().enumerate().map(|(place, value)| Series {
            name: place.to_string(),
            color: "--s2",
            look: Look::Solid,
            points: vec![(95, *value)],
        });
        Plot { series: series.collect(), scale: Scale::Linear { max: 10.0 }, ..Plot::empty(shape, (0, 100), 1) }
    }

    #[track_caller]
    fn check(shape: Shape, values: &[f64], expected: &[(&str, f64)]) {
        let found: Vec<_> = ends(&plot(shape, values), |it| it.to_string());
        let found: Vec<_> = found.iter().map(|it| (&*it.name, (it.share * 100.0).round() / 100.0)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn ok_names_stand_apart() {
        check(Shape::Lines, &[2.0, 5.0], &[("0", 0.2), ("1", 0.5)]);
        check(Shape::Lines, &[5.0, 5.0, 5.2], &[("0", 0.41), ("1", 0.51), ("2", 0.61)]);
        check(Shape::Lines, &[10.0, 9.9, 9.8], &[("2", 0.8), ("1", 0.9), ("0", 1.0)]);
        check(Shape::Stack, &[6.0, 0.0, 2.0], &[("0", 0.3), ("2", 0.7)]);
        check(Shape::Bars, &[6.0], &[]);
    }

    #[test]
    fn ok_lines_that_ended_and_points_have_no_name() {
        let mut plot = plot(Shape::Lines, &[1.0, 5.0, 9.0]);
        plot.series[0].points = vec![(20, 1.0)];
        plot.series[1].look = Look::Points;
        plot.limit = Some(Limit::ceiling("quota", 4.0));
        let names: Vec<_> = ends(&plot, |it| it.to_string()).into_iter().map(|it| it.name).collect();
        assert_eq!(names, ["quota 4", "2"]);
    }
}
