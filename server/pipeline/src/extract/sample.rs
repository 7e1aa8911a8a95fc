//! One `sample#NAME=VALUE` pair of a line of the platform: a gauge of a dyno or an add-on.

use super::{Measurement, Sink};
use crate::{Kind, Loss, logfmt::Pair, number, series::SeriesRef};

/// Reads the pair if it is a sample. `unit_of` gives the unit of a metric whose value has none.
pub(super) fn read(pair: &Pair<'_>, source: &[u8], unit_of: fn(&[u8]) -> &'static [u8], sink: &mut impl Sink) {
    let Some(metric) = pair.key.strip_prefix(b"sample#").filter(|metric| !metric.is_empty()) else { return };
    match number::l2met(pair.value) {
        Some((value, unit)) => {
            let unit = if unit.is_empty() { unit_of(metric) } else { unit };
            let series = SeriesRef { unit, source, ..SeriesRef::new(metric, Kind::Gauge) };
            sink.measure(&Measurement { series, value });
        }
        None => sink.lose(Loss::Value),
    }
}
