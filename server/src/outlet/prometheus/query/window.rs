//! Figures of windows: for each moment, what was measured in the length of time before it. Read
//! from rollups at one go, and merged for each moment.

use std::{collections::BTreeMap, sync::Arc};

use contract::{Span, Step, StepChoice};
use pipeline::{Cell, SeriesKey};

use super::{
    super::{bounds, name},
    question::{Figure, Kept, Reading},
    selector::Part,
};
use crate::{
    access::principal::Principal,
    outlet::state::Outlet,
    store::{
        query::{self, error::ASK_MAX, group::group_by, merge, plan::Plan},
        rollup::rows::Columns,
    },
};

/// Most rows of a reading.
const ROWS_MAX: i64 = 2_000_000;
/// Most lines of a reading.
pub(crate) const LINES_MAX: usize = 1_000;
/// Most values of a reading, and of one that is worked out from sketches.
const VALUES_MAX: usize = 400_000;
const SKETCH_VALUES_MAX: usize = 30_000;
/// Widths that windows are put together from, seconds.
const WIDTHS_S: [i64; 8] = [10, 30, 60, 300, 600, 900, 1_800, 3_600];
/// A window is put together from at least so many.
const PARTS_MIN: i64 = 5;
/// A window of at least so many cells may end up to one of them early.
const LONG_PARTS: i64 = 300;

/// Labels of a line.
pub(crate) type Labels = BTreeMap<String, String>;

/// A value at each moment, where there is one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub labels: Labels,
    pub values: Vec<Option<f64>>,
}

/// The moments of a question, unix milliseconds.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    pub at_ms: Vec<i64>,
    pub step_s: i64,
}

/// Who asks, and when.
pub(crate) struct Asker<'a> {
    pub outlet: &'a Outlet,
    pub who: Option<&'a Principal>,
    pub now_s: i64,
}

impl Asker<'_> {
    pub(crate) fn sees(&self, app: &str) -> bool {
        self.who.is_none_or(|it| it.sees(app))
    }
}

/// Cells of a line, and what their values are multiplied with.
struct Cells {
    factor: f64,
    unit: String,
    by_second: BTreeMap<i64, Cell>,
}

/// Reads what a part of a question needs.
///
/// # Errors
/// [`query::Error::Invalid`] where it is too much.
pub(crate) async fn read(asker: &Asker<'_>, reading: &Reading, moments: &Moments) -> Result<Vec<Line>, query::Error> {
    let (lines, width_s) = cells(asker, reading, moments).await?;
    let is_sketch = matches!(reading.figure, Figure::Quantile(_)) || reading.selector.part == Part::Bucket;
    let most = if is_sketch { SKETCH_VALUES_MAX } else { VALUES_MAX };
    let values = lines.len() * moments.at_ms.len();
    if lines.len() > LINES_MAX || values > most {
        return Err(query::Error::Invalid(format!(
            "expected at most {LINES_MAX} lines and {most} values, found {} and {values}: ask for fewer series, sums, a \
             wider step or a shorter range",
            lines.len()
        )));
    }
    let (reading, moments) = (reading.clone(), moments.clone());
    let working = tokio::task::spawn_blocking(move || {
        lines.into_iter().flat_map(|(labels, cells)| work_out(&reading, &moments, width_s, labels, &cells)).collect()
    });
    working.await.map_err(|_| query::Error::TooLong)
}

/// The cells of each line, and the width of a cell, seconds.
async fn cells(
    asker: &Asker<'_>,
    reading: &Reading,
    moments: &Moments,
) -> Result<(BTreeMap<Labels, Cells>, i64), query::Error> {
    let (first_s, last_s) = (moments.at_ms.first(), moments.at_ms.last());
    let (first_s, last_s) = (first_s.map_or(0, |it| it.div_euclid(1_000)), last_s.map_or(0, |it| it.div_euclid(1_000)));
    let offset_s = reading.selector.offset_s;
    let from_s = first_s.saturating_sub(reading.range_s).saturating_sub(offset_s).max(Span::FIRST_S);
    let span = Span::clamped(from_s, last_s.saturating_sub(offset_s).max(from_s) + 1);
    let width = StepChoice::Width(Step::clamped(width_s(reading.range_s, first_s, moments)));
    let plan = Plan::of_rows(span, width, &asker.outlet.reader.reach(asker.now_s)).map_err(query::Error::Invalid)?;
    let apps: Vec<Arc<str>> = asker.outlet.apps();
    let wanted = apps.iter().filter(|it| asker.sees(it) && reading.selector.has_app(it));
    let columns = if reading.selector.part == Part::Bucket { Columns::Quantiles } else { Columns::Plain };
    let (mut lines, mut rows) = (BTreeMap::<Labels, Cells>::new(), 0);
    for app in wanted {
        let found = asker.outlet.reader.find(app, |key| reading.selector.has(key)).unwrap_or_default();
        rows += plan.rows() * found.len() as i64;
        if rows > ROWS_MAX {
            return Err(query::Error::Invalid(format!(
                "expected a question of at most {ROWS_MAX} rows, found {rows}: ask for fewer series, a wider step or a \
                 shorter range"
            )));
        }
        let key = |key: &SeriesKey| Some((labels(reading, app, key), key.unit.to_string()));
        let groups = group_by(&found, key);
        let asking = merge::read(&asker.outlet.reader, &groups, &plan, columns);
        let merged = tokio::time::timeout(ASK_MAX, asking).await.map_err(|_| query::Error::TooLong)??;
        for (group, steps) in groups.into_iter().zip(merged) {
            add(&mut lines, group.key, steps)?;
        }
    }
    Ok((lines, plan.step.seconds()))
}

/// Adds cells to the line of their labels.
fn add(
    lines: &mut BTreeMap<Labels, Cells>,
    (labels, unit): (Labels, String),
    steps: BTreeMap<i64, Cell>,
) -> Result<(), query::Error> {
    let factor = name::unit(&unit).1;
    let line = lines.entry(labels).or_insert_with(|| Cells { factor, unit: unit.clone(), by_second: BTreeMap::new() });
    if line.unit != unit {
        let units = format!("{} and {unit}", line.unit);
        return Err(query::Error::Invalid(format!("expected figures of one unit, found {units}: choose an app")));
    }
    for (at_s, cell) in steps {
        line.by_second.entry(at_s).or_default().merge(&cell);
    }
    Ok(())
}

/// The labels of the line that a series belongs to.
fn labels(reading: &Reading, app: &str, key: &SeriesKey) -> Labels {
    let is_kept = |label: &str| reading.labels.as_ref().is_none_or(|kept: &Kept| kept.has(label));
    let all = name::labels(app, key).into_iter().filter(|it| is_kept(it.0));
    let mut labels: Labels = all.map(|(label, value)| (label.to_owned(), value)).collect();
    if reading.figure == Figure::Last && reading.labels.is_none() {
        labels.insert("__name__".to_owned(), reading.selector.name.clone());
    }
    labels
}

/// The width of the cells that windows are put together from: the widest with which they end at
/// their moments, or near to them where windows are long.
fn width_s(range_s: i64, first_s: i64, moments: &Moments) -> i64 {
    let is_one = moments.at_ms.len() == 1;
    let is_near = |width: i64| first_s % width == 0 || range_s / width >= LONG_PARTS;
    let is_whole = |width: i64| range_s % width == 0 && (is_one || moments.step_s % width == 0);
    let fits = |width: &&i64| range_s / **width >= PARTS_MIN && is_near(**width) && is_whole(**width);
    WIDTHS_S.iter().rev().find(fits).copied().unwrap_or(WIDTHS_S[0])
}

/// The values of a line, or of a line for each bound.
fn work_out(reading: &Reading, moments: &Moments, width_s: i64, labels: Labels, cells: &Cells) -> Vec<Line> {
    let parts = (reading.range_s + width_s - 1) / width_s;
    let windows: Vec<Option<Cell>> = moments
        .at_ms
        .iter()
        .map(|at_ms| {
            // A cell that has only begun belongs to the next window.
            let end_s = (at_ms.div_euclid(1_000) - reading.selector.offset_s).div_euclid(width_s) * width_s;
            let mut window = Cell::default();
            cells.by_second.range(end_s - parts * width_s..end_s).for_each(|it| window.merge(it.1));
            (!window.is_empty()).then_some(window)
        })
        .collect();
    let length_s = (parts * width_s) as f64;
    let per = if reading.figure == Figure::Increase { reading.range_s as f64 / length_s } else { 1.0 / length_s };
    let is_bucket = reading.selector.part == Part::Bucket && !matches!(reading.figure, Figure::Quantile(_));
    if is_bucket {
        return buckets(reading, &windows, &labels, cells, per);
    }
    let value = |cell: &Cell| {
        let value = match (reading.figure, reading.selector.part) {
            (Figure::Rate | Figure::Increase, Part::Count) => cell.count as f64 * per,
            (Figure::Rate | Figure::Increase, _) => cell.sum * cells.factor * per,
            (Figure::Last, _) => cell.last * cells.factor,
            (Figure::Mean, _) => cell.sum / cell.count as f64 * cells.factor,
            (Figure::Min, _) => cell.min * cells.factor,
            (Figure::Max, _) => cell.max * cells.factor,
            (Figure::Quantile(rank), _) => cell.quantile(rank)? * cells.factor,
        };
        value.is_finite().then_some(value)
    };
    let values = windows.iter().map(|it| it.as_ref().and_then(value)).collect();
    vec![Line { labels, values }]
}

/// A line for each bound of a histogram.
fn buckets(reading: &Reading, windows: &[Option<Cell>], labels: &Labels, cells: &Cells, per: f64) -> Vec<Line> {
    let of_unit = bounds::usual(&name::unit(&cells.unit).0);
    let counts = |cell: &Cell| {
        let mut counts = cell.sketch.as_ref().map(|it| bounds::counts(it, cells.factor, of_unit)).unwrap_or_default();
        counts.resize(of_unit.len(), 0);
        counts.push(cell.count);
        counts
    };
    let counted: Vec<Option<Vec<u64>>> = windows.iter().map(|it| it.as_ref().map(counts)).collect();
    let names = of_unit.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
    let line = |(at, bound): (usize, String)| {
        let mut labels = labels.clone();
        labels.insert("le".to_owned(), bound);
        let values = counted.iter().map(|it| it.as_ref().map(|counts| counts[at] as f64 * per)).collect();
        Line { labels, values }
    };
    names.enumerate().filter(|it| reading.selector.has_bound(&it.1)).map(line).collect()
}
