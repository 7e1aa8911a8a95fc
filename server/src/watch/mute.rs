//! The mutes and maintenance windows in memory: whether a message is held back, by which, and until
//! when.
//!
//! They are read from the store each second, so that those made by a command or another page count
//! at once. Incidents are judged and recorded all the same.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contract::alert::{IncidentId, Mute, MuteDraft, MuteId, RuleId};
use tokio_util::sync::CancellationToken;

use super::{maintenance::Maintenance, zone::Zone};
use crate::{
    clock::now_ms,
    store::{Store, alert::mutes},
};

/// Time between two reads of the store.
const READ_EVERY: Duration = Duration::from_secs(1);
/// Reads between two removals of what is long over: an hour.
const READS_PER_REMOVAL: u32 = 3_600;

/// Why a message is held back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// `muted by alice until 2026-11-28 09:00 UTC`.
    pub what: String,
    /// The mute; `None` for a maintenance window.
    pub mute: Option<MuteId>,
}

/// Whether a mute is about an incident. Whether it is over is not looked at.
#[must_use]
pub(crate) fn holds(draft: &MuteDraft, app: &str, rule: RuleId, incident: IncidentId) -> bool {
    draft.app.as_deref().is_none_or(|it| it == app)
        && draft.rule.is_none_or(|it| it == rule)
        && draft.incident.is_none_or(|it| it == incident)
}

/// All mutes and windows. Clones share the same ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mutes(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    mutes: Vec<Mute>,
    windows: Vec<Maintenance>,
}

impl Mutes {
    /// Replaces all of them.
    pub(crate) fn replace(&self, mutes: Vec<Mute>, windows: Vec<Maintenance>) {
        *self.lock() = Inner { mutes, windows };
    }

    /// What holds a message about an incident back; of several mutes the one that lasts longest.
    #[must_use]
    pub(crate) fn holding(&self, app: &str, rule: RuleId, incident: IncidentId, now_ms: i64) -> Option<Held> {
        let inner = self.lock();
        let is_of = |it: &&Mute| now_ms < it.draft.until_ms && holds(&it.draft, app, rule, incident);
        if let Some(mute) = inner.mutes.iter().filter(is_of).max_by_key(|it| it.draft.until_ms) {
            let what = format!("muted by {} until {}", mute.by, Zone::UTC.text(mute.draft.until_ms));
            return Some(Held { what, mute: Some(mute.id) });
        }
        let of_app = inner.windows.iter().filter(|window| window.draft.app.as_deref().is_none_or(|it| it == app));
        let lasting = of_app.filter_map(|it| Some((it, it.now(now_ms)?.to_ms)));
        lasting.max_by_key(|it| it.1).map(|(window, to_ms)| {
            let what = format!("maintenance window {} until {}", window.draft.name, window.zone.text(to_ms));
            Held { what, mute: None }
        })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads all mutes and windows from the store.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn read(store: &Store, mutes: &Mutes) -> Result<(), sqlx::Error> {
    let found = mutes::list(&store.readers, now_ms()).await?;
    let windows = mutes::list_windows(&store.readers).await?;
    // A zone that the system no longer knows: the window stands on the page without a time.
    let windows = windows.into_iter().filter_map(|it| Maintenance::new(it.draft).ok()).collect();
    mutes.replace(found, windows);
    Ok(())
}

/// Reads all of them, then again each second until the server stops. Returns them.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn start(store: Store, mutes: &Mutes, stop: CancellationToken) -> Result<Mutes, sqlx::Error> {
    read(&store, mutes).await?;
    tokio::spawn(keep_reading(store, mutes.clone(), stop));
    Ok(mutes.clone())
}

/// Reads them each second, and removes what is long over.
async fn keep_reading(store: Store, mutes: Mutes, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(READ_EVERY);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut reads = 0_u32;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = read(&store, &mutes).await {
            tracing::warn!(%error, "mutes could not be read; those in memory stay valid");
        }
        if reads.is_multiple_of(READS_PER_REMOVAL)
            && let Err(error) = forget(&store).await
        {
            tracing::warn!(%error, "old mutes could not be removed");
        }
        reads = reads.wrapping_add(1);
    }
}

async fn forget(store: &Store) -> Result<(), sqlx::Error> {
    let mut db = store.connect().await?;
    mutes::forget(&mut db, now_ms()).await
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use contract::alert::{BuiltIn, WindowDraft};

    use super::*;

    const NOW_MS: i64 = 1_790_000_000_000;
    const HOUR_MS: i64 = 3_600_000;

    fn mute(id: i64, app: Option<&str>, rule: Option<&str>, incident: Option<i64>, hours: i64) -> Mute {
        let draft = MuteDraft {
            app: app.map(str::to_owned),
            rule: rule.map(|it| it.parse().unwrap()),
            incident: incident.map(IncidentId),
            until_ms: NOW_MS + hours * HOUR_MS,
            reason: String::new(),
        };
        Mute { id, draft, created_ms: NOW_MS, by: "alice".to_owned(), hidden: 0 }
    }

    #[track_caller]
    fn check(mutes: &[Mute], app: &str, rule: &str, incident: i64, expected: Option<i64>) {
        let all = Mutes::default();
        all.replace(mutes.to_vec(), vec![]);
        let found = all.holding(app, rule.parse().unwrap(), IncidentId(incident), NOW_MS);
        assert_eq!(found.map(|it| it.mute.unwrap()), expected, "{app} {rule} {incident}");
    }

    #[test]
    fn ok_what_a_mute_holds_back() {
        check(&[], "shop", "errors", 1, None);
        check(&[mute(1, None, None, None, 1)], "shop", "errors", 1, Some(1));
        check(&[mute(1, Some("shop"), None, None, 1)], "shop", "rule-3", 1, Some(1));
        check(&[mute(1, Some("shop"), None, None, 1)], "blog", "errors", 1, None);
        check(&[mute(1, None, Some("errors"), None, 1)], "blog", "errors", 9, Some(1));
        check(&[mute(1, None, Some("errors"), None, 1)], "blog", "latency", 9, None);
        check(&[mute(1, None, None, Some(9), 1)], "blog", "latency", 9, Some(1));
        check(&[mute(1, None, None, Some(9), 1)], "blog", "latency", 8, None);
        check(&[mute(1, Some("shop"), Some("rule-3"), None, 1)], "shop", "rule-4", 8, None);
        // Over, also at the very end; of several the longest.
        check(&[mute(1, None, None, None, 0)], "shop", "errors", 1, None);
        check(&[mute(1, None, None, None, 1), mute(2, None, None, None, 8)], "shop", "errors", 1, Some(2));
    }

    #[test]
    fn ok_sentences() {
        let all = Mutes::default();
        let draft = WindowDraft {
            name: "Backup".to_owned(),
            app: Some("shop".to_owned()),
            zone: "Europe/Berlin".to_owned(),
            weekdays: [true; 7],
            start_min: 16 * 60,
            length_min: 60,
        };
        all.replace(vec![mute(7, Some("blog"), None, None, 1)], vec![Maintenance::new(draft).unwrap()]);
        let holding = |app| all.holding(app, RuleId::BuiltIn(BuiltIn::Errors), IncidentId(1), NOW_MS);
        assert_eq!(holding("blog").unwrap().what, "muted by alice until 2026-09-21 15:13 UTC");
        let window = Held { what: "maintenance window Backup until 2026-09-21 17:00 CEST".to_owned(), mute: None };
        assert_eq!(holding("shop"), Some(window));
        assert_eq!(holding("else"), None);
    }
}
