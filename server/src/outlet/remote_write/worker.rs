//! Sends minutes one after the other, oldest first. A minute is sealed in the file before it is
//! sent, and left behind once all of it was answered for; so it is sent again as it was after any
//! end of this process or of the store.
//!
//! It waits for the store alone: nothing that takes lines in waits for it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::{
    requests::{MINUTE_S, Place, next},
    target::Target,
    totals::{Names, Totals, names},
};
use crate::{
    clock::now_ms,
    live::SeriesId,
    outlet::{notify::outcome::Outcome, remote_status::RemoteStatus},
    store::{
        query::Reader,
        remote::totals::{self as stored, Connection, Cursor},
    },
    telemetry::LogPace,
};

/// A minute is sealed so long after its end. Lines that come later are added to a later minute.
const SEALED_AFTER_S: i64 = 20;
/// How much of what is stored is sent when a store is first named: Prometheus takes nothing that is
/// an hour older than what it has.
const BEGIN_AGO_S: i64 = 1_800;
/// Time between two looks for a minute that is over.
const POLL: Duration = Duration::from_secs(1);
/// How long a snapshot of the file is used: what it sees can't be forgotten meanwhile.
const SNAPSHOT_MAX: Duration = Duration::from_secs(30);
/// Time before the file is used again after an error.
const STORE_AGAIN: Duration = Duration::from_secs(5);
/// First and longest wait before a request is made again.
const AGAIN_MIN: Duration = Duration::from_secs(1);
const AGAIN_MAX: Duration = Duration::from_secs(60);

/// What sends.
struct Worker {
    target: Target,
    status: Arc<RemoteStatus>,
    reader: Reader,
    state: Option<State>,
    pace: LogPace,
}

/// Where sending stands; read from the file anew after an error of it.
struct State {
    /// For snapshots; `None` while one is out.
    reading: Option<Connection>,
    writing: Connection,
    cursor: Cursor,
    totals: Totals,
    names: Names,
    place: Place,
    /// Requests in a row without an answer.
    attempts: u32,
    /// Whether a process before may have sent some of this minute.
    is_again: bool,
    /// Whether some of this minute was refused.
    is_refused: bool,
}

/// Sends until the server stops.
pub(crate) async fn run(target: Target, status: Arc<RemoteStatus>, reader: Reader, stop: CancellationToken) {
    let mut worker = Worker { target, status, reader, state: None, pace: LogPace::default() };
    let sending = async {
        loop {
            let wait = worker.round().await.unwrap_or_else(|error| {
                tracing::error!(%error, "remote write could not use the database");
                worker.state = None;
                STORE_AGAIN
            });
            tokio::time::sleep(wait).await;
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = sending => {}
    }
}

impl Worker {
    /// Sends what is over and not sent yet. Gives the time to wait for more.
    async fn round(&mut self) -> Result<Duration, sqlx::Error> {
        let mut state = match self.state.take() {
            Some(state) => state,
            None => self.load().await?,
        };
        let found = self.round_of(&mut state).await;
        if found.is_ok() {
            self.state = Some(state);
        }
        found
    }

    async fn load(&self) -> Result<State, sqlx::Error> {
        let store = &self.reader.store;
        let (mut writing, reading) = (store.connect().await?, store.connect().await?);
        let now_s = now_ms().div_euclid(1_000);
        let cursor = stored::begin(&mut writing, minute_of(now_s - BEGIN_AGO_S)).await?;
        let mut totals = Totals::restore(stored::all(&mut writing).await?);
        let names = names(&self.reader.aggregates.live);
        totals.name(&names);
        self.status.sent(cursor.sent_s);
        let (place, is_again) = (Place::default(), cursor.sent_s < cursor.sealed_s);
        let reading = Some(reading);
        Ok(State { reading, writing, cursor, totals, names, place, attempts: 0, is_again, is_refused: false })
    }

    async fn round_of(&self, state: &mut State) -> Result<Duration, sqlx::Error> {
        if let Some(wait) = self.send(state).await? {
            return Ok(wait);
        }
        let due_s = minute_of(now_ms().div_euclid(1_000) - SEALED_AFTER_S) - MINUTE_S;
        if due_s <= state.cursor.sealed_s {
            return Ok(POLL);
        }
        let reading = match state.reading.take() {
            Some(reading) => reading,
            None => self.reader.store.connect().await?,
        };
        let Some(mut snapshot) = self.reader.aggregates.seals.snapshot(due_s, reading).await else {
            return Ok(STORE_AGAIN);
        };
        // Every series of the snapshot has its name by now.
        state.names = names(&self.reader.aggregates.live);
        state.totals.name(&state.names);
        let wait = self.minutes(state, &mut snapshot, due_s).await?;
        state.reading = Some(stored::end(snapshot).await?);
        Ok(wait)
    }

    /// Seals and sends minutes of a snapshot.
    async fn minutes(&self, state: &mut State, snapshot: &mut Connection, due_s: i64) -> Result<Duration, sqlx::Error> {
        let series: Vec<SeriesId> = state.names.keys().copied().collect();
        let began = Instant::now();
        while state.cursor.sealed_s < due_s {
            let mut minute_s = state.cursor.sealed_s + MINUTE_S;
            if state.totals.is_quiet_at(minute_s) {
                let next = stored::next_measured(snapshot, minute_s).await?;
                minute_s = next.filter(|it| *it <= due_s).unwrap_or(due_s);
            }
            self.seal(state, snapshot, &series, minute_s).await?;
            if let Some(wait) = self.send(state).await? {
                return Ok(wait);
            }
            if began.elapsed() > SNAPSHOT_MAX {
                break;
            }
        }
        Ok(Duration::ZERO)
    }

    /// Adds a minute to the totals, in memory and in the file.
    async fn seal(
        &self,
        state: &mut State,
        snapshot: &mut Connection,
        series: &[SeriesId],
        minute_s: i64,
    ) -> Result<(), sqlx::Error> {
        let State { writing, cursor, totals, names, .. } = state;
        stored::measured(snapshot, series, minute_s, |id, cell| totals.add(names, minute_s, id, cell)).await?;
        let change = |late: Vec<(SeriesId, pipeline::Cell)>| {
            late.iter().for_each(|(id, cell)| totals.add(names, minute_s, *id, cell));
            totals.changed()
        };
        stored::seal(writing, *cursor, minute_s, change).await?;
        cursor.sealed_s = minute_s;
        self.status.overflowed.add(state.totals.take_overflowed());
        (state.place, state.is_again, state.is_refused) = (Place::default(), false, false);
        Ok(())
    }

    /// Sends what is left of the sealed minute. Gives the time to wait where the store can't take
    /// it now.
    async fn send(&self, state: &mut State) -> Result<Option<Duration>, sqlx::Error> {
        let minute_s = state.cursor.sealed_s;
        if state.cursor.sent_s == minute_s {
            return Ok(None);
        }
        while let Some((message, behind)) = next(&state.totals, &state.names, minute_s, state.place) {
            let (samples, target) = (message.samples, self.target.clone());
            let sending = tokio::task::spawn_blocking(move || target.send(message.bytes())).await;
            match sending.unwrap_or_else(|_| failed()) {
                Outcome::Delivered => self.status.samples.add(samples),
                Outcome::Refused { problem } | Outcome::Gone { problem } => {
                    // What a process before has sent is older than what the store has by now.
                    if !state.is_again || state.place.is_past_before {
                        self.refused(samples, &problem);
                        state.is_refused = true;
                    }
                }
                Outcome::Later { problem, after, .. } => {
                    self.status.retries.add(1);
                    if self.status.tell(&problem) {
                        tracing::warn!(%problem, "remote write: the store takes nothing now; nothing is lost");
                    }
                    let wait = AGAIN_MIN.saturating_mul(1 << state.attempts.min(6)).min(AGAIN_MAX);
                    state.attempts += 1;
                    return Ok(Some(after.unwrap_or(wait).max(wait)));
                }
            }
            (state.place, state.attempts) = (behind, 0);
        }
        stored::sent(&mut state.writing, minute_s).await?;
        state.cursor.sent_s = minute_s;
        self.status.sent(minute_s);
        if !state.is_refused && self.status.tell("") {
            tracing::info!("remote write: the store takes everything again");
        }
        Ok(None)
    }

    fn refused(&self, samples: u64, problem: &str) {
        self.status.refused.add(samples);
        self.status.tell(problem);
        if self.pace.is_due() {
            tracing::warn!(samples, problem, "remote write: the store refused samples, which are left out");
        }
    }
}

fn failed() -> Outcome {
    Outcome::Later { problem: "the request failed".to_owned(), after: None, may_have_arrived: true }
}

/// The start of a minute.
const fn minute_of(at_s: i64) -> i64 {
    at_s - at_s.rem_euclid(MINUTE_S)
}
