//! Sketches as bytes: a version, the number of bins, then index and count of each, as LEB128.
//!
//! Bytes may come from a damaged file. What [`Sketch::encode`] would not write is refused.

use super::{
    Sketch,
    bin::{BINS_MAX, COUNT_BITS, COUNT_MAX},
};
use crate::leb128::{put, take};

const VERSION: u8 = 1;

impl Sketch {
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
