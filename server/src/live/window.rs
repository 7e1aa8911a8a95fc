//! One series, second by second, over the last ten minutes: only the seconds that have data.
//!
//! Counters keep two numbers a second; gauges and distributions a whole cell.

use std::collections::VecDeque;

use pipeline::{Cell, Kind};

use super::WINDOW_S;

/// A series' recent seconds, in order of time.
#[derive(Clone, Debug)]
pub enum Window {
    /// (second, measurements, sum)
    Counter(VecDeque<(i64, u64, f64)>),
    /// (second, everything)
    Full(VecDeque<(i64, Cell)>),
}

impl Window {
    /// An empty window.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter(VecDeque::new()),
            Kind::Gauge | Kind::Distribution => Self::Full(VecDeque::new()),
        }
    }

    /// Adds what was measured in a second; late seconds find their place, those before the window are left out.
    pub fn add(&mut self, at_s: i64, cell: &Cell, now_s: i64) {
        let oldest_s = now_s - WINDOW_S;
        if at_s < oldest_s {
            return;
        }
        match self {
            Self::Counter(slots) => {
                trim(slots, |it| it.0 < oldest_s);
                match place(slots, at_s, |it| it.0) {
                    Ok(at) => {
                        slots[at].1 += cell.count;
                        slots[at].2 += cell.sum;
                    }
                    Err(at) => slots.insert(at, (at_s, cell.count, cell.sum)),
                }
            }
            Self::Full(slots) => {
                trim(slots, |it| it.0 < oldest_s);
                match place(slots, at_s, |it| it.0) {
                    Ok(at) => slots[at].1.merge(cell),
                    Err(at) => slots.insert(at, (at_s, cell.clone())),
                }
            }
        }
    }

    /// Calls `each` with every second in `[from_s, to_s)` that has data.
    pub fn each(&self, from_s: i64, to_s: i64, mut each: impl FnMut(i64, &Cell)) {
        match self {
            Self::Counter(slots) => {
                let start = slots.partition_point(|it| it.0 < from_s);
                for (at_s, count, sum) in slots.range(start..).take_while(|it| it.0 < to_s) {
                    each(*at_s, &Cell { count: *count, sum: *sum, ..Cell::default() });
                }
            }
            Self::Full(slots) => {
                let start = slots.partition_point(|it| it.0 < from_s);
                for (at_s, cell) in slots.range(start..).take_while(|it| it.0 < to_s) {
                    each(*at_s, cell);
                }
            }
        }
    }
}

/// Takes off the front what is old; mostly nothing is.
pub fn trim<T>(slots: &mut VecDeque<T>, is_old: impl Fn(&T) -> bool) {
    if slots.front().is_some_and(&is_old) {
        slots.drain(..slots.partition_point(is_old));
    }
}

/// Where a second is, or belongs; mostly it is one of the last two.
///
/// # Errors
/// The place where it belongs, when it is not there.
pub fn place<T>(slots: &VecDeque<T>, at_s: i64, second: impl Fn(&T) -> i64) -> Result<usize, usize> {
    let n = slots.len();
    for at in (n.saturating_sub(2)..n).rev() {
        match second(&slots[at]).cmp(&at_s) {
            std::cmp::Ordering::Equal => return Ok(at),
            std::cmp::Ordering::Less => return Err(at + 1),
            std::cmp::Ordering::Greater => {}
        }
    }
    slots.binary_search_by_key(&at_s, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(window: &Window, from_s: i64, to_s: i64) -> Vec<(i64, f64)> {
        let mut seen = vec![];
        window.each(from_s, to_s, |at_s, cell| seen.push((at_s, cell.sum)));
        seen
    }

    fn one(kind: Kind, value: f64) -> Cell {
        let mut cell = Cell::default();
        cell.record(kind, value, 0);
        cell
    }

    #[test]
    fn ok_late_seconds_find_their_place() {
        for kind in [Kind::Counter, Kind::Distribution] {
            let mut window = Window::new(kind);
            for at_s in [1000, 1002, 1001, 1000] {
                window.add(at_s, &one(kind, 2.0), 1002);
            }
            assert_eq!(counted(&window, 0, 2000), [(1000, 4.0), (1001, 2.0), (1002, 2.0)]);
            assert_eq!(counted(&window, 1001, 1002), [(1001, 2.0)]);
        }
    }

    #[test]
    fn ok_old_seconds_leave() {
        let mut window = Window::new(Kind::Counter);
        window.add(1000, &one(Kind::Counter, 1.0), 1000);
        window.add(1000 + WINDOW_S + 1, &one(Kind::Counter, 1.0), 1000 + WINDOW_S + 1);
        window.add(1000, &one(Kind::Counter, 1.0), 1000 + WINDOW_S + 1);
        assert_eq!(counted(&window, 0, i64::MAX), [(1000 + WINDOW_S + 1, 1.0)]);
    }
}
