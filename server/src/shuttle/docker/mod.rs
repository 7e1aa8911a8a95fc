//! Reads the logs of the containers of one Docker daemon, over its socket.
//!
//! The daemon is asked every second which containers there are, and the log of each is followed
//! until it ends. A log that breaks off goes on after its last line. While the batcher has no room
//! nothing is read, and the daemon keeps the lines. What was written while no shuttle ran is read
//! with `--from-start` alone. Which containers run is not changed, and nothing is written there.

/// The daemon's API.
mod api;

/// One container, and the names that its lines get.
mod container;

/// The bytes of a log as lines.
mod log_lines;

use std::{
    path::PathBuf,
    sync::{Arc, mpsc::SyncSender},
    time::Duration,
};

use http_body_util::BodyExt;
use rustc_hash::FxHashMap;
use tokio::{task::JoinSet, time::sleep};

use self::{
    api::{Daemon, DockerError},
    container::Listed,
    log_lines::LogLines,
};
use super::{
    formatter::Identity,
    input::{Input, Lines},
};
use crate::clock;

/// Time between two questions which containers there are.
const POLL: Duration = Duration::from_secs(1);
/// How long a log waits for room in the spool before it looks again.
const ROOM_WAIT: Duration = Duration::from_millis(250);
/// Most containers whose logs are read at once; further ones wait until one has ended.
pub(crate) const CONTAINERS_MAX: usize = 500;

/// Whether more may be read.
type HasRoom = Arc<dyn Fn() -> bool + Send + Sync>;

/// What is read.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The daemon's socket.
    pub socket: PathBuf,
    /// The header fields of lines, where a container's labels name no others.
    pub identity: Identity,
    /// Whether containers that are there already are read from the beginning of their logs.
    pub from_start: bool,
}

/// How far a container was read.
#[derive(Debug, Default)]
struct Known {
    is_read_now: bool,
    /// The time of the last line; empty for none.
    last: Vec<u8>,
    /// Why its log can't be read; empty while it can.
    problem: String,
}

/// Reads until the batcher has ended.
///
/// # Errors
/// When the system has no means to wait for sockets.
pub(crate) fn run(settings: Settings, has_room: HasRoom, out: SyncSender<Input>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let docker = Docker {
        daemon: Arc::new(Daemon::new(settings.socket)),
        identity: settings.identity,
        from_start: settings.from_start,
        began_s: clock::now_ms().div_euclid(1_000),
        own: std::env::var("HOSTNAME").unwrap_or_default(),
        has_room,
        out,
    };
    runtime.block_on(docker.watch());
    Ok(())
}

struct Docker {
    daemon: Arc<Daemon>,
    identity: Identity,
    from_start: bool,
    /// When the shuttle began, unix seconds.
    began_s: i64,
    /// The name of the container that the shuttle itself runs in, if it does.
    own: String,
    has_room: HasRoom,
    out: SyncSender<Input>,
}

/// A log that has ended: its container, and how far it was read; `None` once nobody takes lines any
/// more.
type Ended = Option<(String, Known)>;

impl Docker {
    async fn watch(self) {
        let (mut known, mut logs) = (FxHashMap::<String, Known>::default(), JoinSet::<Ended>::new());
        let mut problem = String::new();
        loop {
            while let Some(ended) = logs.try_join_next() {
                let Ok(Some((id, read))) = ended else { return };
                known.insert(id, read);
            }
            match self.daemon.containers().await {
                Ok(listed) => {
                    problem.clear();
                    self.follow(listed, &mut known, &mut logs);
                }
                Err(error) => self.report(&error, &mut problem),
            }
            sleep(POLL).await;
        }
    }

    /// Says once what is wrong, until it is something else.
    fn report(&self, error: &DockerError, said: &mut String) {
        let text = error.to_string();
        if text != *said {
            eprintln!("streamgauge: shuttle: {}: {text}; it is tried again", self.daemon.socket.display());
            *said = text;
        }
    }

    /// Begins to read what runs, and what has run since the shuttle began.
    fn follow(&self, listed: Vec<Listed>, known: &mut FxHashMap<String, Known>, logs: &mut JoinSet<Ended>) {
        known.retain(|id, it| it.is_read_now || listed.iter().any(|container| container.id == *id));
        for container in listed.into_iter().filter(|it| it.is_wanted(&self.own)) {
            let is_new = !known.contains_key(&container.id);
            let has_run_since = is_new && container.created_s >= self.began_s;
            if logs.len() >= CONTAINERS_MAX || !(container.is_running() || has_run_since) {
                continue;
            }
            let entry = known.entry(container.id.clone()).or_default();
            if entry.is_read_now {
                continue;
            }
            entry.is_read_now = true;
            let since_s = match () {
                () if !entry.last.is_empty() => log_lines::seconds(&entry.last),
                () if self.from_start || has_run_since => 0,
                () => self.began_s,
            };
            let log = Log {
                daemon: Arc::clone(&self.daemon),
                identity: Arc::new(container.identity(&self.identity)),
                id: container.id,
                since_s,
                last: entry.last.clone(),
                problem: entry.problem.clone(),
                has_room: Arc::clone(&self.has_room),
                out: self.out.clone(),
            };
            logs.spawn(log.read());
        }
    }
}

/// The log of one container.
struct Log {
    daemon: Arc<Daemon>,
    id: String,
    identity: Arc<Identity>,
    /// Unix seconds.
    since_s: i64,
    last: Vec<u8>,
    /// Why it could not be read before.
    problem: String,
    has_room: HasRoom,
    out: SyncSender<Input>,
}

impl Log {
    async fn read(self) -> Ended {
        let (mut body, has_terminal) = match self.daemon.log(&self.id, self.since_s).await {
            Ok(log) => log,
            Err(error) => {
                let problem = error.to_string();
                // A container may go before its log is asked for.
                if problem != self.problem && !error.is_gone() {
                    eprintln!("streamgauge: shuttle: container {}: {problem}; it is tried again", self.identity.procid);
                }
                return Some((self.id, Known { is_read_now: false, last: self.last, problem }));
            }
        };
        let mut lines = LogLines::new(has_terminal, self.last);
        loop {
            while !(self.has_room)() {
                sleep(ROOM_WAIT).await;
            }
            let mut whole = Vec::new();
            let frame = body.frame().await.and_then(Result::ok).and_then(|it| it.into_data().ok());
            match &frame {
                Some(bytes) => lines.feed(bytes, clock::now_us(), &mut whole),
                None => lines.end(clock::now_us(), &mut whole),
            }
            let message = Lines { identity: Arc::clone(&self.identity), file: None, lines: whole };
            // All wait together while the batcher is full: it takes from all of them.
            if !message.lines.is_empty() && self.out.send(Input::Lines(message)).is_err() {
                return None;
            }
            if frame.is_none() {
                return Some((self.id, Known { last: lines.into_last(), ..Known::default() }));
            }
        }
    }
}
