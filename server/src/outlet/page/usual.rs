//! What is usual for an app, as the App page shows it. How it is worked out is `watch`'s business.

use contract::{
    Range, Span,
    alert::{Band, BandPoint, Figure, FigureBands},
};

use crate::{
    outlet::state::Outlet,
    store::query::Error,
    watch::usual::{AppUsual, SPAN_MAX_S},
};

/// The figures of charts.
const CHARTED: [Figure; 4] = [Figure::Requests, Figure::P50, Figure::P95, Figure::P99];
/// The figures of the metrics above the charts of short ranges, which are those of charts too.
const METRICS: [Figure; 5] = [Figure::Requests, Figure::ErrorRate, Figure::P50, Figure::P95, Figure::P99];
/// The next hour is shown where it begins within this time, seconds.
const SOON_S: i64 = 15 * 60;

/// The usual ranges that a page of this range shows. Ranges up to an hour have those of the present
/// hour and of the one before, which are in memory, and in its last minutes those of the next one.
/// Spans for which they would take too long have none.
///
/// # Errors
/// [`Error::Store`].
pub(super) async fn of_page(
    outlet: &Outlet,
    app: &str,
    range: Range,
    span: Span,
    now_s: i64,
) -> Result<Vec<FigureBands>, Error> {
    if matches!(range, Range::Live | Range::Hour) {
        let hours = [span.from_s(), now_s, now_s + SOON_S].map(|it| outlet.usual.at(app, it));
        let mut hours: Vec<_> = hours.into_iter().flatten().collect();
        hours.dedup_by_key(|it| it.hour_s);
        let bands = |figure| FigureBands { figure, points: hours.iter().filter_map(|it| point(it, figure)).collect() };
        return Ok(METRICS.map(bands).into_iter().filter(|it| !it.points.is_empty()).collect());
    }
    if span.length_s() > SPAN_MAX_S {
        return Ok(vec![]);
    }
    Ok(bands(outlet, app, &CHARTED, span).await?)
}

/// The usual ranges of figures over a span; none where they would take too long: the charts are
/// worth more than what is behind them.
///
/// # Errors
/// When the store can't be read.
pub(super) async fn bands(
    outlet: &Outlet,
    app: &str,
    figures: &[Figure],
    span: Span,
) -> Result<Vec<FigureBands>, sqlx::Error> {
    match outlet.usual.bands(app, figures, span).await {
        Ok(mut bands) => {
            bands.iter_mut().flat_map(|it| &mut it.points).for_each(|it| it.band = rounded(it.band));
            Ok(bands)
        }
        Err(Error::Store(error)) => Err(error),
        Err(_) => Ok(vec![]),
    }
}

fn point(usual: &AppUsual, figure: Figure) -> Option<BandPoint> {
    Some(BandPoint { at_s: usual.hour_s, band: rounded(usual.usual.band(figure)?) })
}

/// Four significant digits are more than a chart or a sentence shows, and a third of the bytes.
fn rounded(band: Band) -> Band {
    let round = |value: f64| {
        if value <= 0.0 || !value.is_finite() {
            return 0.0;
        }
        let unit = 10_f64.powi(value.log10().floor() as i32 - 3);
        // Dividing by a whole number gives the shortest decimal; multiplying by 0.001 does not.
        if unit >= 1.0 { (value / unit).round() * unit } else { (value / unit).round() / (1.0 / unit).round() }
    };
    Band { low: round(band.low), mid: round(band.mid), high: round(band.high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_four_digits() {
        let band = rounded(Band { low: 0.001_234_567, mid: 3.0, high: 123_456.7 });
        assert_eq!(band, Band { low: 0.001_235, mid: 3.0, high: 123_500.0 });
        assert_eq!(rounded(Band { low: -1.0, mid: 0.0, high: f64::NAN }), Band { low: 0.0, mid: 0.0, high: 0.0 });
    }
}
