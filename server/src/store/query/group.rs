//! Sorts the series of a metric into groups by their labels.
//!
//! What has another unit, or is measured in another way, is never added up: unit and kind become
//! labels where they differ.

use std::{collections::BTreeMap, sync::Arc};

use contract::{Label, series::Labels};
use pipeline::{Kind, SeriesKey};

use super::error::Error;
use crate::live::SeriesId;

/// Most groups of one answer.
pub(crate) const GROUPS_MAX: usize = 1_000;

/// A series: its number in memory and in the store, and what identifies it.
pub(crate) type Found = (SeriesId, Arc<SeriesKey>);

/// Series that are merged into one line of points.
#[derive(Clone, Debug)]
pub(crate) struct Group<K> {
    /// What they have in common.
    pub key: K,
    /// The numbers of the series.
    pub series: Vec<SeriesId>,
}

/// Groups series by what `key` says of each, in its order; those without a key are left out.
pub(crate) fn group_by<K: Ord>(found: &[Found], key: impl Fn(&SeriesKey) -> Option<K>) -> Vec<Group<K>> {
    let mut groups: BTreeMap<K, Vec<SeriesId>> = BTreeMap::new();
    for (id, series) in found {
        if let Some(key) = key(series) {
            groups.entry(key).or_default().push(*id);
        }
    }
    groups.into_iter().map(|(key, series)| Group { key, series }).collect()
}

/// Groups series by their labels.
///
/// # Errors
/// [`Error::Invalid`] when there would be too many groups.
pub(crate) fn group_by_labels(found: &[Found], by: &[Label]) -> Result<Vec<Group<Labels>>, Error> {
    let labels = |key: &SeriesKey| Some(by.iter().map(|label| (*label, value(key, *label))).collect::<Labels>());
    let groups = group_by(found, labels);
    if groups.len() > GROUPS_MAX {
        return Err(Error::Invalid(format!("expected at most {GROUPS_MAX} groups, found {}", groups.len())));
    }
    Ok(groups)
}

/// The value of a label; empty where the series has no such label.
pub(super) fn value(key: &SeriesKey, label: Label) -> String {
    match label {
        Label::Unit => key.unit.to_string(),
        Label::Kind => key.kind.word().to_owned(),
        _ => key.label(label.word()).unwrap_or_default().into_owned(),
    }
}

/// The labels asked for, and unit and kind where the series of the metric have several.
pub(super) fn labels_of(found: &[Found], by: &[Label]) -> Vec<Label> {
    let mut labels = by.to_vec();
    if !labels.contains(&Label::Unit) && units(found).len() > 1 {
        labels.push(Label::Unit);
    }
    let first = found.first().map(|it| it.1.kind);
    if !labels.contains(&Label::Kind) && found.iter().any(|it| Some(it.1.kind) != first) {
        labels.push(Label::Kind);
    }
    labels
}

/// The units of series, each once, in order.
pub(super) fn units(found: &[Found]) -> Vec<&str> {
    let mut units: Vec<&str> = found.iter().map(|it| &*it.1.unit).collect();
    units.sort_unstable();
    units.dedup();
    units
}

/// How the series of a group are measured: all in the same way.
pub(super) fn kind_of<K>(found: &[Found], group: &Group<K>) -> Kind {
    let first = group.series.first();
    found.iter().find(|it| Some(&it.0) == first).map_or(Kind::Gauge, |it| it.1.kind)
}
