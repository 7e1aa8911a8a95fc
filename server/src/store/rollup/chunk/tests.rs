//! What was encoded comes back, and what is damaged does no harm.

use std::collections::BTreeMap;

use pipeline::Kind;
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;

fn values() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(1.0),
        (0u32..2_000).prop_map(f64::from),
        (0u32..99_999).prop_map(|it| f64::from(it) / 100.0),
        -1e9..1e9
    ]
}

fn cells(kind: Kind) -> impl Strategy<Value = Cell> {
    vec((values(), -90_000i64..90_000), 1..6).prop_map(move |values| {
        let mut cell = Cell::default();
        values.iter().for_each(|(value, at_ms)| cell.record(kind, *value, *at_ms));
        cell
    })
}

fn chunks() -> impl Strategy<Value = BTreeMap<Key, Cell>> {
    let kind = select(&[Kind::Counter, Kind::Gauge, Kind::Distribution][..]);
    let cell = kind.prop_flat_map(cells);
    proptest::collection::btree_map((-3i64..12, (-5i64..400).prop_map(|it| it * 10)), cell, 0..40)
}

fn encoded(cells: &BTreeMap<Key, Cell>) -> Vec<u8> {
    encode(10, &cells.iter().map(|(key, cell)| (*key, cell)).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn ok_every_cell_comes_back(all in chunks(), ids in vec(-3i64..12, 0..5), from in -5i64..400, length in 0i64..400) {
        let bytes = encoded(&all);
        let mut found = BTreeMap::new();
        let wanted = Wanted::ALL;
        prop_assert_eq!(each(&bytes, wanted, |key, cell| _ = found.insert(key, cell.clone())), Some(()));
        prop_assert_eq!(&found, &all);

        let mut ids = ids;
        ids.sort_unstable();
        let span = (from * 10, (from + length) * 10);
        let wanted = Wanted { series: Some(&ids), span, sketches: false };
        let mut found = BTreeMap::new();
        prop_assert_eq!(each(&bytes, wanted, |key, cell| _ = found.insert(key, cell.clone())), Some(()));
        let expected: BTreeMap<Key, Cell> = all
            .into_iter()
            .filter(|((series, at_s), _)| ids.contains(series) && (span.0..span.1).contains(at_s))
            .map(|(key, cell)| (key, Cell { sketch: None, ..cell }))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn err_damaged_chunks(all in chunks(), cut in 0usize..400, at in 0usize..400, byte: u8) {
        let mut bytes = encoded(&all);
        let wanted = Wanted::ALL;
        let mut n = 0;
        let _damaged = each(&bytes[..cut.min(bytes.len())], wanted, |_, _| n += 1);
        prop_assert!(n <= all.len());
        if let Some(old) = bytes.get_mut(at) {
            *old = byte;
        }
        let _damaged = each(&bytes, wanted, |_, cell| assert!(cell.sketch.as_ref().is_none_or(|it| it.bytes() < 1 << 20)));
    }
}

#[test]
fn ok_a_counter_takes_few_bytes() {
    let mut cell = Cell::default();
    cell.count(7, 4_000);
    let all: BTreeMap<Key, Cell> = (0..360).map(|it| ((1, it * 10), cell.clone())).collect();
    let bytes = encoded(&all).len();
    assert!(bytes < 360 * 8, "{bytes}");
}
