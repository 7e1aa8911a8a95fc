//! Bins of a sketch: which values share one, how its index and count are packed, and which value
//! stands for it.

/// The most bins of a sketch.
pub const BINS_MAX: usize = 2 * OCTAVES as usize * 64 + 1;

const OCTAVES: u64 = 128;
const MANTISSA_BITS: u32 = 6;
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - MANTISSA_BITS;
/// The bin of zero. Bins of negative values are mirrored below it.
const ZERO: u64 = OCTAVES << MANTISSA_BITS;
/// The top bits of 2^-64, where the positive bins begin.
const FIRST: u64 = (1023 - OCTAVES / 2) << MANTISSA_BITS;
pub(super) const COUNT_BITS: u32 = 48;
pub(super) const COUNT_MAX: u64 = (1 << COUNT_BITS) - 1;

/// A bin: its index in the upper 16 bits, its count in the lower 48. Sorting bins sorts them by
/// value.
pub(super) type Bin = u64;

/// How many bins are below `place`. Merged sketches mostly have the same bins, so the result is
/// mostly near the front: steps double until they pass it.
pub(super) fn below(bins: &[Bin], place: u64) -> usize {
    let is_below = |bin: &Bin| bin >> COUNT_BITS < place;
    let mut end = 1;
    while bins.get(end - 1).is_some_and(is_below) {
        end *= 2;
    }
    let begin = end / 2;
    begin + bins[begin..bins.len().min(end)].partition_point(is_below)
}

/// Adds to a bin's count, which saturates.
pub(super) fn add(bin: Bin, count: u64) -> Bin {
    bin + count.min(COUNT_MAX - (bin & COUNT_MAX))
}

pub(super) fn place(value: f64) -> u64 {
    let top = value.abs().to_bits() >> SHIFT;
    if top < FIRST {
        return ZERO;
    }
    let distance = (top - FIRST).min(ZERO - 1) + 1;
    if value < 0.0 { ZERO - distance } else { ZERO + distance }
}

/// The harmonic middle of a bin, which has the smallest maximum relative error.
pub(super) fn middle(place: u64) -> f64 {
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

/// The smallest value of a bin. Round values, such as whole milliseconds below 64, mostly stand
/// exactly there.
pub(super) fn start(place: u64) -> f64 {
    let distance = place.abs_diff(ZERO);
    if distance == 0 {
        return 0.0;
    }
    let top = FIRST + distance - 1;
    if place < ZERO { -f64::from_bits((top + 1) << SHIFT) } else { f64::from_bits(top << SHIFT) }
}
