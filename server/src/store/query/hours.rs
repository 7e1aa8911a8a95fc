//! Hours of some series, for what is usual: sums and sketches by hour, and the minutes that
//! have any lines. Decides nothing about what they mean.
//!
//! Reads the file alone. What the last checkpoint does not include yet is missing, which is at most
//! the last minute.

use std::collections::BTreeMap;

use super::{
    error::{ASK_MAX, Error},
    reader::Reader,
};
use crate::{
    live::SeriesId,
    store::{
        resolution::Resolution,
        rollup::{cells, rows::Columns},
    },
};
use pipeline::Cell;

/// Hours, from the start of the first to the end of the last, unix seconds.
pub(crate) type Hours = (i64, i64);

/// A series, the start of an hour in unix seconds, and the sum in it.
pub(crate) type HourSum = (SeriesId, i64, f64);

/// Whole hours that cover all of these, sorted and without overlap.
pub(crate) fn joined(mut all: Vec<Hours>) -> Vec<Hours> {
    all.retain(|it| it.0 < it.1);
    all.sort_unstable();
    let mut joined: Vec<Hours> = vec![];
    for hours in all {
        match joined.last_mut() {
            Some(last) if hours.0 <= last.1 => last.1 = last.1.max(hours.1),
            _ => joined.push(hours),
        }
    }
    joined
}

impl Reader {
    /// The first hour that is over in which any of the series was measured, unix seconds.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::TooLong`].
    pub(crate) async fn first_hour(&self, series: &[SeriesId]) -> Result<Option<i64>, Error> {
        // One step into the table for each series.
        let sql = "SELECT min((SELECT min(bucket_s) FROM rollup_1h WHERE series_id = wanted.value))
                   FROM json_each(?) AS wanted";
        let asking = sqlx::query_scalar(sql).bind(json(series)).fetch_one(&self.store.readers);
        in_time(asking).await
    }

    /// The sum of all the series in each hour in which they were measured, in order of time.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::TooLong`].
    pub(crate) async fn sums_by_hour(&self, series: &[SeriesId], of: Hours) -> Result<Vec<(i64, f64)>, Error> {
        if series.is_empty() {
            return Ok(vec![]);
        }
        let sql = "SELECT bucket_s, sum(sum) FROM json_each(?1) AS wanted
                   CROSS JOIN rollup_1h ON series_id = wanted.value WHERE bucket_s >= ?2 AND bucket_s < ?3
                   GROUP BY bucket_s";
        let reading = async {
            let mut db = self.store.readers.begin().await?;
            let rows: Vec<(i64, f64)> =
                sqlx::query_as(sql).bind(json(series)).bind(of.0).bind(of.1).fetch_all(&mut *db).await?;
            let mut sums: BTreeMap<i64, f64> = rows.into_iter().collect();
            let each = |(_, at_s), cell: &Cell| *sums.entry(at_s).or_default() += cell.sum;
            cells::open_hours(&mut db, series, of, Columns::Plain, each).await?;
            db.rollback().await?;
            Ok(sums.into_iter().collect())
        };
        in_time(reading).await
    }

    /// The sum of each series in each of these hours in which it was measured.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::TooLong`].
    pub(crate) async fn sums_by_series(&self, series: &[SeriesId], of: &[Hours]) -> Result<Vec<HourSum>, Error> {
        let mut sums: BTreeMap<(SeriesId, i64), f64> = BTreeMap::new();
        self.each_cell(series, of, Columns::Plain, |key, cell| *sums.entry(key).or_default() += cell.sum).await?;
        Ok(sums.into_iter().map(|((series, at_s), sum)| (series, at_s, sum)).collect())
    }

    /// The distribution of all the series together in each of these hours in which they have one.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::TooLong`].
    pub(crate) async fn sketches_by_hour(
        &self,
        series: &[SeriesId],
        of: &[Hours],
    ) -> Result<BTreeMap<i64, Cell>, Error> {
        let mut cells: BTreeMap<i64, Cell> = BTreeMap::new();
        self.each_cell(series, of, Columns::Quantiles, |(_, at_s), cell| cells.entry(at_s).or_default().merge(cell))
            .await?;
        Ok(cells)
    }

    async fn each_cell(
        &self,
        series: &[SeriesId],
        of: &[Hours],
        columns: Columns,
        mut each: impl FnMut((SeriesId, i64), &Cell) + Send,
    ) -> Result<(), Error> {
        if series.is_empty() {
            return Ok(());
        }
        let reading = async {
            let mut db = self.store.readers.begin().await?;
            for hours in of {
                cells::range(&mut db, Resolution::Hour, series, *hours, columns, &mut each).await?;
            }
            db.rollback().await
        };
        in_time(reading).await
    }

    /// The minutes in which any of the series counted something, unix seconds, in order of time.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::TooLong`].
    pub(crate) async fn counted_minutes(
        &self,
        series: &[SeriesId],
        (from_s, to_s): (i64, i64),
    ) -> Result<Vec<i64>, Error> {
        let mut minutes: Vec<i64> = vec![];
        let reading = async {
            let mut db = self.store.readers.begin().await?;
            let each = |(_, at_s), cell: &Cell| {
                if cell.sum > 0.0 {
                    minutes.push(at_s);
                }
            };
            cells::range(&mut db, Resolution::Minute, series, (from_s, to_s), Columns::Plain, each).await
        };
        in_time(reading).await?;
        minutes.sort_unstable();
        minutes.dedup();
        Ok(minutes)
    }
}

/// Waits for an answer, but no longer than any question may take.
async fn in_time<T>(asking: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, Error> {
    Ok(tokio::time::timeout(ASK_MAX, asking).await.map_err(|_| Error::TooLong)??)
}

fn json(series: &[SeriesId]) -> String {
    serde_json::to_string(series).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_hours_are_joined() {
        for (all, expected) in [
            (vec![], vec![]),
            (vec![(7, 9), (1, 3), (3, 5)], vec![(1, 5), (7, 9)]),
            (vec![(1, 9), (2, 3), (5, 5)], vec![(1, 9)]),
        ] {
            assert_eq!(joined(all), expected);
        }
    }
}
