//! Syslog over UDP (RFC 5426): one message in each datagram, best effort. A datagram has no reply
//! and its sender's address can be forged, so each one has to carry a drain's token itself. Nothing
//! is looked up in the store for it: a new drain is known within a second.
//!
//! Messages are committed in batches like those of TCP. While the store is busy they wait in the
//! kernel's buffer; what does not fit there is lost, and `kernel_drops` counts it.

use std::{net::IpAddr, sync::Arc, time::Duration};

use contract::drain::TokenAge;
use pipeline::syslog;
use rustc_hash::FxHashMap;
use rustix::net::sockopt::{set_socket_recv_buffer_size, set_socket_recv_buffer_size_force};
use tokio::{
    net::UdpSocket,
    sync::{Semaphore, mpsc},
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::{
    auth::{find_known, header},
    batches::{self, Peer, Run},
    limits::{BATCH_BYTES, BATCH_WAIT},
};
use crate::{
    clock::since_1970,
    receiver::{Intake, kernel_drops},
};

/// Largest datagram; UDP itself allows 65,507 bytes.
const DATAGRAM_BYTES_MAX: usize = 64 << 10;
/// Bytes that are asked of the kernel for datagrams that wait. It gives at most
/// `net.core.rmem_max`, unless the process has the right to set more.
const KERNEL_BUFFER_BYTES: usize = 8 << 20;
/// Batches of different drains and apps that are filled at once; one more commits all of them.
const OPEN_BATCHES_MAX: usize = 64;
/// Full batches that wait for a commit.
const WAITING_BATCHES_MAX: usize = 64;
/// Batches that are committed at once.
const COMMITS_MAX: usize = 8;
/// How long to wait after the system could not receive.
const RECEIVE_PAUSE: Duration = Duration::from_millis(100);
/// Least time between two log lines about datagrams without a token.
const WARN_EVERY: Duration = Duration::from_secs(60);

/// Where a message came from.
#[derive(Clone, Copy, Debug)]
struct Origin {
    drain_id: i64,
    /// Which of the drain's tokens it has.
    token: TokenAge,
    /// Whoever sent it. Of a batch, whoever sent the last message.
    address: IpAddr,
}

/// Messages of one drain and app, each behind its octet count.
#[derive(Debug)]
struct Batch {
    from: Origin,
    app: Arc<str>,
    body: Vec<u8>,
    messages: u64,
}

/// Batches that are being filled.
#[derive(Debug, Default)]
struct OpenBatches {
    by_app: FxHashMap<(i64, Arc<str>), Batch>,
    due: Option<Instant>,
}

/// Receives messages until `shutdown` is cancelled.
pub(crate) async fn receive(socket: UdpSocket, intake: Intake, shutdown: CancellationToken) {
    let sized = set_socket_recv_buffer_size_force(&socket, KERNEL_BUFFER_BYTES)
        .or_else(|_| set_socket_recv_buffer_size(&socket, KERNEL_BUFFER_BYTES));
    if let Err(error) = sized {
        tracing::debug!(%error, "the receive buffer of UDP could not be set");
    }
    tokio::spawn(kernel_drops::keep_counting(
        kernel_drops::inode(&socket),
        Arc::clone(&intake.counters),
        shutdown.clone(),
    ));
    let (full, waiting) = mpsc::channel(WAITING_BATCHES_MAX);
    tokio::spawn(commit_all(waiting, intake.clone()));
    let mut open = OpenBatches::default();
    let mut datagram = vec![0; DATAGRAM_BYTES_MAX];
    let mut warned = None::<Instant>;
    loop {
        let due = open.due;
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => hand_over(open.take_all(), &full).await,
            received = socket.recv_from(&mut datagram) => match received {
                Ok((bytes, peer)) => match read(&mut datagram[..bytes], peer.ip(), &intake) {
                    Some((message, from, app)) => {
                        intake.counters.datagrams.add(1);
                        hand_over(open.add(message, from, app), &full).await;
                    }
                    None => {
                        intake.counters.datagrams_refused.add(1);
                        if warned.is_none_or(|it| it.elapsed() >= WARN_EVERY) {
                            warned = Some(Instant::now());
                            let refused = intake.counters.datagrams_refused.get();
                            tracing::warn!(refused, "syslog datagrams without a drain's token were dropped; counted since the start");
                        }
                    }
                },
                Err(error) => {
                    tracing::debug!(%error, "a datagram could not be received");
                    sleep(RECEIVE_PAUSE).await;
                }
            },
        }
    }
    hand_over(open.take_all(), &full).await;
}

/// Authenticates a message and overwrites its token. Returns its bytes, origin and app.
fn read<'a>(datagram: &'a mut [u8], address: IpAddr, intake: &Intake) -> Option<(&'a [u8], Origin, Arc<str>)> {
    let end = datagram.iter().rposition(|it| !matches!(it, b'\n' | b'\r' | 0))? + 1;
    let message = &mut datagram[..end];
    let line = syslog::parse(message, false).ok()?;
    let header = header(message, &line);
    let found = find_known(&intake.tokens, &line, header)?;
    let app = found.app_of(&line)?;
    let from = Origin { drain_id: found.drain.id, token: found.drain.token, address };
    let places: Vec<usize> = memchr::memmem::find_iter(header, &found.token).collect();
    for at in places {
        message[at..at + found.token.len()].fill(b'x');
    }
    Some((message, from, app))
}

async fn hand_over(batches: Vec<Batch>, full: &mpsc::Sender<Batch>) {
    for batch in batches {
        // While it waits, datagrams wait in the kernel.
        let _ended = full.send(batch).await;
    }
}

/// Commits batches as they come, a few at once.
async fn commit_all(mut waiting: mpsc::Receiver<Batch>, intake: Intake) {
    let commits = Arc::new(Semaphore::new(COMMITS_MAX));
    while let Some(batch) = waiting.recv().await {
        let Ok(permit) = Arc::clone(&commits).acquire_owned().await else { return };
        let intake = intake.clone();
        tokio::spawn(async move {
            let Batch { from: Origin { drain_id, token, address }, app, body, messages } = batch;
            let run = Run { begin: 0, drain_id, app: Some(app), token };
            if batches::commit(&intake, run, Peer { address, by: "syslog over UDP" }, &body).await.is_err() {
                intake.counters.lose_datagrams(messages, since_1970());
            }
            drop(permit);
        });
    }
}

impl OpenBatches {
    /// Adds a message; returns batches that are full.
    fn add(&mut self, message: &[u8], from: Origin, app: Arc<str>) -> Vec<Batch> {
        let key = (from.drain_id, app);
        let mut full = Vec::new();
        if self.by_app.len() >= OPEN_BATCHES_MAX && !self.by_app.contains_key(&key) {
            full = self.take_all();
        }
        self.due = self.due.or_else(|| Some(Instant::now() + BATCH_WAIT));
        let batch = self.by_app.entry(key.clone()).or_insert_with(|| Batch {
            from,
            app: Arc::clone(&key.1),
            body: Vec::new(),
            messages: 0,
        });
        batch.from = from;
        batch.body.extend_from_slice(format!("{} ", message.len()).as_bytes());
        batch.body.extend_from_slice(message);
        batch.messages += 1;
        if batch.body.len() >= BATCH_BYTES {
            full.extend(self.by_app.remove(&key));
        }
        full
    }

    fn take_all(&mut self) -> Vec<Batch> {
        self.due = None;
        self.by_app.drain().map(|it| it.1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ok_batches_are_bounded() {
        let mut open = OpenBatches::default();
        let of = |drain_id| Origin { drain_id, token: TokenAge::Current, address: IpAddr::from([127, 0, 0, 1]) };
        let app = |n: usize| Arc::from(format!("app-{n}"));
        for n in 0..OPEN_BATCHES_MAX {
            assert!(open.add(b"<13>x", of(1), app(n)).is_empty());
        }
        assert!(open.add(b"<13>y", of(1), app(0)).is_empty());
        let full = open.add(b"<13>x", of(1), app(OPEN_BATCHES_MAX));
        assert_eq!((full.len(), open.by_app.len()), (OPEN_BATCHES_MAX, 1));
        let first = full.iter().find(|it| *it.app == *"app-0").map(|it| (it.body.clone(), it.messages));
        assert_eq!(first, Some((b"5 <13>x5 <13>y".to_vec(), 2)));
        let long = vec![b'x'; BATCH_BYTES];
        assert_eq!(open.add(&long, of(2), app(1)).len(), 1);
        assert_eq!((open.take_all().len(), open.due), (1, None));
    }
}
