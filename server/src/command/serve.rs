//! `streamgauge serve`: the only place that names all stages, and wires them in the order that a line takes.

use std::{io::Write, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::broadcast, time::timeout};
use tokio_util::sync::CancellationToken;

use super::{Error, arenas, drain};
use crate::{
    access::{Token, Tokens, admin::Admin},
    clock::now_ms,
    config::{self, PASSWORD_CHARS_MIN},
    live::Live,
    net::{self, limits::Limits},
    outlet::{routes, state::Outlet},
    receiver::{self, Intake, availability::Availability},
    store::{
        OpenError, Store,
        aggregates::Aggregates,
        drains,
        file::{
            lock::Lock,
            presence::{self, Presence},
            sqlite, wal,
        },
        query::Reader,
        token_lookup,
        write::{
            replay,
            retention::RetentionTask,
            writer::{COMMITTED_BATCHES_MAX, Writer, WriterParts},
        },
    },
    telemetry,
    watch::Board,
};

/// Time between two looks at the stored drains.
const DRAINS_EVERY: Duration = Duration::from_secs(1);
/// How long open requests may take to end.
const GRACE: Duration = Duration::from_secs(3);
/// How long the last commit and checkpoint may take.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// The signal about a file that may not grow, in the numbering of Linux and macOS.
const SIGXFSZ: i32 = 25;

/// Runs the server until SIGINT or SIGTERM.
///
/// # Errors
/// See [`Error`].
pub fn run(args: config::Serve) -> Result<(), Error> {
    arenas::limit();
    let args = args.settled().map_err(Error::Usage)?;
    telemetry::start();
    if args.admin_password.as_ref().is_some_and(|it| it.expose().chars().count() < PASSWORD_CHARS_MIN) {
        tracing::warn!("ADMIN_PASSWORD is short: expected at least {PASSWORD_CHARS_MIN} characters; it can be guessed");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|it| Error::Failed(format!("no threads: {it}")))?;
    runtime.block_on(async {
        let listener = bind(args.address()).await?;
        let syslog = match args.syslog_port {
            Some(port) => Some(bind(SocketAddr::new(args.host, port)).await?),
            None => None,
        };
        let shutdown = CancellationToken::new();
        stop_on_signals(shutdown.clone()).map_err(|it| Error::Failed(format!("can't wait for signals: {it}")))?;
        serve(args, (listener, syslog), shutdown).await
    })
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|it| Error::Failed(format!("can't listen on {address}: {it}")))
}

/// Serves on listeners, for HTTP and perhaps for syslog, until the token is cancelled; what was taken in is written before it returns.
///
/// # Errors
/// [`Error::Failed`] when the store can't be used.
pub async fn serve(
    args: config::Serve,
    (listener, syslog): (TcpListener, Option<TcpListener>),
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let limits = Limits::of_process();
    let path = &args.store.database_url;
    let open_error = |it: OpenError| Error::Failed(it.to_string());
    let store_error =
        |it: sqlx::Error| Error::Failed(format!("the database {} could not be used: {it}", path.display()));
    let address = listener.local_addr().map_err(|it| Error::Failed(it.to_string()))?;

    sqlite::check_header(path).map_err(open_error)?;
    let lock = Lock::take(path).map_err(open_error)?;
    let store = Store::open(path).await.map_err(open_error)?;

    let available = Arc::new(Availability::default());
    let presence = Presence::new(path, &lock, Arc::clone(&available)).map_err(|it| store_error(it.into()))?;
    let presence = Arc::new(presence);

    let aggregates = Aggregates::new(Live::new(now_ms()));
    let position = replay::restore(&store, &aggregates, now_ms()).await.map_err(store_error)?;
    let retention = RetentionTask::new(args.retention, Arc::clone(&aggregates.usage), position.block_id);
    let (committed, _) = broadcast::channel(COMMITTED_BATCHES_MAX);
    let parts = WriterParts {
        position,
        retention,
        presence: Arc::clone(&presence),
        synchronous: args.synchronous,
        committed: committed.clone(),
    };
    let writer = Writer::new(&store, aggregates.clone(), parts).await.map_err(store_error)?;
    // Not before: until a connection stays, SQLite makes and deletes the files beside the database.
    tokio::spawn(presence::keep_checking(Arc::clone(&presence), shutdown.clone()));

    let first = first_drain(&store, address).await?;
    let (tokens, unknown) = Tokens::new();
    let tokens = Arc::new(tokens);
    tokio::spawn(token_lookup::answer(store.clone(), Arc::clone(&tokens), unknown));
    refresh(&store, &tokens).await.map_err(store_error)?;
    let (intake, queue) = Intake::new(Arc::clone(&tokens), Arc::clone(&aggregates.counters), Arc::clone(&available));
    let syslog = syslog.map(|listener| (listener, intake.clone()));
    let counters = Arc::clone(&aggregates.counters);
    let writing = tokio::spawn(writer.run(queue));
    let moving = tokio::spawn(wal::keep_moving(store.clone(), presence, shutdown.clone()));
    let refreshing = tokio::spawn(keep_fresh(store.clone(), tokens));

    let board = Board::start(aggregates.live.clone(), shutdown.clone());
    let reader = Reader { store, aggregates, retention: args.retention };
    let outlet = Outlet {
        reader,
        board,
        committed,
        available,
        shutdown: shutdown.clone(),
        batches: Arc::default(),
        subscribers: Arc::default(),
    };
    let admin = Admin::new(args.admin_password.as_ref());
    let admin = admin.map_err(|it| Error::Failed(format!("no randomness: {it}")))?;
    let router = routes::router(outlet, intake, admin, address);

    announce(address, first.as_deref());
    if let Some((listener, intake)) = syslog {
        if let Ok(address) = listener.local_addr() {
            say(&format!("syslog on tcp://{address}\n"));
        }
        tokio::spawn(receiver::syslog::listen(listener, intake, limits, shutdown.clone()));
    }
    let serving = net::listener::serve(listener, router, limits.http, counters, shutdown.clone());
    let mut serving = tokio::spawn(serving);
    shutdown.cancelled().await;
    if timeout(GRACE, &mut serving).await.is_err() {
        serving.abort();
        tracing::warn!("requests were still open at the end; their senders will send them again");
    }
    refreshing.abort();
    moving.abort();
    match timeout(LAST_WRITES, writing).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Error::Failed(
            "the last checkpoint took too long; the next start counts from the one before".to_owned(),
        )),
    }
}

/// On a database without drains, makes the first; gives its URL.
async fn first_drain(store: &Store, address: SocketAddr) -> Result<Option<String>, Error> {
    let failed = |it: sqlx::Error| Error::Failed(it.to_string());
    if !drains::list(&store.readers).await.map_err(failed)?.is_empty() {
        return Ok(None);
    }
    let token = Token::generate().map_err(|it| Error::Failed(format!("no randomness for a token: {it}")))?;
    let mut db = store.connect().await.map_err(failed)?;
    let added = drains::add(&mut db, "first", true, token.hash(), now_ms()).await;
    added.map_err(|it| Error::Failed(it.to_string()))?;
    Ok(drain::url(&format!("http://{address}"), &token).map(|it| format!("{it}?app=my-app")))
}

/// Tells the terminal where everything is. Nobody may be reading; that is no reason to stop.
fn announce(address: SocketAddr, first_drain: Option<&str>) {
    let mut text = format!("listening on http://{address}\n");
    match first_drain {
        Some(url) => {
            text += &format!("drain: {url}\n");
            text += "try it: echo \"$(date -u +%FT%TZ) heroku[router]: at=info method=GET path=\\\"/\\\" host=example.com \
                     dyno=web.1 connect=1ms service=23ms status=200 bytes=512\" | ";
            text += &format!("LOGS_URL='{url}' streamgauge shuttle\n");
        }
        None => text += "drains: streamgauge drain list shows them, streamgauge drain add APP makes one\n",
    }
    say(&text);
}

fn say(text: &str) {
    let mut stdout = std::io::stdout();
    let _nobody_reads = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

async fn refresh(store: &Store, tokens: &Tokens) -> Result<(), sqlx::Error> {
    tokens.replace(drains::tokens(&store.readers).await?);
    Ok(())
}

/// Notices drains that another process has made or removed.
async fn keep_fresh(store: Store, tokens: Arc<Tokens>) {
    let mut looks = tokio::time::interval(DRAINS_EVERY);
    loop {
        looks.tick().await;
        if let Err(error) = refresh(&store, &tokens).await {
            tracing::warn!(%error, "the drains could not be read; those known stay valid");
        }
    }
}

fn stop_on_signals(shutdown: CancellationToken) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    // Taken, so that a file at its largest (`ulimit -f`) is an error of the write, and not the end of the process.
    let _taken = signal(SignalKind::from_raw(SIGXFSZ))?;
    tokio::spawn(async move {
        tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
        shutdown.cancel();
    });
    Ok(())
}
