//! Incidents of a range as marks on charts. Pending ones are no marks: they may pass.

use contract::{
    Error, Span,
    alert::{Incident, IncidentMark},
};

use crate::{
    outlet::{alerts::unreadable, state::Outlet},
    store::alert::incidents::{self, IncidentQuery},
};

/// Most marks of one chart, the newest ones.
const MARKS_MAX: usize = 60;

/// The incidents of an app that were open in a range, in order of time.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn of(outlet: &Outlet, app: &str, span: Span, now_ms: i64) -> Result<Vec<IncidentMark>, Error> {
    let span_ms = span.ms();
    let wanted = IncidentQuery {
        app: Some(app.to_owned()),
        span_ms: Some((span_ms.from_ms, span_ms.to_ms)),
        limit: MARKS_MAX,
        ..IncidentQuery::default()
    };
    let found = incidents::list(&outlet.reader.store.readers, &wanted).await.map_err(unreadable)?;
    let mark = |incident: Incident| {
        let to_ms = incident.resolved_ms.unwrap_or(now_ms).max(incident.began_ms) + 1_000;
        IncidentMark {
            id: incident.id,
            span: Span::clamped(incident.began_ms.div_euclid(1_000), to_ms.div_euclid(1_000)),
            is_open: incident.resolved_ms.is_none(),
            severity: incident.severity,
            what: incident.what,
        }
    };
    Ok(found.into_iter().rev().map(mark).collect())
}
