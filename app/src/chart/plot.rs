//! The content of a chart: series, axes and shape. Colours are names of tokens; nothing here draws.

use super::{look::Look, scale::Scale};

/// How series are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Stack,
    /// One line a series.
    Lines,
    Bars,
    /// Rows of cells: a series is a row, the lowest first, and a value is the count of a cell.
    Heat,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The name in the legend.
    pub name: String,
    /// The colour: the name of a token, such as `--s2`.
    pub color: &'static str,
    /// How it is drawn besides.
    pub look: Look,
    /// The start of a step, unix seconds, and the value in it; in order of time.
    pub points: Vec<(i64, f64)>,
}

impl Series {
    /// The newest value at a time, unix seconds, that is less than `reach_s` old.
    #[must_use]
    pub fn at(&self, at_s: i64, reach_s: i64) -> Option<f64> {
        let (found_s, value) = self.points[..self.points.partition_point(|it| it.0 <= at_s)].last()?;
        (at_s - found_s < reach_s).then_some(*value)
    }
}

/// A line across a chart that values should not cross.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    pub value: f64,
    /// What stands before the value: `quota`, `limit`.
    pub name: &'static str,
    /// Whether values below it are wrong, instead of those above.
    pub is_floor: bool,
}

impl Limit {
    /// A limit that values should stay below.
    #[must_use]
    pub const fn ceiling(name: &'static str, value: f64) -> Self {
        Self { value, name, is_floor: false }
    }
}

/// A range behind the series, such as what is usual.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// The series that it is the range of; `None` for all of them together.
    pub of: Option<&'static str>,
    /// The colour: the name of a token.
    pub color: &'static str,
    /// When a part of it begins, unix seconds, and its lower and upper end; in order of time.
    pub parts: Vec<(i64, f64, f64)>,
    /// How long a part lasts, seconds, unless the next begins before.
    pub part_s: i64,
}

impl Band {
    /// Its highest end.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.parts.iter().map(|it| it.2).fold(0.0, f64::max)
    }
}

/// The content of a chart.
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
    /// Points farther apart than this are not joined, seconds.
    pub join_s: i64,
    pub scale: Scale,
    /// The series; in stacks the lowest first.
    pub series: Vec<Series>,
    /// From this time on data may be incomplete and is drawn faded, unix seconds.
    pub fresh_s: i64,
    /// A limit that is drawn as a line, such as a quota.
    pub limit: Option<Limit>,
    /// What is usual.
    pub bands: Vec<Band>,
    /// How many seconds each value is of, up to the end of its step; 0 if that is its step.
    pub window_s: i64,
}

impl Plot {
    /// A plot without content over a span, unix seconds, on an axis to 1.
    #[must_use]
    pub const fn empty(shape: Shape, (from_s, to_s): (i64, i64), step_s: i64) -> Self {
        Self {
            shape,
            from_s,
            to_s,
            step_s,
            join_s: step_s,
            scale: Scale::Linear { max: 1.0 },
            series: vec![],
            fresh_s: to_s,
            limit: None,
            bands: vec![],
            window_s: 0,
        }
    }

    /// Whether its span was over before it was made.
    #[must_use]
    pub const fn is_past(&self) -> bool {
        self.fresh_s >= self.to_s
    }

    /// The series of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|it| it.name == name)
    }

    /// Whether there is anything to draw.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.series.iter().all(|it| it.points.is_empty())
    }

    /// This plot with one series only; unchanged when there is none of that name.
    #[must_use]
    pub fn only(&self, name: Option<&str>) -> Self {
        let mut plot = self.clone();
        let Some(name) = name.filter(|name| self.series.iter().any(|it| it.name == *name)) else { return plot };
        plot.series.retain(|it| it.name == name);
        plot.bands.retain(|it| it.of == Some(name));
        if let (Scale::Linear { .. }, None) = (plot.scale, plot.limit) {
            plot.scale = Scale::linear(plot.highest(), 1.0);
        }
        plot
    }

    /// The name of the series when there is only one.
    #[must_use]
    pub fn alone(&self) -> Option<&str> {
        match &self.series[..] {
            [one] => Some(&one.name),
            _ => None,
        }
    }

    /// The name of the series at a time (unix seconds) and a share of the height: the part of a
    /// stack, the row of a heatmap, or the nearest line.
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

    /// For how long a value stays valid, seconds.
    #[must_use]
    pub fn reach_s(&self) -> i64 {
        self.join_s.max(self.step_s)
    }

    /// The newest step that is likely to be complete, unix seconds.
    #[must_use]
    pub fn latest_s(&self) -> i64 {
        let newest_s = self.series.iter().filter_map(|it| it.points.last()).map(|it| it.0).max().unwrap_or(self.to_s);
        newest_s.min(self.fresh_s - self.step_s)
    }

    /// The largest value of all series.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.series.iter().flat_map(|it| &it.points).map(|it| it.1).fold(0.0, f64::max)
    }

    /// The share of the width at which a time stands.
    #[must_use]
    pub fn x(&self, at_s: f64) -> f64 {
        (at_s - self.from_s as f64) / (self.to_s - self.from_s).max(1) as f64
    }

    /// The start of the step at a share of the width, unix seconds, for steps of `step_s` seconds.
    #[must_use]
    pub fn step_at(&self, x: f64, step_s: i64) -> i64 {
        let at_s = self.from_s + (x.clamp(0.0, 1.0) * (self.to_s - self.from_s) as f64) as i64;
        at_s.min(self.to_s - 1) - (at_s.min(self.to_s - 1)).rem_euclid(step_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(i64, f64)]) -> Series {
        Series { name: String::new(), color: "--s2", look: Look::Solid, points: points.to_vec() }
    }

    #[test]
    fn ok_one_series_alone_has_an_axis_of_its_own() {
        let named = |name: &str, value| Series { name: name.to_owned(), ..series(&[(1, value)]) };
        let plot = Plot {
            scale: Scale::Linear { max: 500.0 },
            series: vec![named("2xx", 400.0), named("5xx", 3.0)],
            ..Plot::empty(Shape::Stack, (0, 10), 1)
        };
        let alone = plot.only(Some("5xx"));
        assert_eq!((alone.series.len(), alone.scale), (1, Scale::Linear { max: 4.0 }));
        assert_eq!(plot.only(Some("gone")), plot);
        assert_eq!(plot.only(None), plot);
    }

    #[test]
    fn ok_what_is_under_a_pointer() {
        let named = |name: &str, value| Series { name: name.to_owned(), ..series(&[(10, value)]) };
        let of =
            |shape, series| Plot { scale: Scale::Linear { max: 10.0 }, series, ..Plot::empty(shape, (0, 100), 10) };
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
