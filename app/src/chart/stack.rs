//! Stacks the series of a chart: each is raised by the sum of those below it.

use super::plot::Series;

/// A point of a series in a stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stacked {
    /// Start of the step, unix seconds.
    pub at_s: i64,
    /// The sum of the series below.
    pub floor: f64,
    /// The same with this series.
    pub top: f64,
}

/// The stacked points of each series. A series without a point at a time at which another has one
/// counts as zero there.
#[must_use]
pub fn stacked(series: &[Series]) -> Vec<Vec<Stacked>> {
    let times = times(series);
    let mut floors = vec![0.0; times.len()];
    let raise = |series: &Series| {
        let mut points = series.points.iter().peekable();
        let mut raised = Vec::with_capacity(times.len());
        for (at_s, floor) in times.iter().zip(&mut floors) {
            let value = points.next_if(|it| it.0 == *at_s).map_or(0.0, |it| it.1);
            raised.push(Stacked { at_s: *at_s, floor: *floor, top: *floor + value });
            *floor += value;
        }
        raised
    };
    series.iter().map(raise).collect()
}

/// All times at which a series has a point, in order. Most often all series have the same.
fn times(series: &[Series]) -> Vec<i64> {
    let of = |series: &Series| series.points.iter().map(|it| it.0).collect::<Vec<i64>>();
    let mut times = series.first().map(of).unwrap_or_default();
    let same = |series: &Series| {
        series.points.len() == times.len() && series.points.iter().zip(&times).all(|(point, at_s)| point.0 == *at_s)
    };
    if !series.iter().skip(1).all(same) {
        times = series.iter().fold(vec![], |all, it| merged(&all, it));
    }
    times
}

/// The times of a list and of a series as one list in order, without duplicates.
fn merged(times: &[i64], series: &Series) -> Vec<i64> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn series(points: &[(i64, f64)]) -> Series {
        Series { name: String::new(), color: "--s2", look: crate::chart::look::Look::Solid, points: points.to_vec() }
    }

    #[test]
    fn ok_stacks_fill_missing_with_zero() {
        let stacked = stacked(&[series(&[(1, 2.0), (2, 3.0)]), series(&[(2, 1.0), (4, 5.0)])]);
        let parts = |index: usize| stacked[index].iter().map(|it| (it.at_s, it.floor, it.top)).collect::<Vec<_>>();
        assert_eq!(parts(0), [(1, 0.0, 2.0), (2, 0.0, 3.0), (4, 0.0, 0.0)]);
        assert_eq!(parts(1), [(1, 2.0, 2.0), (2, 3.0, 4.0), (4, 0.0, 5.0)]);
    }
}
