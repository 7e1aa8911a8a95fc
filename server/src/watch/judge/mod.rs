//! The judge: every two seconds it judges every rule for every app, and writes what follows. The
//! only place that decides what is wrong; pages, health and messages all follow from it.
//!
//! After a start it takes up the open incidents of the file before it judges. What can't be written
//! has not happened: the judge keeps its memory as it was and tries again with the next judging.

/// What the judge works with.
pub(crate) mod parts;

/// What the judge knows of rules, switches and mutes.
pub(crate) mod refresh;

/// What pages and health read.
pub(crate) mod verdicts;

/// One judging of everything.
pub(crate) mod step;

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval, sleep},
};

pub(crate) use self::{parts::Parts, verdicts::Verdicts};
use self::{refresh::Refreshed, step::Inner};
use crate::store::alert::session::Session;

/// Time between two judgings.
pub(crate) const INTERVAL: Duration = Duration::from_secs(2);
/// Pause before the judge starts anew after a panic.
const AFTER_PANIC: Duration = Duration::from_secs(5);

/// A handle to what was judged. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Judge {
    /// What pages and health read.
    pub(crate) verdicts: Verdicts,
    /// Notified when messages were written to the outbox.
    pub(crate) enqueued: Arc<Notify>,
}

impl Judge {
    /// Starts the judge. The live windows are restored already.
    #[must_use]
    pub(crate) fn start(parts: Parts) -> Self {
        let judge = Self { verdicts: Verdicts::default(), enqueued: Arc::default() };
        let running = judge.clone();
        tokio::spawn(async move {
            loop {
                let judging = tokio::spawn(run(running.clone(), parts.clone()));
                if judging.await.is_ok() {
                    return;
                }
                // The file has everything that was said, so a new judge goes on from there.
                parts.reader.aggregates.counters.panics.add(1);
                tracing::error!("judging ended in a panic; the judge starts anew from the file");
                sleep(AFTER_PANIC).await;
            }
        });
        judge
    }
}

/// Judges until the server stops.
async fn run(judge: Judge, parts: Parts) {
    let mut ticks = interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut refreshed, mut session) = (Refreshed::default(), Session::new(parts.reader.store.clone()));
    let mut inner: Option<Inner> = None;
    loop {
        tokio::select! {
            () = parts.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if !parts.presence.check() {
            continue;
        }
        if let Err(error) = refreshed.refresh(&mut session).await {
            tracing::warn!(%error, "rules could not be read; those in memory stay valid");
            if inner.is_none() {
                continue;
            }
        }
        if inner.is_none() {
            match Inner::restore(&parts, judge.verdicts.clone(), &mut session).await {
                Ok(restored) => inner = Some(restored),
                Err(error) => tracing::error!(%error, "open incidents could not be read; nothing is judged yet"),
            }
        }
        let Some(inner) = &mut inner else { continue };
        match inner.step(&parts, &refreshed, &mut session).await {
            Ok(0) => {}
            Ok(_messages) => judge.enqueued.notify_one(),
            Err(error) => tracing::error!(%error, "incidents could not be written; they are judged again"),
        }
    }
}
