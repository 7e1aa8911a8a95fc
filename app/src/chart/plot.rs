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
}

/// One series.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// Its colour: the name of a token, such as `--s2`.
    pub color: &'static str,
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

    /// Share of the width at which a time stands.
    #[must_use]
    pub fn x(&self, at_s: f64) -> f64 {
        (at_s - self.from_s as f64) / (self.to_s - self.from_s).max(1) as f64
    }

    /// The start of the step under a share of the width.
    #[must_use]
    pub fn step_at(&self, x: f64) -> i64 {
        let at_s = self.from_s + (x.clamp(0.0, 1.0) * (self.to_s - self.from_s) as f64) as i64;
        at_s.min(self.to_s - 1) - (at_s.min(self.to_s - 1)).rem_euclid(self.step_s)
    }
}

/// Stacks values: for each series, its points raised by those below. A series without a point where another has one counts as zero there.
#[must_use]
pub fn stacked(series: &[Series]) -> Vec<Vec<(i64, f64, f64)>> {
    let mut times: Vec<i64> = series.iter().flat_map(|it| it.points.iter().map(|it| it.0)).collect();
    times.sort_unstable();
    times.dedup();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(i64, f64)]) -> Series {
        Series { name: String::new(), color: "--s2", points: points.to_vec() }
    }

    #[test]
    fn ok_stacks_fill_missing_with_zero() {
        let stacked = stacked(&[series(&[(1, 2.0), (2, 3.0)]), series(&[(2, 1.0), (4, 5.0)])]);
        assert_eq!(stacked[0], [(1, 0.0, 2.0), (2, 0.0, 3.0), (4, 0.0, 0.0)]);
        assert_eq!(stacked[1], [(1, 2.0, 2.0), (2, 3.0, 4.0), (4, 0.0, 5.0)]);
    }

    #[test]
    fn ok_value_under_a_time() {
        let memory = series(&[(20, 300.0), (40, 310.0)]);
        assert_eq!(memory.at(45, 60), Some(310.0));
        assert_eq!(memory.at(19, 60), None);
        assert_eq!(memory.at(101, 60), None);
    }
}
