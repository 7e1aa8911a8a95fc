//! The requests of every endpoint in a span: counts, failed ones, and service times. Which
//! endpoints are shown, and in what order, is decided elsewhere.

use std::collections::BTreeMap;

use contract::{Label, Span, StatusClass, StepChoice};
use pipeline::{Cell, Kind, SeriesKey};

use super::{
    error::{ASK_MAX, Error},
    group::{Found, group_by, value},
    merge,
    plan::Plan,
    reader::Reader,
};
use crate::{
    live::series_role::{is_endpoint, is_endpoint_errors},
    store::rollup::rows::Columns,
};

/// The requests of one endpoint.
#[derive(Clone, Debug, Default)]
pub(crate) struct EndpointCounts {
    /// All requests, with and without a service time.
    pub requests: u64,
    /// Those that the server failed.
    pub errors: u64,
    /// Service time of those requests whose lines said it, milliseconds.
    pub service: Cell,
}

/// The requests of each endpoint, by path and method.
pub(crate) type ByEndpoint = BTreeMap<(String, String), EndpointCounts>;

impl Reader {
    /// The endpoints of an app in a span: distributions from their sketches alone, which have the
    /// count too, and plain counts of the others. `None` where that might take more than `rows_max`
    /// rows.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an app, [`Error::TooLong`] and [`Error::Store`].
    pub(crate) async fn endpoints(
        &self,
        app: &str,
        span: Span,
        now_s: i64,
        rows_max: i64,
    ) -> Result<Option<ByEndpoint>, Error> {
        let found = self.find(app, |key| is_endpoint(key) || is_endpoint_errors(key))?;
        let plan = Plan::make(span, StepChoice::All, now_s, &self.reach(now_s)).map_err(Error::Invalid)?;
        if plan.rows() * found.len() as i64 > rows_max {
            return Ok(None);
        }
        let mut all = ByEndpoint::new();
        for (kind, columns) in [(Kind::Distribution, Columns::Quantiles), (Kind::Counter, Columns::Plain)] {
            let of_kind = |it: &&Found| is_endpoint(&it.1) && it.1.kind == kind;
            let of_kind: Vec<Found> = found.iter().filter(of_kind).cloned().collect();
            self.each(&of_kind, &plan, columns, |key, cell| {
                let counts = all.entry(key).or_default();
                counts.requests += cell.count;
                if kind == Kind::Distribution {
                    counts.service.merge(cell);
                }
            })
            .await?;
        }
        let failed: Vec<Found> =
            found.into_iter().filter(|it| is_endpoint_errors(&it.1) && is_server_error(&it.1)).collect();
        self.each(&failed, &plan, Columns::Plain, |key, cell| {
            if let Some(counts) = all.get_mut(&key) {
                counts.errors += cell.count;
            }
        })
        .await?;
        Ok(Some(all))
    }

    /// Calls `take` for each cell of a plan, with the path and the method of its endpoint.
    async fn each(
        &self,
        found: &[Found],
        plan: &Plan,
        columns: Columns,
        mut take: impl FnMut((String, String), &Cell),
    ) -> Result<(), Error> {
        let groups = group_by(found, |key| Some((value(key, Label::Path), value(key, Label::Method))));
        let reading = merge::read(self, &groups, plan, columns);
        let merged = tokio::time::timeout(ASK_MAX, reading).await.map_err(|_| Error::TooLong)??;
        for (group, cells) in groups.iter().zip(&merged) {
            cells.values().for_each(|cell| take(group.key.clone(), cell));
        }
        Ok(())
    }
}

/// Whether a series counts requests that the server failed.
fn is_server_error(key: &SeriesKey) -> bool {
    StatusClass::of(key.status) == StatusClass::ServerError
}
