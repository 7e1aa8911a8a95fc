//! A filter of the ids that a block holds: it tells almost surely whether an id is in it, without
//! reading the block. It is made when a block is compressed for rest, and stored beside it.
//!
//! It is a Bloom filter: [`BITS_PER_ID`] bits for each id, of which [`BITS_SET`] are set. It is
//! wrong about one of a hundred blocks, which is then read in vain, and never misses an id. Ids are
//! those of `pipeline::request_id`, whatever the case of their letters. The form is stored, so it
//! does not change.

use pipeline::request_id::{is_id, tokens};
use rustc_hash::FxHashSet;

const BITS_PER_ID: usize = 10;
const BITS_SET: u64 = 7;
/// Most ids of a block with a filter: 64 kB of bits. A block with more has none and is always read.
const IDS_MAX: usize = 50_000;

/// The filter of a decompressed block; empty if it holds no id, `None` if it holds too many.
#[must_use]
pub(crate) fn of_block(body: &[u8]) -> Option<Vec<u8>> {
    let mut ids = FxHashSet::default();
    for id in tokens(body).filter(|it| is_id(it)) {
        ids.insert(hash(id));
        if ids.len() > IDS_MAX {
            return None;
        }
    }
    let mut filter = vec![0; (ids.len() * BITS_PER_ID).div_ceil(8)];
    for id in ids {
        for bit in bits(id, filter.len()) {
            filter[bit / 8] |= 1 << (bit % 8);
        }
    }
    Some(filter)
}

/// Whether the block of a filter may hold an id.
#[must_use]
pub(crate) fn may_hold(filter: &[u8], id: &[u8]) -> bool {
    !filter.is_empty() && bits(hash(id), filter.len()).all(|bit| filter[bit / 8] & (1 << (bit % 8)) != 0)
}

/// The bits of an id in a filter of so many bytes.
fn bits(hash: u64, bytes: usize) -> impl Iterator<Item = usize> {
    let (first, step) = (hash & 0xFFFF_FFFF, (hash >> 32) | 1);
    (0..BITS_SET).map(move |it| usize::try_from((first + it * step) % (bytes as u64 * 8)).unwrap_or(0))
}

/// FNV-1a of the id in lower case, mixed so that all bits depend on all bytes.
fn hash(id: &[u8]) -> u64 {
    let fnv = id.iter().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01B3)
    });
    let mixed = (fnv ^ (fnv >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> String {
        format!("{n:08x}-6a83-4c12-8269-97c8e32cdb22")
    }

    #[test]
    fn ok_no_id_is_missed_and_few_are_wrong() {
        let body: String = (0..700).map(|it| format!("request_id={} status=200\n", id(it))).collect();
        let filter = of_block(body.as_bytes()).unwrap_or_default();
        assert_eq!(filter.len(), 875);
        assert!((0..700).all(|it| may_hold(&filter, id(it).to_uppercase().as_bytes())));
        let wrong = (1_000..11_000).filter(|it| may_hold(&filter, id(*it).as_bytes())).count();
        assert!(wrong < 200, "{wrong} of 10,000");
    }

    #[test]
    fn ok_blocks_without_ids_and_with_too_many() {
        assert_eq!(of_block(b"no id"), Some(vec![]));
        assert!(!may_hold(&[], id(1).as_bytes()));
        let many: String = (0..=IDS_MAX as u32).map(|it| id(it) + " ").collect();
        assert_eq!(of_block(many.as_bytes()), None);
    }

    #[test]
    fn ok_the_stored_form_is_fixed() {
        // Files hold such filters: another form would miss ids in them.
        assert_eq!(hash(b"0123456789ABCDEF"), hash(b"0123456789abcdef"));
        assert_eq!(hash(b"0123456789abcdef"), 0x5FF6_C45C_9B63_5362);
    }
}
