//! Delivers what the outbox holds: one task, which sends at most one message at a time to each
//! channel, so that a slow one delays no other.
//!
//! What is sent next is decided by `plan`. A message is marked once its answer is known; a crash
//! between the two sends it again, under the same id.

use std::{collections::HashMap, future::Future, sync::Arc, time::Duration};

use contract::alert::{ChannelId, ChannelKind};
use tokio::{
    sync::{Notify, Semaphore},
    task::{JoinError, JoinSet},
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    notifier::Notifier,
    outcome::Outcome,
    plan::{self, Budget, Next},
};
use crate::{
    clock::now_ms,
    store::{
        alert::{
            channels::{self, Sealed},
            outbox::{self, Mark, Waiting},
        },
        file::kept_connection::KeptConnection,
    },
    watch::Judge,
};

/// Time between two looks at the outbox, where nothing wakes the worker: a command may have written
/// to it.
const EVERY: Duration = Duration::from_secs(1);
/// Most messages on their way at once, each on a thread of its own.
const SENDS_MAX: usize = 32;
/// How long a send may hold one of these places. A mail server that answers a byte at a time can
/// take longer; its channel waits for it, others don't.
const PLACE: Duration = Duration::from_secs(45);
/// How long messages on their way may take at shutdown. One that takes longer is sent again after
/// the next start.
const LAST_SENDS: Duration = Duration::from_secs(1);
/// Time between two removals of old messages.
const FORGET_EVERY: Duration = Duration::from_secs(3_600);

/// What the worker knows of a channel.
struct Known {
    kind: Option<ChannelKind>,
    budget: Budget,
    /// Whether a message is on its way, or its result is not written down yet.
    is_busy: bool,
    /// The receiver wants nothing until then, unix milliseconds.
    quiet_until_ms: i64,
}

/// A message that was sent.
struct Sent {
    channel: ChannelId,
    rows: Vec<i64>,
    /// Attempts, this one included.
    attempts: u32,
    dropped: u32,
    outcome: Outcome,
}

struct Worker {
    notifier: Notifier,
    channels: HashMap<ChannelId, Known>,
    running: JoinSet<Sent>,
    places: Arc<Semaphore>,
    /// Results that could not be written down.
    unmarked: Vec<Sent>,
    db: KeptConnection,
    forgotten: Option<Instant>,
}

/// Ends once rules were judged for the first time.
pub(crate) async fn judged(judge: Judge) {
    while judge.verdicts.lock().judged_ms.is_none() {
        sleep(EVERY).await;
    }
}

/// Delivers messages until `shutdown` is cancelled. Begins once rules were `judged` after the
/// start: what is over by then is written before what was waiting is told. `wake` tells that
/// something is in the outbox.
pub(crate) async fn run(
    notifier: Notifier,
    wake: Arc<Notify>,
    judged: impl Future<Output = ()> + Send,
    shutdown: CancellationToken,
) {
    tokio::select! {
        () = judged => {}
        () = shutdown.cancelled() => return,
    }
    let mut worker = Worker {
        db: KeptConnection::new(notifier.store.clone()),
        notifier,
        channels: HashMap::new(),
        running: JoinSet::new(),
        places: Arc::new(Semaphore::new(SENDS_MAX)),
        unmarked: Vec::new(),
        forgotten: None,
    };
    loop {
        if let Err(error) = worker.step().await {
            tracing::warn!(%error, "the outbox could not be used; messages wait");
        }
        tokio::select! {
            () = shutdown.cancelled() => break,
            Some(sent) = worker.running.join_next() => worker.take(sent),
            () = wake.notified() => {}
            () = sleep(EVERY) => {}
        }
    }
    let ended = timeout(LAST_SENDS, async {
        while let Some(sent) = worker.running.join_next().await {
            worker.take(sent);
        }
    });
    let _some_are_sent_again = ended.await;
    if let Err(error) = worker.mark_all().await {
        tracing::warn!(%error, "what became of the last messages could not be written; they are sent again");
    }
}

impl Worker {
    async fn step(&mut self) -> Result<(), sqlx::Error> {
        self.mark_all().await?;
        if self.forgotten.is_none_or(|it| it.elapsed() >= FORGET_EVERY) {
            self.forgotten = Some(Instant::now());
            self.db.run(async |db| outbox::forget(db, now_ms()).await).await?;
        }
        let now_ms = now_ms();
        for (channel, first_ms) in outbox::channels(&self.notifier.store.readers).await? {
            if first_ms <= now_ms {
                self.start(channel, now_ms).await?;
            }
        }
        Ok(())
    }

    /// Sends the next message of a channel, if it may have one now.
    async fn start(&mut self, channel: ChannelId, now_ms: i64) -> Result<(), sqlx::Error> {
        let new = Known { kind: None, budget: Budget::new(), is_busy: false, quiet_until_ms: 0 };
        let known = self.channels.entry(channel).or_insert(new);
        let is_spent = known.kind.is_some_and(|it| known.budget.left(it, now_ms) == 0);
        if known.is_busy || is_spent || now_ms < known.quiet_until_ms {
            return Ok(());
        }
        let Some(sealed) = channels::find(&self.notifier.store.readers, channel).await? else { return Ok(()) };
        let kind = sealed.channel.kind;
        known.kind = Some(kind);
        let left = known.budget.left(kind, now_ms);
        let rows = outbox::waiting(&self.notifier.store.readers, channel).await?;
        if sealed.is_stopped {
            let problem = sealed.channel.problem.unwrap_or_default();
            let mark = Mark::Stopped { problem };
            return self.db.run(async |db| outbox::mark(db, channel, &[], &mark, 0, now_ms).await).await;
        }
        let (unit, is_new) = match plan::next(kind, &rows, left, now_ms) {
            Next::Nothing => return Ok(()),
            Next::Unit(unit) => (unit, false),
            Next::NewDigest(unit) => (unit, true),
        };
        let mut unit: Vec<Waiting> = unit.into_iter().filter_map(|it| rows.get(it).cloned()).collect();
        if is_new {
            let (digest, ids) = (outbox::message_id()?, ids(&unit));
            self.db.run(async |db| outbox::join(db, &ids, &digest).await).await?;
            unit.iter_mut().for_each(|it| it.digest_id = Some(digest.clone()));
        } else if let [Waiting { id, digest_id: None, .. }] = unit[..] {
            self.db.run(async |db| outbox::begin(db, id).await).await?;
        }
        self.send(sealed, unit, now_ms);
        Ok(())
    }

    fn send(&mut self, to: Sealed, unit: Vec<Waiting>, now_ms: i64) {
        let Some(first) = unit.first() else { return };
        let (digest, attempts) = (first.digest_id.clone(), first.attempts + 1);
        let id = digest.clone().unwrap_or_else(|| first.message_id.clone());
        let (channel, dropped, rows) = (to.channel.id, if digest.is_some() { to.dropped } else { 0 }, ids(&unit));
        if let Some(known) = self.channels.get_mut(&channel) {
            known.is_busy = true;
            known.budget.spend(now_ms);
        }
        let notices: Vec<_> = unit.into_iter().filter_map(|it| it.notice).collect();
        let (notifier, places) = (self.notifier.clone(), Arc::clone(&self.places));
        self.running.spawn(async move {
            let outcome = if notices.is_empty() {
                Outcome::Refused { problem: "it can't be read: another version wrote it".to_owned() }
            } else {
                let place = places.acquire_owned().await;
                let sending = notifier.send(to, id, notices, digest.is_some());
                tokio::pin!(sending);
                match timeout(PLACE, &mut sending).await {
                    Ok(outcome) => outcome,
                    Err(_) => {
                        drop(place);
                        sending.await
                    }
                }
            };
            Sent { channel, rows, attempts, dropped, outcome }
        });
    }

    fn take(&mut self, sent: Result<Sent, JoinError>) {
        // Tasks don't panic: what blocks runs on a thread of its own, whose panic is an outcome.
        if let Ok(sent) = sent {
            self.unmarked.push(sent);
        }
    }

    /// Writes down what became of messages. A channel goes on only then.
    async fn mark_all(&mut self) -> Result<(), sqlx::Error> {
        while let Some(sent) = self.unmarked.last() {
            let now_ms = now_ms();
            let (mark, quiet_until_ms) = mark(sent, now_ms);
            let (channel, rows, dropped) = (sent.channel, &sent.rows, sent.dropped);
            self.db.run(async |db| outbox::mark(db, channel, rows, &mark, dropped, now_ms).await).await?;
            if let Mark::GivenUp { problem } | Mark::Stopped { problem } = &mark {
                tracing::warn!(channel, messages = rows.len(), %problem, "messages of a channel were given up");
            }
            self.unmarked.pop();
            if let Some(known) = self.channels.get_mut(&channel) {
                known.is_busy = false;
                known.quiet_until_ms = quiet_until_ms;
            }
        }
        Ok(())
    }
}

fn ids(unit: &[Waiting]) -> Vec<i64> {
    unit.iter().map(|it| it.id).collect()
}

/// What is written down, and until when the receiver wants nothing, unix milliseconds.
fn mark(sent: &Sent, now_ms: i64) -> (Mark, i64) {
    match &sent.outcome {
        Outcome::Delivered => (Mark::Delivered, 0),
        Outcome::Refused { problem } => (Mark::GivenUp { problem: problem.clone() }, 0),
        Outcome::Gone { problem } => {
            let problem = format!("{problem}; the channel is stopped until it is saved again");
            (Mark::Stopped { problem }, 0)
        }
        Outcome::Later { problem, after, may_have_arrived } => {
            let quiet_ms = after.and_then(|it| i64::try_from(it.as_millis()).ok()).unwrap_or(0);
            let mark = match plan::retry_ms(sent.attempts, *after, random()) {
                Some(wait_ms) => Mark::Retried {
                    next_ms: now_ms.saturating_add(wait_ms),
                    problem: problem.clone(),
                    may_have_arrived: *may_have_arrived,
                },
                None => Mark::GivenUp { problem: format!("given up after {} attempts: {problem}", sent.attempts) },
            };
            (mark, if quiet_ms > 0 { now_ms.saturating_add(quiet_ms) } else { 0 })
        }
    }
}

/// A number of 0 to 1; the middle where there are no random bytes.
fn random() -> f64 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).map_or(0.5, |()| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}
