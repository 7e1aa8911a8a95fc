//! Hour rows of some series, for what is usual: sums and sketches by hour, and the minutes that
//! have any lines. Decides nothing about what they mean.
//!
//! Reads rows alone. What the last checkpoint does not include yet is missing, which is at most
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
        rollup::rows::{self, Columns},
    },
};
use pipeline::Cell;

/// Hours, from the start of the first to the end of the last, unix seconds.
pub(crate) type Hours = (i64, i64);

/// The series of an hour row, the start of its hour in unix seconds, and the sum in it.
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
    /// The first hour that any of the series has a row of, unix seconds.
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

    /// The sum of all the series in each hour that has rows, in order of time.
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
        let asking = sqlx::query_as(sql).bind(json(series)).bind(of.0).bind(of.1).fetch_all(&self.store.readers);
        in_time(asking).await
    }

    /// The sum of each series in each of these hours that has a row.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::TooLong`].
    pub(crate) async fn sums_by_series(&self, series: &[SeriesId], of: &[Hours]) -> Result<Vec<HourSum>, Error> {
        let mut sums = vec![];
        self.each_cell(series, of, Columns::Plain, |(series, at_s), cell| sums.push((series, at_s, cell.sum))).await?;
        Ok(sums)
    }

    /// The distribution of all the series together in each of these hours that has rows.
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
            let mut db = self.store.readers.acquire().await?;
            for hours in of {
                rows::range(&mut db, Resolution::Hour, series, *hours, columns, &mut each).await?;
            }
            Ok::<(), sqlx::Error>(())
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
        // As one value: there are up to ten thousand, and passing rows between threads takes longer
        // than reading them.
        let sql = "SELECT group_concat(bucket_s, ' ') FROM json_each(?1) AS wanted
                   CROSS JOIN rollup_1m ON series_id = wanted.value
                   WHERE bucket_s >= ?2 AND bucket_s < ?3 AND sum > 0";
        let asking = sqlx::query_scalar::<_, Option<String>>(sql)
            .bind(json(series))
            .bind(from_s)
            .bind(to_s)
            .fetch_one(&self.store.readers);
        let text = in_time(asking).await?.unwrap_or_default();
        let mut minutes: Vec<i64> = text.split(' ').filter_map(|it| it.parse().ok()).collect();
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
