//! `streamgauge serve`. The only file that names all stages; it connects them in the order in which
//! a line passes them.

use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};

use dashboard::drains::access::SyslogTcp;
use tokio::{
    sync::{broadcast, mpsc},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    arenas, drain_url,
    drains_task::DrainsTask,
    error::Error,
    listeners::{Listeners, print_flushed},
};
use crate::{
    access::{
        self as keys, Token, Tokens, admin::Admin, alert_key::AlertKey, audit::Audit, credentials::Credentials,
        password::Passwords,
    },
    clock::now_ms,
    config::{self, PASSWORD_CHARS_MIN},
    live::Live,
    net::limits::Limits,
    outlet::{
        alerting::Alerting,
        guard::gate::Gate,
        heartbeat::{self, Heartbeat},
        notify::{notifier::Notifier, worker},
        oidc::provider::Provider,
        remote_status::RemoteStatus,
        remote_write::{self, target::Target},
        routes,
        state::{Doors, Outlet, Running},
    },
    receiver::{Batch, Intake, availability::Availability, batch::CommittedBatch, intake::QueueGauge},
    store::{
        OpenError, Store, access,
        aggregates::Aggregates,
        drains::{self, NewDrain},
        file::{
            lock::Lock,
            presence::{self, Presence},
            sqlite, wal,
        },
        query::Reader,
        token_lookup,
        write::{
            join_chunks::{self, JOINED_WAITING_MAX},
            replay,
            retention::RetentionTask,
            seal,
            word_groups::{self, GROUPS_WAITING_MAX},
            writer::{COMMITTED_BATCHES_MAX, Writer, WriterParts},
        },
    },
    telemetry::{self, Counters},
    watch::{
        HealthTable, Judge, UsualTable,
        judge::Parts,
        mute::{self, Mutes},
    },
};

/// How long open requests may take to finish at shutdown.
const GRACE: Duration = Duration::from_secs(3);
/// How long busy threads may take to finish after everything else.
const LAST_THREADS: Duration = Duration::from_secs(1);
/// How long the last commit and checkpoint may take at shutdown.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// The signal for a file that has reached its maximum size; 25 on Linux and macOS.
const SIGXFSZ: i32 = 25;

/// Runs the server until SIGINT or SIGTERM.
///
/// # Errors
/// See [`Error`].
pub(crate) fn run(args: config::Serve) -> Result<(), Error> {
    arenas::limit();
    let args = args.validated().map_err(Error::Usage)?;
    let doors = args.network.doors().map_err(Error::Usage)?;
    // Before anything is created.
    if let Some(key) = &args.alerts.key.alert_key {
        AlertKey::load(Some(key), &args.store.database_url).map_err(|it| Error::Usage(it.to_string()))?;
    }
    provider(&args)?;
    remote_target(&args)?;
    telemetry::start();
    if args.admin_password.as_ref().is_some_and(|it| it.expose().chars().count() < PASSWORD_CHARS_MIN) {
        tracing::warn!("ADMIN_PASSWORD is short: expected at least {PASSWORD_CHARS_MIN} characters; it can be guessed");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|it| Error::Failed(format!("could not start threads: {it}")))?;
    let served = runtime.block_on(async {
        let listeners = Listeners::bind(&args, doors).await?;
        let shutdown = CancellationToken::new();
        stop_on_signals(shutdown.clone()).map_err(|it| Error::Failed(format!("can't handle signals: {it}")))?;
        serve(args, listeners, shutdown).await
    });
    // Dropping it would wait without a limit for threads that are busy, such as one that waits for
    // a peer's answer. Everything that was acknowledged is written by now.
    runtime.shutdown_timeout(LAST_THREADS);
    served
}

/// The opened store, and what has been restored from it.
struct Opened {
    store: Store,
    available: Arc<Availability>,
    presence: Arc<Presence>,
    aggregates: Aggregates,
    committed: broadcast::Sender<CommittedBatch>,
    writer: Writer,
    /// Held until the server ends.
    _lock: Lock,
}

/// Serves HTTP, and syslog if there is a listener for it, until `shutdown` is cancelled. Everything
/// that was acknowledged is written before it returns.
///
/// # Errors
/// [`Error::Failed`] when the store can't be used.
pub(crate) async fn serve(args: config::Serve, listeners: Listeners, shutdown: CancellationToken) -> Result<(), Error> {
    let limits = Limits::of_process();
    let store_error = |it: sqlx::Error| database_error(&args.store.database_url, &it);
    let address = listeners.http.local_addr().map_err(|it| Error::Failed(it.to_string()))?;
    let opened = open(&args, shutdown.clone()).await?;
    // The lock comes first, so that it is released after everything that uses the file.
    let Opened { _lock, store, available, presence, aggregates, committed, writer } = opened;

    let base = base_url(&args, address);
    let first = first_drain(&store, &base).await?;
    let (tokens, lookups) = Tokens::new();
    let tokens = Arc::new(tokens);
    tokio::spawn(token_lookup::answer(store.clone(), Arc::clone(&tokens), lookups));
    let drains = DrainsTask::start(&store, tokens.clone(), &aggregates.activity).await.map_err(store_error)?;
    let (intake, batches) = intake(&tokens, &aggregates, &available);
    let queue = intake.queue_gauge();
    let writing = tokio::spawn(writer.run(batches));
    let checkpointing = tokio::spawn(wal::keep_moving(store.clone(), Arc::clone(&presence), shutdown.clone()));

    let provider = provider(&args)?.map(Arc::new);
    let (gate, audit) = gate(&args, provider.as_deref(), &store, &aggregates.counters).await?;
    let reader = Reader { store: store.clone(), aggregates, retention: args.retention };
    let usual = UsualTable::start(reader.clone(), shutdown.clone());
    let alerting = alerting(&args, &store, base, queue)?;
    let mutes = mute::start(store, &alerting.mutes, shutdown.clone()).await.map_err(store_error)?;
    let (table, stop) = (usual.clone(), shutdown.clone());
    let judge = Judge::start(Parts { reader: reader.clone(), usual: table, presence, mutes, shutdown: stop });
    let health = HealthTable::start(reader.aggregates.live.clone(), judge.clone(), shutdown.clone());
    let delivering = deliver(&alerting, &judge, &available, &shutdown);
    let syslog_port = listeners.syslog_port();
    let remote = remote_write(&args, &reader, &shutdown)?;
    let outlet = Outlet {
        reader,
        health,
        usual,
        judge,
        committed,
        available,
        shutdown: shutdown.clone(),
        batches: Arc::default(),
        subscribers: Arc::default(),
        shared: Arc::default(),
        gate,
        provider,
        doors: doors(&args, syslog_port),
        alerting,
        remote,
        running: Arc::new(Running::new(Arc::clone(&args.shown), now_ms(), listeners.tls())),
    };
    // No handle of the intake stays here: the writer ends when the last one is gone.
    let router = routes::router(outlet, intake.clone(), audit, address);

    announce(args.network.certificate.scheme(), address, first.as_deref());
    let mut serving = listeners.start(router, intake, limits, &shutdown);
    shutdown.cancelled().await;
    if timeout(GRACE, &mut serving).await.is_err() {
        serving.abort();
        tracing::warn!("requests were still open at shutdown and were aborted; senders will retry");
    }
    drains.stop().await;
    checkpointing.abort();
    // Messages that are still on their way are sent again after the next start.
    match tokio::join!(timeout(LAST_WRITES, writing), timeout(LAST_WRITES, delivering)).0 {
        Ok(Ok(())) => Ok(()),
        _ => {
            Err(Error::Failed("the last checkpoint timed out; the next start replays from the previous one".to_owned()))
        }
    }
}

/// Where senders reach the server.
fn doors(args: &config::Serve, syslog_port: Option<u16>) -> Doors {
    let (scheme, public_url) = (args.network.certificate.scheme(), args.alerts.delivery.public_url.clone());
    let syslog_tcp = match (scheme, args.network.syslog_plain) {
        ("https", true) => SyslogTcp::Both,
        ("https", false) => SyslogTcp::Tls,
        _ => SyslogTcp::Plain,
    };
    Doors { scheme, public_url, syslog_port, syslog_tcp }
}

/// The address at which people and senders reach the server, as far as it knows.
fn base_url(args: &config::Serve, address: SocketAddr) -> String {
    let public = args.alerts.delivery.public_url.clone();
    let scheme = args.network.certificate.scheme();
    public.unwrap_or_else(|| drain_url::local_url(scheme, &address.ip().to_string(), address.port()))
}

/// The provider by which people sign in, where there is one.
fn provider(args: &config::Serve) -> Result<Option<Provider>, Error> {
    let client = args.oidc_client().map_err(Error::Usage)?;
    client.map(Provider::new).transpose().map_err(|it| Error::Usage(format!("OIDC_ALLOW: {it}")))
}

/// The store that series are sent to, where there is one.
fn remote_target(args: &config::Serve) -> Result<Option<Target>, Error> {
    let config = &args.remote_write;
    let target = |url: &config::Secret| Target::new(url.expose(), config.remote_write_token.as_ref());
    let target = config.remote_write_url.as_ref().map(target).transpose();
    target.map_err(|it| Error::Usage(format!("REMOTE_WRITE_URL: {it}")))
}

/// Starts to send series, where there is a store for them.
fn remote_write(
    args: &config::Serve,
    reader: &Reader,
    shutdown: &CancellationToken,
) -> Result<Arc<RemoteStatus>, Error> {
    let Some(target) = remote_target(args)? else { return Ok(Arc::default()) };
    let status = Arc::new(RemoteStatus::new(target.origin().to_owned()));
    tokio::spawn(remote_write::worker::run(target, Arc::clone(&status), reader.clone(), shutdown.clone()));
    Ok(status)
}

/// What finds out who asks, and what takes changes down.
async fn gate(
    args: &config::Serve,
    provider: Option<&Provider>,
    store: &Store,
    counters: &Arc<Counters>,
) -> Result<(Gate, Audit), Error> {
    let unlucky = |it| Error::Failed(format!("could not read random bytes: {it}"));
    let admin = Admin::new(args.admin_password.as_ref()).map_err(unlucky)?;
    let credentials = Arc::<Credentials>::default();
    let read = access::refresh::refresh(store, &credentials).await;
    read.map_err(|it| database_error(&args.store.database_url, &it))?;
    tokio::spawn(access::refresh::keep(store.clone(), Arc::clone(&credentials)));
    let (audit, entries) = Audit::new(Arc::clone(counters));
    tokio::spawn(access::audit::write(store.clone(), entries));
    let passwords = Passwords::new().map_err(unlucky)?;
    let provider = provider.map(|it| it.client.mark());
    Ok((Gate::new(admin, credentials, passwords, provider, Arc::clone(counters)), audit))
}

fn intake(
    tokens: &Arc<Tokens>,
    Aggregates { counters, activity, .. }: &Aggregates,
    available: &Arc<Availability>,
) -> (Intake, mpsc::Receiver<Batch>) {
    Intake::new(Arc::clone(tokens), Arc::clone(counters), Arc::clone(available), Arc::clone(activity))
}

/// What alerts need besides the store.
fn alerting(args: &config::Serve, store: &Store, base: String, queue: QueueGauge) -> Result<Alerting, Error> {
    let config = &args.alerts;
    let key = AlertKey::load(config.key.alert_key.as_ref(), &args.store.database_url);
    let key = key.map_err(|it| Error::Failed(it.to_string()))?;
    let notifier = Notifier::new(store.clone(), key, Some(base), config.delivery.alert_private);
    let heartbeat = Heartbeat::new(config.heartbeat_url.clone(), config.delivery.alert_private);
    let (mutes, guesses) = (Mutes::default(), Arc::default());
    Ok(Alerting { notifier, mutes, guesses, heartbeat: Arc::new(heartbeat), queue })
}

/// Starts to deliver messages and heartbeats, once rules were judged.
fn deliver(
    alerting: &Alerting,
    judge: &Judge,
    available: &Arc<Availability>,
    shutdown: &CancellationToken,
) -> JoinHandle<()> {
    let (heartbeat, available) = (Arc::clone(&alerting.heartbeat), Arc::clone(available));
    tokio::spawn(heartbeat::keep_beating(heartbeat, available, judge.clone(), shutdown.clone()));
    let (notifier, wake) = (alerting.notifier.clone(), Arc::clone(&judge.enqueued));
    tokio::spawn(worker::run(notifier, wake, worker::judged(judge.clone()), shutdown.clone()))
}

/// Locks and opens the store, counts again what its last checkpoint does not include, and starts to
/// watch its file.
async fn open(args: &config::Serve, shutdown: CancellationToken) -> Result<Opened, Error> {
    let path = &args.store.database_url;
    let open_error = |it: OpenError| Error::Failed(it.to_string());
    let store_error = |it: sqlx::Error| database_error(path, &it);
    sqlite::check_header(path).map_err(open_error)?;
    let lock = Lock::take(path).map_err(open_error)?;
    let store = Store::open(path).await.map_err(open_error)?;

    let available = Arc::new(Availability::default());
    let presence = Presence::new(path, &lock, Arc::clone(&available)).map_err(|it| store_error(it.into()))?;
    let presence = Arc::new(presence);

    let aggregates = Aggregates::new(Live::new(now_ms()));
    for drain in drains::list(&store.readers, now_ms()).await.map_err(store_error)? {
        aggregates.activity.restore(drain.id, drain.memory);
    }
    if args.remote_write.remote_write_url.is_some() {
        seal::resume(&store, &aggregates).await.map_err(store_error)?;
    }
    let position = replay::restore(&store, &aggregates, now_ms()).await.map_err(store_error)?;
    let retention = RetentionTask::new(args.retention, Arc::clone(&aggregates.usage), position.block_id);
    let (committed, _) = broadcast::channel(COMMITTED_BATCHES_MAX);
    let (building, built) = mpsc::channel(GROUPS_WAITING_MAX);
    let (joining, joined) = mpsc::channel(JOINED_WAITING_MAX);
    let parts = WriterParts {
        position,
        retention,
        presence: Arc::clone(&presence),
        synchronous: args.synchronous,
        committed: committed.clone(),
        built,
        joined,
    };
    let writer = Writer::new(&store, aggregates.clone(), parts).await.map_err(store_error)?;
    // Only now: until one connection stays open, SQLite creates and deletes the files beside the
    // database.
    tokio::spawn(presence::keep_checking(Arc::clone(&presence), shutdown));
    tokio::spawn(word_groups::run(store.clone(), building));
    tokio::spawn(join_chunks::run(store.clone(), joining));
    Ok(Opened { store, available, presence, aggregates, committed, writer, _lock: lock })
}

fn database_error(path: &Path, error: &sqlx::Error) -> Error {
    Error::Failed(format!("the database {} could not be used: {error}", path.display()))
}

/// Creates the first drain of a database that has none; returns its URL.
async fn first_drain(store: &Store, base: &str) -> Result<Option<String>, Error> {
    let failed = |it: sqlx::Error| Error::Failed(it.to_string());
    if drains::is_any(&store.readers).await.map_err(failed)? {
        return Ok(None);
    }
    let token = Token::generate().map_err(|it| Error::Failed(format!("could not generate a token: {it}")))?;
    let mut db = store.connect().await.map_err(failed)?;
    let added =
        drains::add(&mut db, NewDrain { name: "first", shared: true, platform: "" }, token.hash(), now_ms()).await;
    added.map_err(|it| Error::Failed(it.to_string()))?;
    Ok(keys::token::url(base, &token).map(|it| format!("{it}?app=my-app")))
}

/// Prints the addresses. Ignores a closed stdout.
fn announce(scheme: &str, address: SocketAddr, first_drain: Option<&str>) {
    let mut text = format!("listening on {scheme}://{address}\n");
    match first_drain {
        Some(url) => {
            text += &format!("drain: {url}\n");
            text += "try it: echo \"$(date -u +%FT%TZ) heroku[router]: at=info method=GET path=\\\"/\\\" host=example.com \
                     dyno=web.1 connect=1ms service=23ms status=200 bytes=512\" | ";
            text += &format!("LOGS_URL='{url}' streamgauge shuttle\n");
        }
        None => text += "drains: list them with streamgauge drain list, create one with streamgauge drain add APP\n",
    }
    print_flushed(&text);
}

fn stop_on_signals(shutdown: CancellationToken) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    // Handled so that a file at its maximum size (`ulimit -f`) makes the write fail and doesn't end
    // the process.
    let _taken = signal(SignalKind::from_raw(SIGXFSZ))?;
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        shutdown.cancel();
    });
    Ok(())
}
