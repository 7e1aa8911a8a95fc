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

/// The most bins of a sketch.
pub const BINS_MAX: usize = 2 * OCTAVES as usize * 64 + 1;

const OCTAVES: u64 = 128;
const MANTISSA_BITS: u32 = 6;
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - MANTISSA_BITS;
/// The bin of zero. Bins of negative values are mirrored below it.
const ZERO: u64 = OCTAVES << MANTISSA_BITS;
/// The top bits of 2^-64, where the positive bins begin.
const FIRST: u64 = (1023 - OCTAVES / 2) << MANTISSA_BITS;
const COUNT_BITS: u32 = 48;
const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;
const VERSION: u8 = 1;
const VARINT_BYTES_MAX: usize = 10;

/// A bin: its index in the upper 16 bits, its count in the lower 48. Sorting bins sorts them by
/// value.
type Bin = u64;

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
        if !value.is_finite() {
            return;
        }
        let place = place(value);
        self.count += 1;
        match self.bins.binary_search_by_key(&place, |bin| bin >> COUNT_BITS) {
            Ok(at) => self.bins[at] = add(self.bins[at], 1),
            Err(at) => self.bins.insert(at, place << COUNT_BITS | 1),
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

    /// Bytes of its bins on the heap.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bins.capacity() * size_of::<Bin>()
    }

    /// Appends the encoded sketch to `out`: a version, the number of bins, then for each bin the
    /// distance of its index from the one before and its count, all as LEB128.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(VERSION);
        put(out, self.bins.len() as u64);
        let mut before = 0;
        for bin in &self.bins {
            let place = bin >> COUNT_BITS;
            put(out, place - before);
            put(out, bin & COUNT_MAX);
            before = place;
        }
    }

    /// Decodes what [`Sketch::encode`] wrote, all of `bytes`. `None` for anything that it would not
    /// write.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut sketch = Self::default();
        sketch.read(bytes).then_some(sketch)
    }

    /// Decodes into this sketch and keeps its memory. For anything that [`Sketch::encode`] would
    /// not write, the result is `false` and the sketch has no defined content.
    pub fn read(&mut self, bytes: &[u8]) -> bool {
        self.clear();
        self.read_bins(bytes).is_some()
    }

    fn read_bins(&mut self, bytes: &[u8]) -> Option<()> {
        let mut rest = bytes.strip_prefix(&[VERSION])?;
        let bins = usize::try_from(take(&mut rest)?).ok()?;
        // A bin takes at least two bytes, which bounds the memory that a false number can reserve.
        if bins > BINS_MAX || bins > rest.len() / 2 {
            return None;
        }
        self.bins.reserve_exact(bins);
        let mut place = 0u64;
        for index in 0..bins {
            let step = take(&mut rest)?;
            if index > 0 && step == 0 {
                return None;
            }
            place = place.checked_add(step).filter(|place| *place < BINS_MAX as u64)?;
            let count = take(&mut rest).filter(|count| (1..=COUNT_MAX).contains(count))?;
            self.count += count;
            self.bins.push(place << COUNT_BITS | count);
        }
        rest.is_empty().then_some(())
    }
}

/// How many bins are below `place`. Merged sketches mostly have the same bins, so the result is
/// mostly near the front: steps double until they pass it.
fn below(bins: &[Bin], place: u64) -> usize {
    let is_below = |bin: &Bin| bin >> COUNT_BITS < place;
    let mut end = 1;
    while bins.get(end - 1).is_some_and(is_below) {
        end *= 2;
    }
    let begin = end / 2;
    begin + bins[begin..bins.len().min(end)].partition_point(is_below)
}

/// Adds to a bin's count, which saturates.
fn add(bin: Bin, count: u64) -> Bin {
    bin + count.min(COUNT_MAX - (bin & COUNT_MAX))
}

fn place(value: f64) -> u64 {
    let top = value.abs().to_bits() >> SHIFT;
    if top < FIRST {
        return ZERO;
    }
    let distance = (top - FIRST).min(ZERO - 1) + 1;
    if value < 0.0 { ZERO - distance } else { ZERO + distance }
}

/// The harmonic middle of a bin, which has the smallest maximum relative error.
fn middle(place: u64) -> f64 {
    let distance = place.abs_diff(ZERO);
    if distance == 0 {
        return 0.0;
    }
    let top = FIRST + distance - 1;
    let low = f64::from_bits(top << SHIFT);
    let step = f64::from(64 + u8::try_from(top & 63).unwrap_or(0));
    // low is step / 64 of its octave and the next bin begins at (step + 1) / 64.
    let middle = low * (2.0 * (step + 1.0) / (2.0 * step + 1.0));
    if place < ZERO { -middle } else { middle }
}

fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7F) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Takes a LEB128 number off the front. `None` if it is cut off, beyond `u64`, or longer than
/// necessary.
fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for place in 0..VARINT_BYTES_MAX {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        let part = u64::from(byte & 0x7F);
        if place == VARINT_BYTES_MAX - 1 && part > 1 {
            return None;
        }
        number |= part << (7 * place);
        if byte < 0x80 {
            return (place == 0 || byte != 0).then_some(number);
        }
    }
    None
}
