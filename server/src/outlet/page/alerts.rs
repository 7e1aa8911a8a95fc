//! The Alerts page: what is open, what was, and the rules with how they were last judged. Channels,
//! mutes and the server's own health are put together beside it.

use contract::{
    Error,
    alert::{AlertsPage, BuiltIn, Incident, OwnRule, ServerHealth},
};

use crate::{
    outlet::state::Outlet,
    store::alert::{
        incidents::{self, IncidentQuery, LISTED_MAX},
        rules,
    },
    watch::built_in::BuiltInRules,
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
    let off_of = |rule: BuiltIn| off.iter().filter(|it| it.2 == rule).map(|it| it.1.clone()).collect();
    let apps = outlet.reader.aggregates.live.lock().apps.keys().map(ToString::to_string).collect();
    let rules = own(outlet).await?;
    Ok(AlertsPage {
        at_ms: now_ms,
        apps,
        open,
        history,
        built_in: BuiltIn::ALL.into_iter().map(|rule| BuiltInRules::describe(rule, off_of(rule))).collect(),
        rules,
        channels: vec![],
        undelivered: vec![],
        mutes: vec![],
        windows: vec![],
        server: server(outlet),
    })
}

/// The user's own rules, with how they were last judged.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(crate) async fn own(outlet: &Outlet) -> Result<Vec<OwnRule>, Error> {
    let stored = rules::list(&outlet.reader.store.readers).await.map_err(unreadable)?;
    let found = outlet.judge.verdicts.lock();
    let rule = |it: rules::StoredRule| {
        let judged = found.own.get(&it.id).cloned().unwrap_or_default();
        let invalid = it.rule.clone().checked().err();
        let problem = judged.problem.or(invalid);
        OwnRule { id: it.id, rule: it.rule, created_ms: it.created_ms, verdicts: judged.verdicts, problem }
    };
    Ok(stored.into_iter().map(rule).collect())
}

/// What is known here of the server itself.
fn server(outlet: &Outlet) -> ServerHealth {
    let found = outlet.judge.verdicts.lock();
    ServerHealth { judged_ms: found.judged_ms, judging_ms: found.judging_ms, ..ServerHealth::default() }
}

/// The error as a page may show it: details of the store go to the log alone.
pub(super) fn unreadable(error: sqlx::Error) -> Error {
    tracing::error!(%error, "alerts could not be read");
    Error::Internal
}
