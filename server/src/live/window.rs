//! The last ten minutes of one series: only the seconds that have data.
//!
//! A counter keeps two numbers for each second. A gauge or distribution keeps a whole cell, which
//! is compacted when nothing has been added to it for a while.

use std::collections::VecDeque;

use pipeline::{Cell, Kind};

use super::{compact_cell::CompactCell, limits::WINDOW_S};

/// A second is compacted this long after the last addition, seconds.
const COMPACT_AFTER_S: i64 = 5;

/// The recent seconds of a series, oldest first.
#[derive(Clone, Debug)]
pub enum Window {
    /// A counter: two numbers a second.
    Counter(VecDeque<Count>),
    /// A gauge or distribution: a whole cell a second.
    Full {
        seconds: VecDeque<FullSecond>,
        /// Whether one of them may be open. Of a series that nothing measures, none is looked at.
        has_open: bool,
    },
}

/// One second of a counter.
#[derive(Clone, Copy, Debug)]
pub struct Count {
    /// Start, unix seconds.
    at_s: u32,
    /// Number of measurements added.
    n: u32,
    sum: f64,
}

/// One second of a gauge or distribution.
#[derive(Clone, Debug)]
pub struct FullSecond {
    /// Start, unix seconds.
    at_s: i64,
    slot: Slot,
}

/// The cell of one second.
#[derive(Clone, Debug)]
pub(crate) enum Slot {
    /// Added to recently, so it is kept as a plain cell.
    Open(Box<OpenCell>),
    /// Compacted, because nothing was added to it recently.
    Compact(CompactCell),
}

/// A cell that was added to recently.
#[derive(Clone, Debug)]
pub(crate) struct OpenCell {
    /// When it was last added to, unix seconds.
    added_s: i64,
    cell: Cell,
}

impl Slot {
    fn new(now_s: i64, cell: &Cell) -> Self {
        Self::Open(Box::new(OpenCell { added_s: now_s, cell: cell.clone() }))
    }

    fn add(&mut self, now_s: i64, cell: &Cell) {
        if let Self::Compact(compact) = self {
            let mut expanded = Cell::default();
            compact.expand(&mut expanded);
            *self = Self::Open(Box::new(OpenCell { added_s: now_s, cell: expanded }));
        }
        if let Self::Open(open) = self {
            open.added_s = now_s;
            open.cell.merge(cell);
        }
    }
}

impl Window {
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        match kind {
            Kind::Counter => Self::Counter(VecDeque::new()),
            Kind::Gauge | Kind::Distribution => Self::Full { seconds: VecDeque::new(), has_open: false },
        }
    }

    /// Adds measurements of a second. A late second is inserted in order; one before the window is
    /// dropped.
    pub fn add(&mut self, at_s: i64, cell: &Cell, now_s: i64) {
        let oldest_s = now_s - WINDOW_S;
        if at_s < oldest_s {
            return;
        }
        match self {
            Self::Counter(slots) => {
                let Ok(second) = u32::try_from(at_s) else { return };
                let n = u32::try_from(cell.count).unwrap_or(u32::MAX);
                trim(slots, |it| i64::from(it.at_s) < oldest_s);
                match find_second(slots, at_s, |it| i64::from(it.at_s)) {
                    Ok(at) => {
                        let count = &mut slots[at];
                        (count.n, count.sum) = (count.n.saturating_add(n), count.sum + cell.sum);
                    }
                    Err(at) => insert_slot(slots, at, Count { at_s: second, n, sum: cell.sum }),
                }
            }
            Self::Full { seconds, has_open } => {
                *has_open = true;
                trim(seconds, |it| it.at_s < oldest_s);
                match find_second(seconds, at_s, |it| it.at_s) {
                    Ok(at) => seconds[at].slot.add(now_s, cell),
                    Err(at) => insert_slot(seconds, at, FullSecond { at_s, slot: Slot::new(now_s, cell) }),
                }
            }
        }
    }

    /// Calls `each` with every second in `[from_s, to_s)` that has data.
    pub fn each(&self, from_s: i64, to_s: i64, mut each: impl FnMut(i64, &Cell)) {
        match self {
            Self::Counter(slots) => {
                let start = slots.partition_point(|it| i64::from(it.at_s) < from_s);
                for Count { at_s, n, sum } in slots.range(start..).take_while(|it| i64::from(it.at_s) < to_s) {
                    each(i64::from(*at_s), &Cell { count: u64::from(*n), sum: *sum, ..Cell::default() });
                }
            }
            Self::Full { seconds, .. } => {
                let start = seconds.partition_point(|it| it.at_s < from_s);
                let mut expanded = Cell::default();
                for FullSecond { at_s, slot } in seconds.range(start..).take_while(|it| it.at_s < to_s) {
                    match slot {
                        Slot::Open(open) => each(*at_s, &open.cell),
                        Slot::Compact(compact) => {
                            compact.expand(&mut expanded);
                            each(*at_s, &expanded);
                        }
                    }
                }
            }
        }
    }

    /// Compacts the seconds that nothing was added to recently.
    pub fn compact(&mut self, now_s: i64) {
        let Self::Full { seconds, has_open } = self else { return };
        if !std::mem::take(has_open) {
            return;
        }
        for FullSecond { slot, .. } in seconds {
            match slot {
                Slot::Open(open) if open.added_s < now_s - COMPACT_AFTER_S => {
                    *slot = Slot::Compact(CompactCell::new(&open.cell));
                }
                Slot::Open(_) => *has_open = true,
                Slot::Compact(_) => {}
            }
        }
    }
}

/// Inserts a slot. Grows by a minute at a time, since doubling would leave half of the memory
/// unused.
fn insert_slot<T>(slots: &mut VecDeque<T>, at: usize, slot: T) {
    if slots.len() == slots.capacity() {
        slots.reserve_exact(if slots.is_empty() { 4 } else { 64 });
    }
    slots.insert(at, slot);
}

/// Drops old slots from the front; usually there are none.
pub(crate) fn trim<T>(slots: &mut VecDeque<T>, is_old: impl Fn(&T) -> bool) {
    if slots.front().is_some_and(&is_old) {
        slots.drain(..slots.partition_point(is_old));
    }
}

/// Finds a second; usually it is one of the last two.
///
/// # Errors
/// The index at which the second belongs, when it is not there.
pub(crate) fn find_second<T>(slots: &VecDeque<T>, at_s: i64, second: impl Fn(&T) -> i64) -> Result<usize, usize> {
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
    fn ok_packed_seconds_are_counted_into() {
        let mut window = Window::new(Kind::Distribution);
        let now_s = 1_000 + COMPACT_AFTER_S;
        for at_s in [1000, 1001, now_s] {
            window.add(at_s, &one(Kind::Distribution, 2.0), at_s);
        }
        window.compact(now_s + 2);
        window.add(1000, &one(Kind::Distribution, 3.0), now_s + 2);
        let Window::Full { seconds: slots, .. } = &window else { panic!("a distribution has cells") };
        let compact: Vec<bool> = slots.iter().map(|it| matches!(it.slot, Slot::Compact(_))).collect();
        assert_eq!(compact, [false, true, false]);
        assert_eq!(counted(&window, 0, i64::MAX), [(1000, 5.0), (1001, 2.0), (now_s, 2.0)]);
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
