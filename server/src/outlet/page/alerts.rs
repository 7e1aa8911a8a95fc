//! The Alerts page: what is open and what was, the rules with how they were last judged, channels,
//! mutes, and how the server itself is.

use contract::{
    Error,
    alert::{AlertsPage, BuiltIn, Incident, OwnRule},
};

use crate::{
    outlet::{server_health::server_health, state::Outlet},
    store::alert::{
        channels, deliveries,
        incidents::{self, IncidentQuery, LISTED_MAX},
        mutes, rules,
    },
    watch::{built_in::BuiltInRules, maintenance},
};

/// Most incidents of the history on the page; the API lists more.
const HISTORY_MAX: usize = 200;

/// Makes the page.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(super) async fn page(outlet: &Outlet, now_ms: i64) -> Result<AlertsPage, Error> {
    let db = &outlet.reader.store.readers;
    let list = async |is_open, limit| {
        let wanted = IncidentQuery { is_open: Some(is_open), with_pending: is_open, limit, ..IncidentQuery::default() };
        incidents::list(db, &wanted).await.map_err(unreadable)
    };
    let mut open: Vec<Incident> = list(true, LISTED_MAX).await?;
    open.sort_by_key(|it| (it.fired_ms.is_none(), it.severity, -it.began_ms));
    let history = list(false, HISTORY_MAX).await?;
    let off = rules::off(db).await.map_err(unreadable)?;
    let off_of = |rule: BuiltIn| {
        let mut apps: Vec<String> = off.iter().filter(|it| it.2 == rule).map(|it| it.1.clone()).collect();
        apps.sort_unstable();
        apps
    };
    let apps = outlet.reader.aggregates.live.lock().apps.keys().map(ToString::to_string).collect();
    let rules = own(outlet).await?;
    let windows = mutes::list_windows(db).await.map_err(unreadable)?;
    Ok(AlertsPage {
        at_ms: now_ms,
        apps,
        open,
        history,
        built_in: BuiltIn::ALL.into_iter().map(|it| BuiltInRules::describe(it, off_of(it))).collect(),
        rules,
        channels: channels::list(db).await.map_err(unreadable)?,
        undelivered: deliveries::undelivered(db).await.map_err(unreadable)?,
        mutes: mutes::list(db, now_ms).await.map_err(unreadable)?,
        windows: windows.into_iter().map(|it| maintenance::shown(it, now_ms)).collect(),
        server: server_health(outlet).await.map_err(unreadable)?,
    })
}

/// The user's own rules, with how they were last judged.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn own(outlet: &Outlet) -> Result<Vec<OwnRule>, Error> {
    let stored = rules::list(&outlet.reader.store.readers).await.map_err(unreadable)?;
    let found = outlet.judge.verdicts.lock();
    let page_rule = |rule: rules::StoredRule| {
        let judged = found.own.get(&rule.id).cloned().unwrap_or_default();
        let problem = judged.problem.or(rule.rule.clone().checked().err());
        let (unit, verdicts) = (judged.unit, judged.verdicts);
        OwnRule { id: rule.id, rule: rule.rule, created_ms: rule.created_ms, unit, verdicts, problem }
    };
    Ok(stored.into_iter().map(page_rule).collect())
}

/// The error as a page may show it: details of the store go to the log alone.
#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
pub(super) fn unreadable(error: sqlx::Error) -> Error {
    tracing::error!(%error, "alerts could not be read");
    Error::Internal
}
