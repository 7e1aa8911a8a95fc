//! A chunk: cells of many series in one value, series by series, each in order of time.
//!
//! The byte 1, the width of a bucket and the start of the first one in seconds. Then for each
//! series the distance of its id from the one before, the bytes of its cells, and these. Of a cell:
//! how many buckets it is behind the one before; flags; its count, unless it is 1; its value where
//! the least, the greatest and the last are one, else these three; the sum, unless it is the count
//! times the value; the time of the last value, ms after the bucket's start; the sketch with its
//! length before it, unless it is that of the one value. Whole numbers are LEB128, zigzag where
//! they may be negative.
//!
//! A chunk of a span that is over is packed with Zstandard, whose frames begin with another byte.
//!
//! Bytes may come from a damaged file: what can't be read ends a chunk, and nothing is reserved for
//! it.

mod number;

use std::borrow::Cow;

use pipeline::{
    Cell,
    leb128::{put, take},
};

use self::number::{put_number, put_signed, take_number, take_signed};
use super::open_cells::Key;
use crate::{block, live::SeriesId};

const VERSION: u8 = 1;
/// Most bytes of a chunk that is unpacked: several times what a span that is joined may take.
const UNPACKED_BYTES_MAX: usize = 64 << 20;

/// One value.
const ONE: u8 = 1;
/// The least, the greatest and the last value are one.
const SAME: u8 = 2;
/// The sum is the count times the value.
const PRODUCT: u8 = 4;
/// A sketch follows.
const SKETCH: u8 = 8;
/// The sketch is that of the one value.
const SKETCH_OF_SAME: u8 = 16;

/// Cells as a chunk. They are sorted, each key once, none is empty; buckets begin at multiples of
/// `width_s`.
#[must_use]
pub(crate) fn encode(width_s: i64, cells: &[(Key, &Cell)]) -> Vec<u8> {
    let base_s = cells.iter().map(|it| it.0.1).min().unwrap_or(0);
    let mut out = Vec::with_capacity(16 + cells.len() * 12);
    out.push(VERSION);
    put(&mut out, width_s.cast_unsigned());
    put_signed(&mut out, base_s);
    let mut of_series = Vec::new();
    let mut series_before = 0;
    for run in cells.chunk_by(|one, other| one.0.0 == other.0.0) {
        of_series.clear();
        let mut before_s = base_s;
        for ((_, bucket_s), cell) in run {
            put(&mut of_series, ((bucket_s - before_s) / width_s).cast_unsigned());
            put_cell(&mut of_series, *bucket_s, cell);
            before_s = *bucket_s;
        }
        let series = run[0].0.0;
        put_signed(&mut out, series.wrapping_sub(series_before));
        series_before = series;
        put(&mut out, of_series.len() as u64);
        out.extend_from_slice(&of_series);
    }
    out
}

fn put_cell(out: &mut Vec<u8>, bucket_s: i64, cell: &Cell) {
    let same = cell.min.to_bits() == cell.max.to_bits() && cell.last.to_bits() == cell.max.to_bits();
    let product = same && (cell.max * cell.count as f64).to_bits() == cell.sum.to_bits();
    let flag = |is: bool, flag: u8| if is { flag } else { 0 };
    let sketch = cell.sketch.as_ref();
    let of_same = same && sketch.is_some_and(|it| it.is_of(cell.max, cell.count));
    out.push(
        flag(cell.count == 1, ONE)
            | flag(same, SAME)
            | flag(product, PRODUCT)
            | flag(of_same, SKETCH_OF_SAME)
            | flag(sketch.is_some() && !of_same, SKETCH),
    );
    if cell.count != 1 {
        put(out, cell.count);
    }
    if !same {
        put_number(out, cell.min);
        put_number(out, cell.max);
    }
    put_number(out, cell.last);
    if !product {
        put_number(out, cell.sum);
    }
    put_signed(out, cell.last_ms.wrapping_sub(bucket_s.wrapping_mul(1_000)));
    if let Some(sketch) = sketch.filter(|_| !of_same) {
        let mut bytes = Vec::with_capacity(64);
        sketch.encode(&mut bytes);
        put(out, bytes.len() as u64);
        out.extend_from_slice(&bytes);
    }
}

/// What of a chunk is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted<'a> {
    /// The ids of the series, sorted; all of them where there is none.
    pub series: Option<&'a [SeriesId]>,
    /// Buckets from the first to before the second, unix seconds.
    pub span: (i64, i64),
    /// Whether sketches are.
    pub sketches: bool,
}

impl Wanted<'_> {
    /// Everything.
    pub(crate) const ALL: Self = Self { series: None, span: (i64::MIN, i64::MAX), sketches: true };
}

/// Passes the wanted cells to `each`, in order. `None` when the chunk is damaged: those before the
/// damage were passed.
pub(crate) fn each(stored: &[u8], wanted: Wanted<'_>, mut each: impl FnMut(Key, &Cell)) -> Option<()> {
    let bytes = unpacked(stored)?;
    let mut rest = bytes.strip_prefix(&[VERSION])?;
    let width_s = i64::try_from(take(&mut rest)?).ok().filter(|it| *it > 0)?;
    let base_s = take_signed(&mut rest)?;
    let (mut series, mut left, mut cell) = (0i64, wanted.series, Cell::default());
    while !rest.is_empty() {
        series = series.wrapping_add(take_signed(&mut rest)?);
        let bytes = usize::try_from(take(&mut rest)?).ok()?;
        let (mut cells, after) = rest.split_at_checked(bytes)?;
        rest = after;
        if let Some(ids) = left {
            let ids = &ids[ids.partition_point(|it| *it < series)..];
            left = Some(ids);
            match ids.first() {
                None => return Some(()),
                Some(first) if *first != series => continue,
                Some(_) => {}
            }
        }
        let mut bucket_s = base_s;
        while !cells.is_empty() {
            let steps = i64::try_from(take(&mut cells)?).ok()?;
            bucket_s = bucket_s.checked_add(steps.checked_mul(width_s)?)?;
            if bucket_s >= wanted.span.1 {
                break;
            }
            take_cell(&mut cells, bucket_s, wanted.sketches, &mut cell)?;
            if bucket_s >= wanted.span.0 {
                each((series, bucket_s), &cell);
            }
        }
    }
    Some(())
}

/// A chunk without its packing; `None` when that is damaged.
fn unpacked(stored: &[u8]) -> Option<Cow<'_, [u8]>> {
    if block::is_packed(stored) {
        return block::decompress_within(stored, UNPACKED_BYTES_MAX).map(Cow::Owned);
    }
    Some(Cow::Borrowed(stored))
}

/// Passes the id of each series and the bytes of its cells to `each`. `None` when the chunk is
/// damaged.
pub(crate) fn each_series(stored: &[u8], mut each: impl FnMut(SeriesId, usize)) -> Option<()> {
    let bytes = unpacked(stored)?;
    let mut rest = bytes.strip_prefix(&[VERSION])?;
    let _width_s = take(&mut rest)?;
    let _base_s = take_signed(&mut rest)?;
    let mut series = 0i64;
    while !rest.is_empty() {
        series = series.wrapping_add(take_signed(&mut rest)?);
        let bytes = usize::try_from(take(&mut rest)?).ok()?;
        rest = rest.split_at_checked(bytes)?.1;
        each(series, bytes);
    }
    Some(())
}

/// Takes a cell off the front, into an existing one to reuse its memory.
fn take_cell(rest: &mut &[u8], bucket_s: i64, sketches: bool, cell: &mut Cell) -> Option<()> {
    let (&flags, after) = rest.split_first()?;
    *rest = after;
    let is = |flag: u8| flags & flag != 0;
    cell.count = if is(ONE) { 1 } else { take(rest)? };
    let bounds = if is(SAME) { None } else { Some((take_number(rest)?, take_number(rest)?)) };
    cell.last = take_number(rest)?;
    (cell.min, cell.max) = bounds.unwrap_or((cell.last, cell.last));
    cell.sum = if is(PRODUCT) { cell.max * cell.count as f64 } else { take_number(rest)? };
    cell.last_ms = take_signed(rest)?.wrapping_add(bucket_s.wrapping_mul(1_000));
    let bytes = if is(SKETCH) {
        let length = usize::try_from(take(rest)?).ok()?;
        let (bytes, after) = rest.split_at_checked(length)?;
        *rest = after;
        Some(bytes)
    } else {
        None
    };
    if !sketches || !is(SKETCH) && !is(SKETCH_OF_SAME) {
        cell.sketch = None;
        return Some(());
    }
    let sketch = cell.sketch.get_or_insert_default();
    match bytes {
        Some(bytes) => sketch.read(bytes).then_some(())?,
        None => {
            sketch.clear();
            sketch.record_times(cell.max, cell.count);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests;
