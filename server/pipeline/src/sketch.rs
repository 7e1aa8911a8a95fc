//! A mergeable histogram of a few bytes: log-linear, with sparse bins.
//!
//! The bin of a value is given by the top bits of its `f64`: sign, exponent and 6 bits of mantissa.
//! A bin is therefore at most 1/64 wide, and its harmonic middle at most 1/129 (0.78 %) from any
//! value in it. Zero has its own bin. Merging adds counts, so a merged sketch equals the sketch of
//! all values.
//!
//! # Limits
//! Magnitudes below 2^-64 count as zero and those above 2^64 as 2^64, which bounds a sketch to
//! [`BINS_MAX`] bins of 8 bytes. Infinite values and NaN are ignored.

/// Bins: their indexes, counts and middles.
mod bin;

/// Sketches as bytes.
mod codec;

pub use bin::BINS_MAX;
use bin::{Bin, COUNT_BITS, COUNT_MAX, add, below, middle, place, start};

/// A mergeable histogram.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Sorted, each index once, no count of zero.
    bins: Vec<Bin>,
    count: u64,
}

impl Sketch {
    /// Adds a value.
    pub fn record(&mut self, value: f64) {
        self.record_times(value, 1);
    }

    /// Adds a value several times.
    pub fn record_times(&mut self, value: f64, times: u64) {
        if !value.is_finite() || times == 0 {
            return;
        }
        let place = place(value);
        self.count = self.count.saturating_add(times);
        match self.bins.binary_search_by_key(&place, |bin| bin >> COUNT_BITS) {
            Ok(at) => self.bins[at] = add(self.bins[at], times),
            Err(at) => self.bins.insert(at, place << COUNT_BITS | times.min(COUNT_MAX)),
        }
    }

    /// The index of a value's bin, for [`Self::record_bins`].
    pub(crate) fn bin_index(value: f64) -> u16 {
        // There are fewer bins than that.
        place(value) as u16
    }

    /// Adds values by the indexes of their bins, and sorts those. Many at once cost less than one
    /// by one.
    pub(crate) fn record_bins(&mut self, places: &mut [u16]) {
        places.sort_unstable();
        self.count += places.len() as u64;
        let mut at = 0;
        for run in places.chunk_by(|one, other| one == other) {
            let (place, count) = (u64::from(run[0]), run.len() as u64);
            at += below(&self.bins[at..], place);
            match self.bins.get_mut(at) {
                Some(bin) if *bin >> COUNT_BITS == place => *bin = add(*bin, count),
                _ => self.bins.insert(at, place << COUNT_BITS | count),
            }
        }
    }

    /// Adds all values of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        let mut added = other.bins.len();
        let mut at = 0;
        for bin in &other.bins {
            at += below(&self.bins[at..], bin >> COUNT_BITS);
            if self.bins.get(at).is_some_and(|mine| mine >> COUNT_BITS == bin >> COUNT_BITS) {
                self.bins[at] = add(self.bins[at], bin & COUNT_MAX);
                added -= 1;
            }
        }
        if added > 0 {
            self.insert_missing(other, added);
        }
    }

    /// Inserts the bins of `other` that are missing, from the back, so that each bin moves once.
    fn insert_missing(&mut self, other: &Self, added: usize) {
        let mut from = self.bins.len();
        let mut to = from + added;
        self.bins.resize(to, 0);
        for bin in other.bins.iter().rev() {
            while from > 0 && self.bins[from - 1] >> COUNT_BITS > bin >> COUNT_BITS {
                (from, to) = (from - 1, to - 1);
                self.bins[to] = self.bins[from];
            }
            if from == 0 || self.bins[from - 1] >> COUNT_BITS != bin >> COUNT_BITS {
                to -= 1;
                self.bins[to] = *bin;
            }
        }
    }

    /// Removes all values and keeps the memory.
    pub fn clear(&mut self) {
        self.bins.clear();
        self.count = 0;
    }

    /// Whether it is what recording this value alone, so many times, would give.
    #[must_use]
    pub fn is_of(&self, value: f64, times: u64) -> bool {
        let [bin] = self.bins[..] else { return false };
        value.is_finite() && self.count == times && bin == place(value) << COUNT_BITS | times.min(COUNT_MAX)
    }

    /// Number of values.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// The value of rank `ceil(q * count)` in sorted order, `q` from 0 to 1 (clamped), within 0.78
    /// %. `None` if there are no values.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a rank beyond 2^53 is off by less than one in 2^53")]
        let rank = (q.clamp(0.0, 1.0) * self.count as f64).ceil();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rank is a whole number from 0 on"
        )]
        let mut rank = (rank as u64).max(1);
        for bin in &self.bins {
            let count = bin & COUNT_MAX;
            if rank <= count {
                return Some(middle(bin >> COUNT_BITS));
            }
            rank -= count;
        }
        // Reached only if rounding or a saturated count put the rank past the end.
        self.bins.last().map(|bin| middle(bin >> COUNT_BITS))
    }

    /// Every bin with values, in order: its middle and its count.
    pub fn bins(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.bins.iter().map(|bin| (middle(bin >> COUNT_BITS), bin & COUNT_MAX))
    }

    /// Every bin with values, in order: its smallest value and its count.
    pub fn bin_starts(&self) -> impl Iterator<Item = (f64, u64)> + '_ {
        self.bins.iter().map(|bin| (start(bin >> COUNT_BITS), bin & COUNT_MAX))
    }

    /// Bytes of its bins on the heap.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bins.capacity() * size_of::<Bin>()
    }
}
