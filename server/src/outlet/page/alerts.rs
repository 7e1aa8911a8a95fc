//! The Alerts page: what is open and what was, the rules with how they were last judged, channels,
//! mutes, and how the server itself is.

use contract::{
    Error,
    alert::{AlertsPage, Incident},
};

use crate::{
    outlet::{
        alerts::{mutes::windows, rules, unreadable},
        server_health::server_health,
        state::Outlet,
    },
    store::alert::{
        channels, deliveries,
        incidents::{self, IncidentQuery, LISTED_MAX},
        mutes,
    },
};

/// Most incidents of the history on the page; the API lists more.
const HISTORY_MAX: usize = 200;

/// Makes the page.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(super) async fn page(outlet: &Outlet, now_ms: i64) -> Result<AlertsPage, Error> {
    let store = &outlet.reader.store;
    let db = &store.readers;
    let list = async |is_open, limit| {
        let wanted = IncidentQuery { is_open: Some(is_open), with_pending: is_open, limit, ..IncidentQuery::default() };
        incidents::list(db, &wanted).await.map_err(unreadable)
    };
    let mut open: Vec<Incident> = list(true, LISTED_MAX).await?;
    open.sort_by_key(|it| (it.fired_ms.is_none(), it.severity, -it.began_ms));
    let history = list(false, HISTORY_MAX).await?;
    let apps = outlet.apps().iter().map(ToString::to_string).collect();
    Ok(AlertsPage {
        at_ms: now_ms,
        apps,
        open,
        history,
        built_in: rules::built_in(store).await?,
        rules: rules::own(outlet).await?,
        channels: channels::list(db).await.map_err(unreadable)?,
        undelivered: deliveries::undelivered(db).await.map_err(unreadable)?,
        mutes: mutes::list(db, now_ms).await.map_err(unreadable)?,
        windows: windows(store, now_ms).await.map_err(unreadable)?,
        server: server_health(outlet).await.map_err(unreadable)?,
        open_incidents: outlet.health.open_incidents(),
    })
}
