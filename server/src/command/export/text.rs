//! An export as CSV with a line of names, or as one JSON object a line.

use std::io::{BufWriter, Stdout, Write, stdout};

use super::{row::Row, stop::Stop};
use crate::{clock::rfc3339, outlet::api::csv::quoted};

/// The columns of CSV.
const HEAD: &str = "time,app,metric,kind,unit,source,status,method,path,code,count,sum,min,max,last,p50,p95,p99";

/// Text on stdout.
pub(super) struct Text {
    out: BufWriter<Stdout>,
    is_json: bool,
}

impl Text {
    /// Begins.
    pub(super) fn new(is_json: bool) -> Result<Self, Stop> {
        let mut out = BufWriter::new(stdout());
        if !is_json {
            writeln!(out, "{HEAD}")?;
        }
        Ok(Self { out, is_json })
    }

    /// Writes a row.
    pub(super) fn row(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        if self.is_json { self.json(row) } else { self.csv(row) }
    }

    /// Writes what is left.
    pub(super) fn finish(mut self) -> Result<(), Stop> {
        Ok(self.out.flush()?)
    }

    fn json(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        let [app, metric, kind, unit, source, method, path, code] = row.words();
        let [sum, min, max, last] = row.numbers();
        let [p50, p95, p99] = row.percentiles();
        let row = serde_json::json!({
            "time": row.at_s, "app": app, "metric": metric, "kind": kind, "unit": unit, "source": source,
            "status": row.status(), "method": method, "path": path, "code": code, "count": row.cell.count, "sum": sum,
            "min": min, "max": max, "last": last, "p50": p50, "p95": p95, "p99": p99,
        });
        Ok(writeln!(self.out, "{row}")?)
    }

    fn csv(&mut self, row: &Row<'_>) -> Result<(), Stop> {
        let status = row.status().map_or_else(String::new, |it| it.to_string());
        let [app, metric, kind, unit, source, method, path, code] = row.words();
        write!(self.out, "{}", rfc3339(row.at_s))?;
        for word in [app, metric, kind, unit, source, &status, method, path, code] {
            write!(self.out, ",{}", quoted(word))?;
        }
        write!(self.out, ",{}", row.cell.count)?;
        for number in row.numbers() {
            write!(self.out, ",{number}")?;
        }
        for percentile in row.percentiles() {
            write!(self.out, ",{}", percentile.map_or_else(String::new, |it| it.to_string()))?;
        }
        Ok(writeln!(self.out)?)
    }
}
