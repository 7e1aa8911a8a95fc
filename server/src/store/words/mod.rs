//! Filters of words: which blocks at rest may hold lines that a search wants, so that the others
//! are not read.
//!
//! A group is up to 64 blocks of one app with one filter, and a shelf has the words of up to 64
//! groups. Both are built beside the writer (`write::word_groups`), which stores them, and are
//! looked up newest first ([`candidates`]). Blocks without a group are always read: those of the
//! last quarter of an hour, and of each app the newest before that until they are 64.

mod token;

mod bits;

mod hash;

mod dictionary;

mod wanted;

mod receipt;

mod group;

mod filter_reader;

mod shelf;

mod counts;

mod stored;

mod lookup;

pub(crate) mod candidates;

#[cfg(test)]
pub(crate) use self::filter_reader::may_have;
pub(crate) use self::{
    counts::BlockCounts,
    group::{BLOCKS_MAX, FilterBuilder},
    receipt::Receipt,
    shelf::{BuiltShelf, GROUPS_MAX, GroupTexts},
    stored::{Built, BuiltGroup, insert, last_grouped},
    wanted::Wanted,
};
