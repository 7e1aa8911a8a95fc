//! One value of one series, as a reader gives it. The names of its series are borrowed from the
//! line.

use crate::series::SeriesRef;

/// One value of one series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement<'a> {
    /// The series.
    pub series: SeriesRef<'a>,
    /// Its value, finite.
    pub value: f64,
}
