//! Joins chunks of one span: their cells by series, then by time, each key once. It reads and
//! writes no file.

use std::collections::BTreeMap;

use pipeline::Cell;

use super::{
    chunk::{self, Wanted},
    chunks::{NewChunk, borrowed, damaged},
    open_cells::Key,
};
use crate::{live::SeriesId, store::resolution::Resolution};

/// Most bytes of the chunks that become one, when a whole span is joined: whoever asks for a few
/// series reads no more.
const PIECE_BYTES_MAX: usize = 256 << 10;

/// A chunk as it is in the file, with its id.
pub(crate) type Stored = (i64, Vec<u8>);

/// Chunks as one. Cells of one key add up in the order of the chunks.
#[must_use]
pub(crate) fn one((app_id, resolution): (i64, Resolution), level: i64, chunks: &[Stored]) -> Option<NewChunk> {
    joined((app_id, resolution), level, chunks, None)
}

/// All chunks of a span as some with different series, each packed, none much longer than 256 KiB.
#[must_use]
pub(crate) fn by_series((app_id, resolution): (i64, Resolution), level: i64, chunks: &[Stored]) -> Vec<NewChunk> {
    let mut sizes: BTreeMap<SeriesId, usize> = BTreeMap::new();
    for (id, body) in chunks {
        let add = |series, bytes| *sizes.entry(series).or_default() += bytes;
        if chunk::each_series(body, add).is_none() {
            damaged(*id);
        }
    }
    let (mut pieces, mut piece, mut bytes) = (vec![], vec![], 0);
    for (series, size) in sizes {
        if bytes + size > PIECE_BYTES_MAX && !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
            bytes = 0;
        }
        piece.push(series);
        bytes += size;
    }
    pieces.push(piece);
    let packed = |mut chunk: NewChunk| {
        chunk.pack();
        chunk
    };
    pieces.iter().filter_map(|it| joined((app_id, resolution), level, chunks, Some(it)).map(packed)).collect()
}

fn joined(
    (app_id, resolution): (i64, Resolution),
    level: i64,
    chunks: &[Stored],
    series: Option<&[SeriesId]>,
) -> Option<NewChunk> {
    let mut cells: BTreeMap<Key, Cell> = BTreeMap::new();
    let wanted = Wanted { series, ..Wanted::ALL };
    for (id, body) in chunks {
        if chunk::each(body, wanted, |key, cell| cells.entry(key).or_default().merge(cell)).is_none() {
            damaged(*id);
        }
    }
    NewChunk::new(app_id, resolution, level, &borrowed(&cells))
}

#[cfg(test)]
mod tests {
    use pipeline::Kind;

    use super::*;

    fn chunk(cells: &[(Key, f64)]) -> Vec<u8> {
        let cell = |value: f64| {
            let mut cell = Cell::default();
            cell.record(Kind::Distribution, value, 5);
            cell
        };
        let cells: BTreeMap<Key, Cell> = cells.iter().map(|(key, value)| (*key, cell(*value))).collect();
        chunk::encode(10, &cells.iter().map(|(key, cell)| (*key, cell)).collect::<Vec<_>>())
    }

    fn found(chunks: &[NewChunk]) -> Vec<(Key, u64, f64, f64)> {
        let mut found = vec![];
        for it in chunks {
            let each = |key, cell: &Cell| found.push((key, cell.count, cell.sum, cell.last));
            assert_eq!(chunk::each(&it.body, Wanted::ALL, each), Some(()));
        }
        found
    }

    #[test]
    fn ok_cells_of_one_key_add_up_in_order() {
        let stored = [(1, chunk(&[((1, 10), 2.0), ((3, 20), 4.0)])), (2, chunk(&[((1, 10), 3.0), ((2, 10), 1.0)]))];
        let joined = one((7, Resolution::TenSeconds), 1, &stored).expect("cells");
        assert_eq!((joined.buckets_s, joined.series, joined.cells), ((10, 20), (1, 3), 3));
        let expected = [((1, 10), 2, 5.0, 3.0), ((2, 10), 1, 1.0, 1.0), ((3, 20), 1, 4.0, 4.0)];
        assert_eq!(found(&[joined]), expected);
        assert_eq!(found(&by_series((7, Resolution::TenSeconds), 9, &stored)), expected);
        assert!(one((7, Resolution::TenSeconds), 1, &[]).is_none());
    }

    #[test]
    fn ok_long_spans_become_several() {
        let many: Vec<(Key, f64)> =
            (0..90).flat_map(|series| (0..360).map(move |it| ((series, it * 10), 0.1 + 1e9 * it as f64))).collect();
        let stored = [(1, chunk(&many)), (2, chunk(&many))];
        let pieces = by_series((7, Resolution::TenSeconds), 9, &stored);
        assert!(pieces.len() > 2 && pieces.iter().all(|it| it.body.len() <= PIECE_BYTES_MAX), "{}", pieces.len());
        assert!(pieces.windows(2).all(|it| it[0].series.1 < it[1].series.0));
        assert_eq!(found(&pieces).len(), many.len());
    }
}
