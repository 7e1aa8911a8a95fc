//! What cumulative points add since the point before them. Such a point states all since a start,
//! so the last point of each stream is remembered.
//!
//! The first point of a stream only says where it stands. It counts whole if its metric was heard
//! before and its start or its attributes are new since then: what it states happened while this
//! server listened. A later start, or a number that falls, is a reset; such a point counts whole.
//!
//! What a request changes is kept only once it is stored, so that a retry adds the same. It is
//! forgotten at a restart, which costs one interval of the sender.
//!
//! # Limits
//! [`STREAMS_MAX`] streams, [`NUMBERS_MAX`] numbers in all of them. Those that were not heard for
//! the longest time are forgotten first.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;

/// Most streams that are remembered.
const STREAMS_MAX: usize = 50_000;
/// Most numbers that are remembered: 16 MB.
const NUMBERS_MAX: usize = 2_000_000;
/// A stream that was not heard for as long is forgotten when room is needed, milliseconds.
const IDLE_MS: i64 = 15 * 60_000;

/// Identity of a stream: of drain, resource, scope, name and attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct StreamId {
    /// Of drain, resource, scope and name.
    pub metric: u64,
    /// Of the attributes.
    pub attributes: u64,
}

/// A point as numbers that only grow.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Total {
    /// Unix nanoseconds; 0 for unknown.
    pub start_ns: u64,
    pub at_ns: u64,
    /// Sum of the values; need not grow.
    pub sum: f64,
    /// Counts: all, or of each bucket, with where the buckets begin.
    pub counts: Vec<u64>,
    /// What the counts are of.
    pub shape: Shape,
}

/// What must be known for counts to be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Shape {
    /// Counts of the same bounds, by a hash of them.
    Fixed(u64),
    /// Positive buckets, then negative ones, then the zeros and all. SDKs add buckets as they need
    /// them, and merge neighbours into a smaller scale.
    Exponential { scale: i32, positive_offset: i32, positive: usize, negative_offset: i32 },
}

/// What a point adds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Growth {
    pub sum: f64,
    pub counts: Vec<u64>,
    /// Whether it is the whole point, since a reset.
    pub is_whole: bool,
}

#[derive(Debug, Default)]
struct State {
    streams: FxHashMap<StreamId, (Total, i64)>,
    /// When each metric was first heard: the time of its point, unix nanoseconds.
    metrics: FxHashMap<u64, (u64, i64)>,
    numbers: usize,
}

/// The last points of all streams.
#[derive(Debug, Default)]
pub(crate) struct Cumulative(Mutex<State>);

/// What one request changes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    streams: FxHashMap<StreamId, Total>,
    metrics: FxHashMap<u64, u64>,
}

impl Cumulative {
    /// What a point adds since the one before it, as far as this request and earlier ones tell.
    /// `None` if it only says where the stream stands, or is older than what is known.
    pub(crate) fn growth(&self, id: StreamId, total: Total, changes: &mut Changes) -> Option<Growth> {
        let state = self.lock();
        let known = changes.streams.get(&id).or_else(|| state.streams.get(&id).map(|it| &it.0));
        let first_ns = *changes
            .metrics
            .entry(id.metric)
            .or_insert_with(|| state.metrics.get(&id.metric).map_or(total.at_ns, |it| it.0));
        let growth = match known {
            Some(before) if before.at_ns >= total.at_ns => return None,
            Some(before) => Some(grown(before, &total)),
            None if total.at_ns > first_ns => Some(whole(&total)),
            None => None,
        };
        drop(state);
        changes.streams.insert(id, total);
        growth
    }

    /// Keeps what a request changed, now that it is stored.
    pub(crate) fn keep(&self, changes: Changes, now_ms: i64) {
        let mut state = self.lock();
        for (metric, first_ns) in changes.metrics {
            state.metrics.entry(metric).or_insert((first_ns, now_ms)).1 = now_ms;
        }
        for (id, total) in changes.streams {
            state.numbers += total.counts.len();
            if let Some((before, _)) = state.streams.insert(id, (total, now_ms)) {
                state.numbers -= before.counts.len();
            }
        }
        state.make_room(now_ms);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn make_room(&mut self, now_ms: i64) {
        let mut idle_ms = IDLE_MS;
        while self.streams.len() > STREAMS_MAX || self.numbers > NUMBERS_MAX || self.metrics.len() > STREAMS_MAX {
            self.streams.retain(|_, it| now_ms - it.1 < idle_ms);
            self.metrics.retain(|_, it| now_ms - it.1 < idle_ms);
            self.numbers = self.streams.values().map(|it| it.0.counts.len()).sum();
            // With 0 everything goes.
            idle_ms /= 4;
        }
    }
}

fn whole(total: &Total) -> Growth {
    Growth { sum: total.sum, counts: total.counts.clone(), is_whole: true }
}

fn grown(before: &Total, total: &Total) -> Growth {
    let Some(before_counts) = aligned(before, total) else { return whole(total) };
    let is_reset = total.start_ns > before.at_ns
        || (total.start_ns != before.start_ns && total.start_ns > before.start_ns)
        || total.counts.iter().zip(&before_counts).any(|(now, then)| now < then);
    if is_reset {
        return whole(total);
    }
    let counts = total.counts.iter().zip(&before_counts).map(|(now, then)| now - then).collect();
    Growth { sum: total.sum - before.sum, counts, is_whole: false }
}

/// The counts before, in the buckets of now; `None` if they can't be compared.
fn aligned(before: &Total, total: &Total) -> Option<Vec<u64>> {
    if before.shape == total.shape && before.counts.len() == total.counts.len() {
        return Some(before.counts.clone());
    }
    let Shape::Exponential { scale: then, positive_offset, positive, negative_offset } = before.shape else {
        return None;
    };
    let Shape::Exponential { scale: now, positive_offset: above_from, positive: above, negative_offset: below_from } =
        total.shape
    else {
        return None;
    };
    // Each step of the scale merges two neighbours. A finer scale is a new beginning.
    let steps = u32::try_from(then.checked_sub(now)?).ok()?;
    let (positives, rest) = before.counts.split_at_checked(positive)?;
    let (negatives, totals) = rest.split_at_checked(rest.len().checked_sub(2)?)?;
    let below = total.counts.len().checked_sub(above + 2)?;
    let mut counts = merged(positives, positive_offset, steps, above_from, above)?;
    counts.extend(merged(negatives, negative_offset, steps, below_from, below)?);
    counts.extend(totals);
    Some(counts)
}

/// Buckets from `offset` on, in `length` buckets of a smaller scale from `from` on; `None` if one
/// that is not empty has no place there.
fn merged(counts: &[u64], offset: i32, steps: u32, from: i32, length: usize) -> Option<Vec<u64>> {
    let mut merged = vec![0_u64; length];
    for (index, count) in (i64::from(offset)..).zip(counts).filter(|it| *it.1 > 0) {
        let place = (index >> steps.min(63)) - i64::from(from);
        let bucket = merged.get_mut(usize::try_from(place).ok()?)?;
        *bucket = bucket.saturating_add(*count);
    }
    Some(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: StreamId = StreamId { metric: 1, attributes: 1 };

    fn total(start_ns: u64, at_ns: u64, counts: &[u64]) -> Total {
        Total { start_ns, at_ns, sum: 0.0, counts: counts.to_vec(), shape: Shape::Fixed(0) }
    }

    /// The counts that points add, one request each.
    #[track_caller]
    fn check(points: &[(StreamId, Total)], expected: &[Option<&[u64]>]) {
        let known = Cumulative::default();
        for ((id, point), expected) in points.iter().zip(expected) {
            let mut changes = Changes::default();
            let growth = known.growth(*id, point.clone(), &mut changes).map(|it| it.counts);
            assert_eq!(growth.as_deref(), *expected, "{point:?}");
            known.keep(changes, 0);
        }
    }

    #[test]
    fn ok_growth_and_resets() {
        check(
            &[
                (ID, total(1, 10, &[5])),
                (ID, total(1, 20, &[7])),
                (ID, total(1, 20, &[9])),
                (ID, total(1, 30, &[7])),
                (ID, total(1, 40, &[3])),
                (ID, total(45, 50, &[4])),
            ],
            &[None, Some(&[2]), None, Some(&[0]), Some(&[3]), Some(&[4])],
        );
    }

    #[test]
    fn ok_new_attributes_of_a_known_metric_count_whole() {
        let other = StreamId { attributes: 2, ..ID };
        let unknown = StreamId { metric: 2, attributes: 1 };
        check(
            &[
                (ID, total(1, 10, &[5])),
                (other, total(1, 10, &[3])),
                (StreamId { attributes: 3, ..ID }, total(1, 20, &[1])),
                (unknown, total(1, 20, &[9])),
            ],
            &[None, None, Some(&[1]), None],
        );
    }

    #[test]
    fn ok_other_buckets_are_a_reset() {
        let mut other = total(1, 20, &[1, 2, 3]);
        other.shape = Shape::Fixed(7);
        check(&[(ID, total(1, 10, &[1, 2])), (ID, other)], &[None, Some(&[1, 2, 3])]);
    }

    #[test]
    fn ok_buckets_that_are_added_and_merged() {
        let point = |at_ns: u64, scale: i32, positive_offset: i32, positive: &[u64], totals: [u64; 2]| {
            let shape = Shape::Exponential { scale, positive_offset, positive: positive.len(), negative_offset: 0 };
            (ID, Total { shape, ..total(1, at_ns, &[positive, &totals].concat()) })
        };
        check(
            &[
                point(10, 2, 8, &[3], [0, 3]),
                // A bucket more on both sides.
                point(20, 2, 7, &[1, 3, 2], [0, 6]),
                // Buckets 7, 8 and 9 become 3 and 4, those become 1 and 2.
                point(30, 0, 1, &[1, 7], [1, 9]),
                // A finer scale, and a bucket that is gone.
                point(40, 1, 2, &[9], [1, 10]),
                point(50, 1, 3, &[9], [1, 10]),
            ],
            &[None, Some(&[1, 0, 2, 0, 3]), Some(&[0, 2, 1, 3]), Some(&[9, 1, 10]), Some(&[9, 1, 10])],
        );
    }

    #[test]
    fn ok_a_request_that_was_not_stored_changes_nothing() {
        let known = Cumulative::default();
        let mut first = Changes::default();
        known.growth(ID, total(1, 10, &[5]), &mut first);
        known.keep(first, 0);
        for _ in 0..3 {
            let growth = known.growth(ID, total(1, 20, &[8]), &mut Changes::default());
            assert_eq!(growth.map(|it| it.counts), Some(vec![3]));
        }
    }

    #[test]
    fn err_too_many_streams() {
        let known = Cumulative::default();
        for attributes in 0..STREAMS_MAX as u64 + 10 {
            let mut changes = Changes::default();
            known.growth(StreamId { metric: 1, attributes }, total(1, 10, &[1]), &mut changes);
            known.keep(changes, i64::try_from(attributes).unwrap_or(0) * 1_000);
        }
        let state = known.lock();
        assert!(state.streams.len() <= STREAMS_MAX && state.numbers == state.streams.len());
        assert!(state.streams.contains_key(&StreamId { metric: 1, attributes: STREAMS_MAX as u64 + 9 }));
    }
}
