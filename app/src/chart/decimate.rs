//! Fewer points for a path that would look the same (min-max decimation).

/// A point in pixels.
type Point = (i32, i32);

/// The extremes of the column of pixels that is being read.
#[derive(Clone, Copy)]
struct ChartBucket {
    /// Its place from the left.
    place: i32,
    /// How many points follow its first one.
    n: i32,
    low: Extreme,
    high: Extreme,
}

/// An extreme point of a column, and its place among the column's points.
#[derive(Clone, Copy)]
struct Extreme {
    n: i32,
    point: Point,
}

impl ChartBucket {
    fn start(place: i32, point: Point) -> Self {
        let first = Extreme { n: 0, point };
        Self { place, n: 0, low: first, high: first }
    }

    fn add(&mut self, point: Point) {
        self.n += 1;
        if point.1 < self.low.point.1 {
            self.low = Extreme { n: self.n, point };
        } else if point.1 > self.high.point.1 {
            self.high = Extreme { n: self.n, point };
        }
    }

    /// Keeps the two extremes in their order, or the one point where they are the same.
    fn close(self, kept: &mut Vec<Point>) {
        let (first, second) = if self.low.n < self.high.n { (self.low, self.high) } else { (self.high, self.low) };
        kept.push(first.point);
        if first.n != second.n {
            kept.push(second.point);
        }
    }
}

/// Keeps of a path its two ends, and the lowest and the highest point of each column of `width`
/// pixels. This looks the same as long as a column is no wider than the stroke. Points are in order
/// of `x`, which is not negative.
#[must_use]
pub fn decimate_min_max(mut points: impl Iterator<Item = Point>, width: i32) -> Vec<Point> {
    let Some(first) = points.next() else { return vec![] };
    let (mut kept, mut last) = (vec![first], first);
    let mut column = None::<ChartBucket>;
    for point in points {
        let place = point.0 / width;
        match &mut column {
            Some(column) if column.place == place => column.add(point),
            column => {
                if let Some(before) = column.replace(ChartBucket::start(place, point)) {
                    before.close(&mut kept);
                }
            }
        }
        last = point;
    }
    if let Some(column) = column {
        column.close(&mut kept);
    }
    if kept.last() != Some(&last) {
        kept.push(last);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_decimated_paths_keep_their_ends_and_extremes() {
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
}
