//! One metric and its data points, from protobuf or JSON. Source: OpenTelemetry's `metrics.proto`.
//! Exemplars are not read.
//!
//! # Limits
//! [`BUCKETS_MAX`] buckets of a point; a point with more can't be used.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    json::{Double, Signed, Whole},
    record::ReadError,
    tree::Raw,
    value::Attributes,
};
use crate::receiver::protobuf::{Field, Fields, Malformed};

/// Most buckets or quantiles of a point.
const BUCKETS_MAX: usize = 1_024;
/// The bit of a point's flags that says that there is no value.
const NO_VALUE: u64 = 1;

/// What the points of a metric are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Gauge,
    Sum,
    Histogram,
    Exponential,
    Summary,
}

/// A metric without its points.
#[derive(Debug, Default)]
pub(super) struct Metric<'a> {
    pub name: Cow<'a, str>,
    pub unit: Cow<'a, str>,
    pub kind: Kind,
    /// Whether points state all since a start, not what was added since the point before.
    pub is_cumulative: bool,
    /// Whether a sum only grows.
    pub is_monotonic: bool,
}

/// One data point of any kind.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Point<'a> {
    #[serde(borrow)]
    pub attributes: Attributes<'a>,
    /// Unix nanoseconds; 0 for unknown.
    pub start_time_unix_nano: Whole,
    pub time_unix_nano: Whole,
    flags: Whole,
    as_double: Option<Double>,
    as_int: Option<Signed>,
    pub count: Whole,
    pub sum: Option<Double>,
    pub min: Option<Double>,
    pub max: Option<Double>,
    pub bucket_counts: Vec<Whole>,
    pub explicit_bounds: Vec<Double>,
    pub scale: i32,
    pub zero_count: Whole,
    pub positive: Buckets,
    pub negative: Buckets,
    pub quantile_values: Vec<Quantile>,
}

/// One side of an exponential histogram.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Buckets {
    pub offset: i32,
    pub bucket_counts: Vec<Whole>,
}

/// One value of a summary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub(super) struct Quantile {
    pub quantile: Double,
    pub value: Double,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonMetric<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    unit: Cow<'a, str>,
    #[serde(borrow)]
    gauge: Option<JsonData<'a>>,
    #[serde(borrow)]
    sum: Option<JsonData<'a>>,
    #[serde(borrow)]
    histogram: Option<JsonData<'a>>,
    #[serde(borrow)]
    exponential_histogram: Option<JsonData<'a>>,
    #[serde(borrow)]
    summary: Option<JsonData<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct JsonData<'a> {
    #[serde(borrow)]
    data_points: Vec<&'a RawValue>,
    aggregation_temporality: u8,
    is_monotonic: bool,
}

/// The number of the cumulative temporality.
const CUMULATIVE: u64 = 2;

/// Reads a metric and calls `each` with every point, or with why it can't be read.
///
/// # Errors
/// When the metric itself can't be read; its points are then unknown.
pub(super) fn read<'a>(
    raw: Raw<'a>,
    each: &mut dyn FnMut(&Metric<'a>, Result<Point<'a>, ReadError>),
) -> Result<(), ReadError> {
    match raw {
        Raw::Wire(message) => read_wire(message, each),
        Raw::Json(text) => read_json(text, each),
    }
}

fn read_json<'a>(
    text: &'a str,
    each: &mut dyn FnMut(&Metric<'a>, Result<Point<'a>, ReadError>),
) -> Result<(), ReadError> {
    let JsonMetric { name, unit, gauge, sum, histogram, exponential_histogram, summary } = serde_json::from_str(text)?;
    let all = [
        (Kind::Gauge, gauge),
        (Kind::Sum, sum),
        (Kind::Histogram, histogram),
        (Kind::Exponential, exponential_histogram),
        (Kind::Summary, summary),
    ];
    let Some((kind, data)) = all.into_iter().find_map(|(kind, data)| Some((kind, data?))) else { return Ok(()) };
    let is_cumulative = u64::from(data.aggregation_temporality) == CUMULATIVE;
    let metric = Metric { name, unit, kind, is_cumulative, is_monotonic: data.is_monotonic };
    for point in data.data_points {
        let point = serde_json::from_str::<Point<'_>>(point.get()).map_err(ReadError::from);
        let point = point.and_then(|it| if it.is_bounded() { Ok(it) } else { Err(ReadError::Buckets) });
        each(&metric, point);
    }
    Ok(())
}

fn read_wire<'a>(
    message: &'a [u8],
    each: &mut dyn FnMut(&Metric<'a>, Result<Point<'a>, ReadError>),
) -> Result<(), ReadError> {
    let mut metric = Metric::default();
    let mut data = &[][..];
    for field in Fields::of(message) {
        let (number, field) = field?;
        metric.kind = match number {
            1 => {
                metric.name = Cow::Borrowed(field.text()?);
                continue;
            }
            3 => {
                metric.unit = Cow::Borrowed(field.text()?);
                continue;
            }
            5 => Kind::Gauge,
            7 => Kind::Sum,
            9 => Kind::Histogram,
            10 => Kind::Exponential,
            11 => Kind::Summary,
            _ => continue,
        };
        data = field.bytes();
    }
    for field in Fields::of(data) {
        match field? {
            (2, field) => metric.is_cumulative = field.whole() == CUMULATIVE,
            (3, field) => metric.is_monotonic = field.whole() != 0,
            _ => {}
        }
    }
    for point in Fields::of(data).all(1) {
        let kind = metric.kind;
        each(&metric, point.map_err(ReadError::from).and_then(|it| Point::of_wire(kind, it)));
    }
    Ok(())
}

impl<'a> Point<'a> {
    /// The value of a gauge or a sum.
    pub(super) fn value(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a double has 53 bits")]
        let whole = self.as_int.map(|it| it.0 as f64);
        self.as_double.map(|it| it.0).or(whole)
    }

    /// Whether its lists are as short as they have to be.
    fn is_bounded(&self) -> bool {
        let lists = [&self.bucket_counts, &self.positive.bucket_counts, &self.negative.bucket_counts];
        lists.iter().all(|it| it.len() <= BUCKETS_MAX) && self.quantile_values.len() <= BUCKETS_MAX
    }

    /// Whether the point only says that there is no value any more.
    pub(super) const fn is_stale(&self) -> bool {
        self.flags.0 & NO_VALUE != 0
    }

    fn of_wire(kind: Kind, message: &'a [u8]) -> Result<Self, ReadError> {
        let mut point = Self::default();
        for field in Fields::of(message) {
            let (number, field) = field?;
            match (number, kind) {
                (1, Kind::Exponential) | (7, Kind::Gauge | Kind::Sum | Kind::Summary) | (9, Kind::Histogram) => {
                    point.attributes.push_wire(field.bytes())?;
                }
                (2, _) => point.start_time_unix_nano = Whole(field.whole()),
                (3, _) => point.time_unix_nano = Whole(field.whole()),
                (4, Kind::Gauge | Kind::Sum) => point.as_double = Some(Double(field.double())),
                (6, Kind::Gauge | Kind::Sum) => point.as_int = Some(Signed(field.signed())),
                (8, Kind::Gauge | Kind::Sum | Kind::Summary) | (10, Kind::Histogram | Kind::Exponential) => {
                    point.flags = Whole(field.whole());
                }
                (4, _) => point.count = Whole(field.whole()),
                (5, Kind::Histogram | Kind::Exponential | Kind::Summary) => point.sum = Some(Double(field.double())),
                (11, Kind::Histogram) | (12, Kind::Exponential) => point.min = Some(Double(field.double())),
                (12, Kind::Histogram) | (13, Kind::Exponential) => point.max = Some(Double(field.double())),
                (6, Kind::Histogram) => extend(&mut point.bucket_counts, field.fixed64s()?.map(|it| Ok(Whole(it))))?,
                (7, Kind::Histogram) => {
                    extend(&mut point.explicit_bounds, field.fixed64s()?.map(|it| Ok(Double(f64::from_bits(it)))))?;
                }
                (6, Kind::Exponential) => point.scale = field.zigzag(),
                (7, Kind::Exponential) => point.zero_count = Whole(field.whole()),
                (8, Kind::Exponential) => point.positive = Buckets::of_wire(field)?,
                (9, Kind::Exponential) => point.negative = Buckets::of_wire(field)?,
                (6, Kind::Summary) => extend(&mut point.quantile_values, [Quantile::of_wire(field)].into_iter())?,
                _ => {}
            }
        }
        Ok(point)
    }
}

impl Buckets {
    fn of_wire(field: Field<'_>) -> Result<Self, ReadError> {
        let mut buckets = Self::default();
        for field in Fields::of(field.bytes()) {
            match field? {
                (1, field) => buckets.offset = field.zigzag(),
                (2, field) => extend(&mut buckets.bucket_counts, field.varints().map(|it| it.map(Whole)))?,
                _ => {}
            }
        }
        Ok(buckets)
    }
}

impl Quantile {
    fn of_wire(field: Field<'_>) -> Result<Self, Malformed> {
        let mut quantile = Self::default();
        for field in Fields::of(field.bytes()) {
            match field? {
                (1, field) => quantile.quantile = Double(field.double()),
                (2, field) => quantile.value = Double(field.double()),
                _ => {}
            }
        }
        Ok(quantile)
    }
}

fn extend<T>(list: &mut Vec<T>, items: impl Iterator<Item = Result<T, Malformed>>) -> Result<(), ReadError> {
    for item in items {
        if list.len() >= BUCKETS_MAX {
            return Err(ReadError::Buckets);
        }
        list.push(item?);
    }
    Ok(())
}
