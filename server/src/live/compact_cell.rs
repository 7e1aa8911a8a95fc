//! A cell in a third of the memory, for seconds that are over.
//!
//! Compacting and expanding take about a microsecond each, so a second that is still being counted
//! stays a plain cell.

use pipeline::{Cell, Sketch};

/// Count, sum, minimum, maximum, last value and its time, eight bytes each in little-endian order.
/// The encoded sketch, if any, follows.
const NUMBERS: usize = 6;
const NUMBERS_BYTES: usize = NUMBERS * 8;

/// A cell as bytes.
#[derive(Clone, Debug)]
pub(crate) struct CompactCell(Box<[u8]>);

impl CompactCell {
    #[must_use]
    pub(crate) fn new(cell: &Cell) -> Self {
        let numbers = [
            cell.count,
            cell.sum.to_bits(),
            cell.min.to_bits(),
            cell.max.to_bits(),
            cell.last.to_bits(),
            cell.last_ms.cast_unsigned(),
        ];
        let mut bytes = Vec::with_capacity(NUMBERS_BYTES);
        numbers.iter().for_each(|it| bytes.extend_from_slice(&it.to_le_bytes()));
        if let Some(sketch) = &cell.sketch {
            sketch.encode(&mut bytes);
        }
        Self(bytes.into_boxed_slice())
    }

    /// Expands it into `cell`, whose memory is used again.
    pub(crate) fn expand(&self, cell: &mut Cell) {
        let (plain, sketch) = self.0.split_at(NUMBERS_BYTES.min(self.0.len()));
        let mut numbers = [0; NUMBERS];
        for (number, bytes) in numbers.iter_mut().zip(plain.as_chunks().0) {
            *number = u64::from_le_bytes(*bytes);
        }
        let [count, sum, min, max, last, last_ms] = numbers;
        cell.count = count;
        (cell.sum, cell.min, cell.max) = (f64::from_bits(sum), f64::from_bits(min), f64::from_bits(max));
        (cell.last, cell.last_ms) = (f64::from_bits(last), last_ms.cast_signed());
        let is_read = !sketch.is_empty() && cell.sketch.get_or_insert_with(Sketch::default).read(sketch);
        if !is_read {
            cell.sketch = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use pipeline::Kind;

    use super::*;

    #[test]
    fn ok_a_cell_comes_back() {
        let mut scratch = Cell::default();
        for kind in [Kind::Distribution, Kind::Gauge, Kind::Distribution] {
            let mut cell = Cell::default();
            for (at, value) in [1.5, -3.0, 0.0, 1e9, 7.25].into_iter().enumerate() {
                cell.record(kind, value, 1_790_000_000_000 + at as i64);
                CompactCell::new(&cell).expand(&mut scratch);
                assert_eq!(scratch, cell);
            }
        }
        CompactCell::new(&Cell::default()).expand(&mut scratch);
        assert_eq!(scratch, Cell::default());
    }
}
