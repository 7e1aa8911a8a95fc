//! How the server itself is, for the Alerts page: whether it takes lines in, judges and tells.

use contract::alert::{Datagrams, RemoteWrite, ServerHealth};

use super::{remote_status::RemoteStatus, state::Outlet};
use crate::{store::alert::deliveries, telemetry::Counters};

/// The server's health now.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn server_health(outlet: &Outlet) -> Result<ServerHealth, sqlx::Error> {
    let undelivered = deliveries::count(&outlet.reader.store.readers).await?;
    let (counters, heartbeat) = (&outlet.reader.aggregates.counters, &outlet.alerting.heartbeat);
    let ms = |us: u64| us as f64 / 1_000.0;
    let (judged_ms, judging_ms) = {
        let found = outlet.judge.verdicts.lock();
        (found.judged_ms, found.judging_ms)
    };
    Ok(ServerHealth {
        judged_ms,
        judging_ms,
        commit_ms: Some(counters.commit_us.get()).filter(|it| *it > 0).map(ms),
        queue: u32::try_from(outlet.alerting.queue.waiting()).unwrap_or(u32::MAX),
        outbox: undelivered.waiting,
        given_up: undelivered.given_up,
        disk_free_bytes: outlet.available.free_bytes(),
        heartbeat_ms: heartbeat.accepted_ms(),
        has_heartbeat: heartbeat.is_on(),
        datagrams: datagrams(counters),
        remote_write: outlet.remote.is_on().then(|| remote_write(&outlet.remote)),
        certificate_until_s: outlet.running.tls.as_ref().and_then(|it| it.until_s()),
    })
}

fn remote_write(status: &RemoteStatus) -> RemoteWrite {
    let (sent_to_s, refused) = (status.sent_to_s(), status.refused.get());
    RemoteWrite { sent_to_s, refused, is_failing: status.problem().is_some() }
}

fn datagrams(counters: &Counters) -> Option<Datagrams> {
    let (taken, refused) = (counters.datagrams.get(), counters.datagrams_refused.get());
    let lost = counters.datagrams_lost.get();
    let lost_ms = Some(counters.datagrams_lost_at_us.get()).filter(|it| *it > 0);
    let lost_ms = lost_ms.and_then(|it| i64::try_from(it / 1_000).ok());
    (taken + refused + lost > 0).then_some(Datagrams { taken, refused, lost, lost_ms })
}
