//! Splits whole frames into batches of one drain and app each, overwrites their tokens and commits
//! them. Doesn't read from the connection.

use std::{net::IpAddr, sync::Arc};

use contract::drain::TokenAge;
use pipeline::{Frames, Line, syslog};

use super::{
    auth::{Authenticator, header},
    close_reason::CloseReason,
};
use crate::{
    clock::now_ms,
    receiver::{BatchMetadata, IngestError, Intake, Receipt},
};

/// Attempts before a batch that the store could not commit is given up.
const ATTEMPTS_MAX: u32 = 5;

/// Who sends, for the page of the drain.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer {
    pub(super) address: IpAddr,
    /// In the place of a user agent: `syslog over TLS`.
    pub(super) by: &'static str,
}

/// Consecutive frames of one drain and app, from `begin` to the next run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) begin: usize,
    pub(super) drain_id: i64,
    pub(super) app: Option<Arc<str>>,
    /// Which of the drain's tokens it came with.
    pub(super) token: TokenAge,
}

/// Commits whole frames, one batch for each run of the same drain and app. `auth` keeps the token
/// that arrived last.
pub(super) async fn ingest(
    intake: &Intake,
    auth: &mut Authenticator,
    peer: Peer,
    mut batch: Vec<u8>,
) -> Result<(), CloseReason> {
    let mut runs: Vec<Run> = Vec::new();
    let mut token_ranges = Vec::new();
    let mut end = 0;
    let mut frames = Frames::new(&batch);
    while let Some(frame) = frames.next() {
        let Ok(frame) = frame else { continue };
        let from = frames.item_start();
        if let Ok(line) = syslog::parse(frame, false) {
            let header = header(frame, &line);
            let Some(authenticated) = auth.authenticate(&line, header).await else {
                intake.counters.unauthorized.add(1);
                return Err(CloseReason::NoToken);
            };
            let places = memchr::memmem::find_iter(header, &authenticated.token);
            token_ranges.extend(places.map(|place| from + place..from + place + authenticated.token.len()));
            let app = authenticated.app_of(&line);
            if runs.last().is_none_or(|it| (it.drain_id, &it.app) != (authenticated.drain.id, &app)) {
                // Damaged bytes before the first frame go with it; damaged bytes between two
                // frames go with the earlier one.
                let begin = if runs.is_empty() { 0 } else { end };
                runs.push(Run { begin, drain_id: authenticated.drain.id, app, token: authenticated.drain.token });
            }
            auth.current = Some(authenticated);
        }
        end = from + frame.len();
    }
    if runs.is_empty() {
        let authenticated = auth.current.as_ref().ok_or(CloseReason::NoToken)?;
        let app = authenticated.app_of(&Line::default());
        runs.push(Run { begin: 0, drain_id: authenticated.drain.id, app, token: authenticated.drain.token });
    }
    token_ranges.into_iter().for_each(|it| batch[it].fill(b'x'));
    let ends: Vec<usize> = runs.iter().skip(1).map(|it| it.begin).chain([batch.len()]).collect();
    for (run, end) in runs.into_iter().zip(ends) {
        let body = &batch[run.begin..end];
        if !body.iter().all(u8::is_ascii_whitespace) {
            commit(intake, run, peer, body).await?;
        }
    }
    Ok(())
}

/// Commits a run whose bytes are `body`; tries again while the store can't.
pub(super) async fn commit(intake: &Intake, run: Run, peer: Peer, body: &[u8]) -> Result<(), CloseReason> {
    let address = peer.address.to_canonical().to_string();
    intake.activity.send(run.drain_id, address, peer.by, run.token, now_ms());
    let metadata = BatchMetadata {
        drain_id: run.drain_id,
        app: run.app.ok_or(CloseReason::NoApp)?,
        batch_id: None,
        received_ms: now_ms(),
        from_logplex: false,
        prefix: String::new(),
        source_prefix: String::new(),
    };
    // Syslog has no reply that could refuse a batch, so the sender waits while the store can't
    // accept any.
    for _ in 0..ATTEMPTS_MAX {
        intake.available.wait_available().await;
        if try_commit(intake, metadata.clone(), body).await.is_ok() {
            return Ok(());
        }
    }
    intake.counters.failed.add(1);
    Err(CloseReason::NotCommitted)
}

async fn try_commit(intake: &Intake, metadata: BatchMetadata, body: &[u8]) -> Result<Receipt, IngestError> {
    let mut budget = intake.admit(metadata.drain_id).await?;
    budget.reserve(body.len()).await?;
    intake.ingest(metadata, body.to_vec(), &mut budget).await
}
