//! Receives packets, and commits what has arrived once a second. While the store is busy, packets
//! wait in the kernel's buffer; what does not fit there is lost and counted.

use std::{net::IpAddr, sync::Arc, time::Duration};

use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use tokio::{
    net::UdpSocket,
    sync::mpsc,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{
    packet::{Item, items},
    table::Table,
};
use crate::{
    clock::{now_ms, since_1970},
    receiver::{BatchMetadata, IngestError, Intake, app_frames::AppFrames, frames::Frames, kernel_drops},
};

/// Longest packet; UDP itself allows 65,507 bytes.
const PACKET_BYTES_MAX: usize = 64 << 10;
/// Bytes that are asked of the kernel for packets that wait.
const KERNEL_BUFFER_BYTES: usize = 8 << 20;
/// Time between two commits.
const FLUSH_EVERY: Duration = Duration::from_secs(1);
/// Packets that are read before other tasks get their turn.
const PACKETS_AT_ONCE_MAX: usize = 512;
/// Seconds that wait for a commit.
const WAITING_FLUSHES_MAX: usize = 4;
/// Attempts before a second that the store could not commit is given up.
const ATTEMPTS_MAX: u32 = 5;

/// Where metrics go.
pub(crate) struct StatsdSettings {
    /// The token of their drain.
    pub token: String,
}

/// A second of metrics.
struct Flush {
    drain_id: i64,
    app: Arc<str>,
    frames: Frames,
}

/// Receives packets until `shutdown` is cancelled.
pub(crate) async fn receive(socket: UdpSocket, intake: Intake, settings: StatsdSettings, shutdown: CancellationToken) {
    let sized = set_socket_recv_buffer_size_force(&socket, KERNEL_BUFFER_BYTES)
        .or_else(|_| set_socket_recv_buffer_size(&socket, KERNEL_BUFFER_BYTES));
    if let Err(error) = sized {
        tracing::debug!(%error, "the receive buffer of UDP could not be set");
    }
    let inode = kernel_drops::inode(&socket);
    tokio::spawn(kernel_drops::keep_counting(inode, Arc::clone(&intake.counters), shutdown.clone()));
    let (flushes, waiting) = mpsc::channel(WAITING_FLUSHES_MAX);
    let committing = tokio::spawn(commit_all(waiting, intake.clone()));
    let mut table = Table::default();
    let mut from = IpAddr::from([127, 0, 0, 1]);
    let mut packet = vec![0; PACKET_BYTES_MAX];
    let mut ticks = interval(FLUSH_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            _ = ticks.tick() => hand_over(&mut table, &intake, &settings, from, &flushes).await,
            ready = socket.readable() => {
                if ready.is_ok() && let Some(sender) = read(&socket, &mut packet, &mut table, &intake) {
                    from = sender;
                }
            }
        }
    }
    hand_over(&mut table, &intake, &settings, from, &flushes).await;
    drop(flushes);
    let _committed = committing.await;
}

/// Reads the packets that wait, and returns whoever sent the last one.
fn read(socket: &UdpSocket, packet: &mut [u8], table: &mut Table, intake: &Intake) -> Option<IpAddr> {
    let mut from = None;
    for _ in 0..PACKETS_AT_ONCE_MAX {
        let Ok((bytes, sender)) = socket.try_recv_from(packet) else { break };
        from = Some(sender.ip());
        intake.counters.datagrams.add(1);
        for item in items(&packet[..bytes]) {
            match item {
                Item::Metric(metric) => table.add(&metric),
                Item::Ignored => intake.counters.statsd_ignored.add(1),
                Item::Refused => table.refuse(1),
            }
        }
    }
    from
}

/// Hands a second over to be committed.
async fn hand_over(
    table: &mut Table,
    intake: &Intake,
    settings: &StatsdSettings,
    from: IpAddr,
    flushes: &mpsc::Sender<Flush>,
) {
    if table.is_empty() {
        return;
    }
    let drain = intake.tokens.find(&settings.token);
    let app = drain.as_ref().and_then(|it| it.app.as_ref()).map_or_else(|| Arc::from(""), |it| Arc::clone(&it.name));
    let mut frames = AppFrames::of(&app);
    table.flush(now_ms(), &mut frames);
    let Some(drain) = drain else {
        intake.counters.datagrams_refused.add(1);
        tracing::warn!("metrics of statsd were dropped: STATSD_TOKEN is no token of a drain");
        return;
    };
    intake.activity.send(drain.id, from.to_canonical().to_string(), "statsd over UDP", drain.token, now_ms());
    let apps = match frames.end() {
        Ok(apps) => apps,
        Err(why) => {
            intake.activity.refuse(drain.id, why);
            intake.counters.datagrams_refused.add(1);
            return;
        }
    };
    for (app, frames) in apps {
        // While it waits, packets wait in the kernel.
        let _ended = flushes.send(Flush { drain_id: drain.id, app, frames }).await;
    }
}

async fn commit_all(mut waiting: mpsc::Receiver<Flush>, intake: Intake) {
    while let Some(flush) = waiting.recv().await {
        for body in &flush.frames.bodies {
            if commit(&intake, &flush, body).await.is_err() {
                intake.counters.failed.add(1);
                intake.counters.lose_datagrams(1, since_1970());
            }
        }
    }
}

/// Commits a body; tries again while the store can't.
async fn commit(intake: &Intake, flush: &Flush, body: &[u8]) -> Result<(), IngestError> {
    let mut last = IngestError::Overloaded;
    for _ in 0..ATTEMPTS_MAX {
        intake.available.wait_available().await;
        match try_commit(intake, flush, body).await {
            Ok(()) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn try_commit(intake: &Intake, flush: &Flush, body: &[u8]) -> Result<(), IngestError> {
    let metadata = BatchMetadata {
        drain_id: flush.drain_id,
        app: Arc::clone(&flush.app),
        batch_id: None,
        received_ms: now_ms(),
        from_logplex: false,
        prefix: String::new(),
        source_prefix: String::new(),
    };
    let mut budget = intake.admit(flush.drain_id).await?;
    budget.reserve(body.len()).await?;
    intake.ingest(metadata, body.to_vec(), &mut budget).await?;
    Ok(())
}
