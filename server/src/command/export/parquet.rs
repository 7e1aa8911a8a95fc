//! An export as a Parquet file: a column for each column of CSV, packed with Snappy, which every
//! reader knows. Rows are held until there are [`ROWS_PER_GROUP`], which are one row group.

use std::{
    io::{self, Stdout, stdout},
    sync::Arc,
};

use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::parser::parse_message_type,
};

use super::{row::Row, stop::Stop};
use crate::command::error::Error;

/// Rows of a row group: some MB in memory.
const ROWS_PER_GROUP: usize = 50_000;
const SCHEMA: &str = "message series {
    required int64 time (TIMESTAMP(MILLIS, true));
    required binary app (STRING);
    required binary metric (STRING);
    required binary kind (STRING);
    required binary unit (STRING);
    required binary source (STRING);
    required binary method (STRING);
    required binary path (STRING);
    required binary code (STRING);
    optional int32 status;
    required int64 count;
    required double sum;
    required double min;
    required double max;
    required double last;
    optional double p50;
    optional double p95;
    optional double p99;
}";

/// A file on stdout.
pub(super) struct ParquetFile {
    file: SerializedFileWriter<Stdout>,
    rows: Columns,
}

/// Rows that wait to be written, by column.
#[derive(Default)]
struct Columns {
    times_ms: Vec<i64>,
    words: [Vec<ByteArray>; 8],
    statuses: Optional<i32>,
    counts: Vec<i64>,
    numbers: [Vec<f64>; 4],
    percentiles: [Optional<f64>; 3],
}

/// A column in which a value may be missing.
#[derive(Default)]
struct Optional<T> {
    values: Vec<T>,
    /// For each row 1 with a value, 0 without.
    levels: Vec<i16>,
}

impl From<ParquetError> for Stop {
    fn from(error: ParquetError) -> Self {
        let io_error = match error {
            ParquetError::External(error) => match error.downcast::<io::Error>() {
                Ok(error) => *error,
                Err(other) => io::Error::other(other),
            },
            other => io::Error::other(other),
        };
        Self::from(io_error)
    }
}

impl ParquetFile {
    /// Begins.
    pub(super) fn new() -> Result<Self, Stop> {
        let schema = parse_message_type(SCHEMA)?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let file = SerializedFileWriter::new(stdout(), Arc::new(schema), Arc::new(properties))?;
        Ok(Self { file, rows: Columns::default() })
    }

    /// Writes a row, perhaps later.
    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        self.rows.add(row)?;
        if self.rows.counts.len() >= ROWS_PER_GROUP { self.flush() } else { Ok(()) }
    }

    /// Writes what is left, and the end of the file.
    pub(super) fn finish(mut self) -> Result<(), Stop> {
        self.flush()?;
        self.file.close()?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Stop> {
        let rows = std::mem::take(&mut self.rows);
        if rows.counts.is_empty() {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        write::<Int64Type>(&mut group, &rows.times_ms, None)?;
        for words in &rows.words {
            write::<ByteArrayType>(&mut group, words, None)?;
        }
        write::<Int32Type>(&mut group, &rows.statuses.values, Some(&rows.statuses.levels))?;
        write::<Int64Type>(&mut group, &rows.counts, None)?;
        for numbers in &rows.numbers {
            write::<DoubleType>(&mut group, numbers, None)?;
        }
        for percentiles in &rows.percentiles {
            write::<DoubleType>(&mut group, &percentiles.values, Some(&percentiles.levels))?;
        }
        group.close()?;
        Ok(())
    }
}

impl Columns {
    fn add(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        let too_large =
            || Stop::Failed(Error::Failed(format!("expected a count below 2^63, found {}", row.cell.count)));
        self.counts.push(i64::try_from(row.cell.count).map_err(|_| too_large())?);
        self.times_ms.push(row.at_s.saturating_mul(1_000));
        self.words.iter_mut().zip(row.words()).for_each(|(column, word)| column.push(word.into()));
        self.statuses.add(row.status().map(i32::from));
        self.numbers.iter_mut().zip(row.numbers()).for_each(|(column, number)| column.push(number));
        self.percentiles.iter_mut().zip(row.percentiles()).for_each(|(column, percentile)| column.add(percentile));
        Ok(())
    }
}

impl<T> Optional<T> {
    fn add(&mut self, value: Option<T>) {
        self.levels.push(i16::from(value.is_some()));
        self.values.extend(value);
    }
}

/// Writes the next column of a row group.
fn write<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Stdout>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), Stop> {
    // The schema has as many columns as are written.
    let Some(mut column) = group.next_column()? else { return Ok(()) };
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()?;
    Ok(())
}
