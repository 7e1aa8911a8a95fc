//! The `sketch` column: minimum, maximum and sketch of a cell. With all three in one column,
//! percentiles of thousands of rows need only that column; each further one would cost as much as
//! the sketch itself.
//!
//! Version 2: the byte `2`, the two values, the bytes of `Sketch::encode`. A value is either the
//! number of bytes of a whole number, followed by those bytes, little-endian; or [`FLOAT`],
//! followed by an IEEE 754 double, little-endian. Version 1, in rows of older schemas, is the
//! sketch alone.

use pipeline::{Cell, Sketch};

const VERSION: u8 = 2;
const FLOAT: u8 = 9;
/// Whole numbers up to this are exact in a double.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// The column for a cell; `None` when the cell has no sketch.
#[must_use]
pub(crate) fn encode(cell: &Cell) -> Option<Vec<u8>> {
    let sketch = cell.sketch.as_ref()?;
    let mut bytes = vec![VERSION];
    put(&mut bytes, cell.min);
    put(&mut bytes, cell.max);
    sketch.encode(&mut bytes);
    Some(bytes)
}

/// Reads the column into an existing cell: the sketch, and from version 2 also count, minimum and
/// maximum. The cell has no sketch afterwards when [`encode`] would not write these bytes.
pub(crate) fn decode(mut bytes: &[u8], cell: &mut Cell) {
    let bounds = match bytes.split_first() {
        Some((&VERSION, rest)) => {
            bytes = rest;
            take(&mut bytes).zip(take(&mut bytes))
        }
        _ => Some((cell.min, cell.max)),
    };
    let sketch = cell.sketch.get_or_insert_with(Sketch::default);
    match bounds {
        Some(bounds) if sketch.read(bytes) => {
            cell.count = sketch.count();
            (cell.min, cell.max) = bounds;
        }
        _ => cell.sketch = None,
    }
}

fn put(out: &mut Vec<u8>, value: f64) {
    if value.fract() == 0.0 && (0.0..=WHOLE_MAX).contains(&value) && value.is_sign_positive() {
        let bytes = (value as u64).to_le_bytes();
        let n = bytes.iter().rposition(|it| *it != 0).map_or(0, |it| it + 1);
        out.push(n as u8);
        out.extend_from_slice(&bytes[..n]);
    } else {
        out.push(FLOAT);
        out.extend_from_slice(&value.to_le_bytes());
    }
}

fn take(rest: &mut &[u8]) -> Option<f64> {
    let (&tag, after) = rest.split_first()?;
    let n = if tag == FLOAT { 8 } else { usize::from(tag) };
    let (number, after) = after.split_at_checked(n)?;
    *rest = after;
    let mut bytes = [0; 8];
    bytes.get_mut(..n)?.copy_from_slice(number);
    Some(if tag == FLOAT { f64::from_le_bytes(bytes) } else { u64::from_le_bytes(bytes) as f64 })
}

#[cfg(test)]
mod tests {
    use pipeline::Kind;

    use super::*;

    fn cell(values: &[f64]) -> Cell {
        let mut cell = Cell::default();
        values.iter().for_each(|it| cell.record(Kind::Distribution, *it, 1));
        cell
    }

    #[test]
    fn ok_count_bounds_and_sketch_come_back() {
        let mut found = cell(&[5.0]);
        for values in [&[0.0][..], &[1.0, 30_000.0], &[-3.0, 0.5, 1e15], &[-0.0], &[1e99, 255.0, 256.0]] {
            let expected = cell(values);
            decode(&encode(&expected).unwrap_or_default(), &mut found);
            assert_eq!((found.count, found.min, found.max), (expected.count, expected.min, expected.max), "{values:?}");
            assert_eq!(found.sketch, expected.sketch);
        }
        assert_eq!(encode(&Cell::default()), None);
    }

    #[test]
    fn ok_the_first_version_is_read() {
        let expected = cell(&[3.0, 4.0]);
        let mut bytes = vec![];
        if let Some(sketch) = &expected.sketch {
            sketch.encode(&mut bytes);
        }
        let mut found = Cell { min: 3.0, max: 4.0, ..Cell::default() };
        decode(&bytes, &mut found);
        assert_eq!((found.count, found.min, found.max, found.sketch), (2, 3.0, 4.0, expected.sketch));
    }

    #[test]
    fn err_columns() {
        let good = encode(&cell(&[3.0, 4.5])).unwrap_or_default();
        let mut wrong: Vec<Vec<u8>> = (0..good.len()).map(|it| good[..it].to_vec()).collect();
        wrong.push([&good[..], &[0]].concat());
        wrong.push(vec![2, 200, 1, 1]);
        for bytes in wrong {
            let mut found = cell(&[9.0]);
            decode(&bytes, &mut found);
            assert_eq!(found.sketch, None, "{bytes:?}");
        }
    }
}
