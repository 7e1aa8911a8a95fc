//! What a chart shows, ready to be drawn: no browser, no colours, only names of them.

use super::scale::Scale;

/// How series are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Areas on top of one another.
    Stack,
    /// Lines.
    Lines,
    /// Bars on top of one another.
    Bars,
    /// Rows of cells, the lowest first; a value is how many fell into it.
    Heat,
}

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its colour: the name of a token, such as `--s2`.
    pub color: &'static str,
    /// Whether it stands back behind the others, as an earlier time does.
    pub is_faint: bool,
    /// Start of the step (unix seconds) and value, in order of time.
    pub points: Vec<(i64, f64)>,
}

impl Series {
    /// The value at a step: the newest one within `reach_s` before it.
    #[must_use]
    pub fn at(&self, at_s: i64, reach_s: i64) -> Option<f64> {
        let (found_s, value) = self.points[..self.points.partition_point(|it| it.0 <= at_s)].last()?;
        (at_s - found_s < reach_s).then_some(*value)
    }
}

/// A chart's content.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// How it is drawn.
    pub shape: Shape,
    /// Start of the time axis, unix seconds.
    pub from_s: i64,
    /// End of the time axis, unix seconds.
    pub to_s: i64,
    /// Width of a step, seconds.
    pub step_s: i64,
    /// Two points further apart than this are not joined, seconds.
    pub join_s: i64,
    /// The value axis.
    pub scale: Scale,
    /// The series, the lowest first in stacks.
    pub series: Vec<Series>,
    /// From here on lines may still be on their way; drawn faded. Unix seconds.
    pub fresh_s: i64,
    /// A line not to be crossed, such as a quota.
    pub limit: Option<f64>,
}

impl Plot {
    /// Whether there is anything to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.iter().all(|it| it.points.is_empty())
    }

    /// The same with one series alone; all of it where there is none of that name.
    #[must_use]
    pub fn only(&self, name: Option<&str>) -> Self {
        let mut plot = self.clone();
        let Some(name) = name.filter(|name| self.series.iter().any(|it| it.name == *name)) else { return plot };
        plot.series.retain(|it| it.name == name);
        if let (Scale::Linear { .. }, None) = (plot.scale, plot.limit) {
            let highest = plot.series.iter().flat_map(|it| &it.points).map(|it| it.1).fold(0.0, f64::max);
            plot.scale = Scale::linear(highest, 1.0);
        }
        plot
    }

    /// The name of the one series that is shown.
    #[must_use]
    pub fn alone(&self) -> Option<&str> {
        match &self.series[..] {
            [one] => Some(&one.name),
            _ => None,
        }
    }

    /// The name of the series at a step and a share of the height: the part of a stack, the row of a heatmap, or the line that is next.
    #[must_use]
    pub fn hit(&self, at_s: i64, height: f64) -> Option<&str> {
        if self.alone().is_some() {
            return self.alone();
        }
        let start_s = at_s - at_s.rem_euclid(self.step_s);
        let values = self.series.iter().filter_map(|it| Some((it, it.at(start_s, self.reach_s())?)));
        let found = match self.shape {
            Shape::Stack | Shape::Bars => {
                let mut top = 0.0;
                let is_above = |(_, value): &(&Series, f64)| {
                    top += value;
                    *value > 0.0 && self.scale.y(top) >= height
                };
                { values }.find(is_above)
            }
            Shape::Lines => {
                let distance = |it: &(&Series, f64)| (self.scale.y(it.1) - height).abs();
                values.min_by(|a, b| distance(a).total_cmp(&distance(b)))
            }
            Shape::Heat => {
                let row = (height.clamp(0.0, 0.999) * self.series.len() as f64) as usize;
                self.series.get(row).and_then(|it| Some((it, it.at(start_s, self.step_s)?)))
            }
        };
        found.map(|it| &*it.0.name)
    }

    /// How far back a value still stands for a step, seconds.
    #[must_use]
    pub fn reach_s(&self) -> i64 {
        self.join_s.max(self.step_s)
    }

    /// The largest value of all series.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.series.iter().flat_map(|it| &it.points).map(|it| it.1).fold(0.0, f64::max)
    }

    /// Share of the width at which a time stands.
    #[must_use]
    pub fn x(&self, at_s: f64) -> f64 {
        (at_s - self.from_s as f64) / (self.to_s - self.from_s).max(1) as f64
    }

    /// The start of the step, of so many seconds, under a share of the width.
    #[must_use]
    pub fn step_at(&self, x: f64, step_s: i64) -> i64 {
        let at_s = self.from_s + (x.clamp(0.0, 1.0) * (self.to_s - self.from_s) as f64) as i64;
        at_s.min(self.to_s - 1) - (at_s.min(self.to_s - 1)).rem_euclid(step_s)
    }
}

/// Stacks values: for each series, its points raised by those below. A series without a point where another has one counts as zero there.
#[must_use]
pub fn stacked(series: &[Series]) -> Vec<Vec<(i64, f64, f64)>> {
    let times = times(series);
    let mut floor = vec![0.0; times.len()];
    let raise = |series: &Series| {
        let mut points = series.points.iter().peekable();
        let mut raised = Vec::with_capacity(times.len());
        for (at_s, floor) in times.iter().zip(&mut floor) {
            let value = points.next_if(|it| it.0 == *at_s).map_or(0.0, |it| it.1);
            raised.push((*at_s, *floor, *floor + value));
            *floor += value;
        }
        raised
    };
    series.iter().map(raise).collect()
}

/// Every time at which any series has a point, in order. Mostly all have the same.
fn times(series: &[Series]) -> Vec<i64> {
    let of = |it: &Series| it.points.iter().map(|it| it.0).collect::<Vec<i64>>();
    let mut times = series.first().map(of).unwrap_or_default();
    let same = |it: &Series| it.points.len() == times.len() && it.points.iter().zip(&times).all(|(a, b)| a.0 == *b);
    if !series.iter().skip(1).all(same) {
        times = series.iter().fold(vec![], |all, it| both(&all, it));
    }
    times
}

/// Times and those of a series as one list in order, each once.
fn both(times: &[i64], series: &Series) -> Vec<i64> {
    let (mut times, mut points) = (times.iter().copied().peekable(), series.points.iter().map(|it| it.0).peekable());
    let next = || match (times.peek(), points.peek()) {
        (Some(a), Some(b)) if a < b => times.next(),
        (Some(a), Some(b)) if a == b => {
            times.next();
            points.next()
        }
        (_, Some(_)) => points.next(),
        (_, None) => times.next(),
    };
    std::iter::from_fn(next).collect()
}

/// What is left of a path when only the lowest and the highest point of each column of so many pixels are kept, and its two ends: as long as a
/// column is narrower than the stroke, it looks the same. Points are in order of `x`, which is not negative.
#[must_use]
pub fn decimate_min_max(points: impl Iterator<Item = (i32, i32)>, column: i32) -> Vec<(i32, i32)> {
    let mut kept: Vec<(i32, i32)> = vec![];
    // Of the column at hand: its number, and its lowest and highest point with their order in it.
    let (mut at, mut n, mut low, mut high) = (-1, 0, (0, (0, 0)), (0, (0, 0)));
    let mut last = None;
    let close = |kept: &mut Vec<(i32, i32)>, low: (i32, (i32, i32)), high: (i32, (i32, i32))| {
        kept.push(if low.0 < high.0 { low.1 } else { high.1 });
        if low.0 != high.0 {
            kept.push(if low.0 < high.0 { high.1 } else { low.1 });
        }
    };
    for point in points {
        let here = point.0 / column;
        if last.is_none() {
            kept.push(point);
        } else if here == at {
            n += 1;
            if point.1 < low.1.1 {
                low = (n, point);
            } else if point.1 > high.1.1 {
                high = (n, point);
            }
        } else {
            if at >= 0 {
                close(&mut kept, low, high);
            }
            (at, n, low, high) = (here, 0, (0, point), (0, point));
        }
        last = Some(point);
    }
    if at >= 0 {
        close(&mut kept, low, high);
    }
    if let Some(last) = last.filter(|it| kept.last() != Some(it)) {
        kept.push(last);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(i64, f64)]) -> Series {
        Series { name: String::new(), color: "--s2", is_faint: false, points: points.to_vec() }
    }

    #[test]
    fn ok_stacks_fill_missing_with_zero() {
        let stacked = stacked(&[series(&[(1, 2.0), (2, 3.0)]), series(&[(2, 1.0), (4, 5.0)])]);
        assert_eq!(stacked[0], [(1, 0.0, 2.0), (2, 0.0, 3.0), (4, 0.0, 0.0)]);
        assert_eq!(stacked[1], [(1, 2.0, 2.0), (2, 3.0, 4.0), (4, 0.0, 5.0)]);
    }

    #[test]
    fn ok_thinned_paths_keep_their_ends_and_extremes() {
        for (points, kept) in [
            (vec![], vec![]),
            (vec![(3, 4)], vec![(3, 4)]),
            (vec![(0, 1), (2, 2), (4, 0)], vec![(0, 1), (2, 2), (4, 0)]),
            (vec![(0, 5), (2, 9), (2, 1), (3, 6), (4, 6)], vec![(0, 5), (2, 9), (2, 1), (4, 6)]),
            (vec![(0, 5), (2, 4), (3, 7), (3, 8), (3, 6)], vec![(0, 5), (2, 4), (3, 8), (3, 6)]),
            (vec![(0, 5), (2, 4), (2, 4), (2, 4)], vec![(0, 5), (2, 4)]),
        ] {
            assert_eq!(decimate_min_max(points.clone().into_iter(), 2), kept, "{points:?}");
        }
    }

    #[test]
    fn ok_one_series_alone_has_an_axis_of_its_own() {
        let named = |name: &str, value| Series { name: name.to_owned(), ..series(&[(1, value)]) };
        let plot = Plot {
            shape: Shape::Stack,
            from_s: 0,
            to_s: 10,
            step_s: 1,
            join_s: 1,
            scale: Scale::Linear { max: 500.0 },
            series: vec![named("2xx", 400.0), named("5xx", 3.0)],
            fresh_s: 10,
            limit: None,
        };
        let alone = plot.only(Some("5xx"));
        assert_eq!((alone.series.len(), alone.scale), (1, Scale::Linear { max: 4.0 }));
        assert_eq!(plot.only(Some("gone")), plot);
        assert_eq!(plot.only(None), plot);
    }

    #[test]
    fn ok_what_is_under_a_pointer() {
        let named = |name: &str, value| Series { name: name.to_owned(), ..series(&[(10, value)]) };
        let of = |shape, series| Plot {
            shape,
            from_s: 0,
            to_s: 100,
            step_s: 10,
            join_s: 10,
            scale: Scale::Linear { max: 10.0 },
            series,
            fresh_s: 100,
            limit: None,
        };
        let three = || vec![named("a", 2.0), named("b", 0.0), named("c", 6.0)];
        for (shape, at_s, height, expected) in [
            (Shape::Stack, 12, 0.1, Some("a")),
            (Shape::Stack, 12, 0.3, Some("c")),
            (Shape::Bars, 19, 0.9, None),
            (Shape::Bars, 20, 0.1, None),
            (Shape::Lines, 12, 0.95, Some("c")),
            (Shape::Lines, 12, 0.02, Some("b")),
            (Shape::Heat, 12, 0.99, Some("c")),
            (Shape::Heat, 30, 0.99, None),
        ] {
            assert_eq!(of(shape, three()).hit(at_s, height), expected, "{shape:?} {at_s} {height}");
        }
        assert_eq!(of(Shape::Bars, vec![named("a", 1.0)]).hit(90, 1.0), Some("a"));
    }

    #[test]
    fn ok_value_under_a_time() {
        let memory = series(&[(20, 300.0), (40, 310.0)]);
        assert_eq!(memory.at(45, 60), Some(310.0));
        assert_eq!(memory.at(19, 60), None);
        assert_eq!(memory.at(101, 60), None);
    }
}
