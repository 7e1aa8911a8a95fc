//! The state that every handler shares. It holds no route and makes no response.

use std::sync::Arc;

use contract::{AppSummary, Error};
use dashboard::drains::access::SyslogTcp;
use tokio::sync::{Semaphore, broadcast};
use tokio_util::sync::CancellationToken;

use super::{
    alerting::Alerting, batch_cache::BlockCache, guard::gate::Gate, oidc::provider::Provider,
    remote_status::RemoteStatus, shared_view::SharedOverviews, subscribers::Subscribers,
};
use crate::{
    config::Settings,
    net::tls::Tls,
    receiver::{availability::Availability, batch::CommittedBatch},
    store::query::Reader,
    watch::{HealthTable, Judge, UsualTable},
};

/// What answers are made from. Cheap to clone.
#[derive(Clone)]
pub struct Outlet {
    /// Reads metrics, and holds the store and the live windows.
    pub reader: Reader,
    /// The health and key numbers of every app, twice a second.
    pub health: HealthTable,
    /// What is usual for every app.
    pub usual: UsualTable,
    /// What was judged last.
    pub judge: Judge,
    /// Sends each batch once it is committed.
    pub committed: broadcast::Sender<CommittedBatch>,
    /// Whether batches can be taken in.
    pub available: Arc<Availability>,
    /// Cancelled when the server stops; ends the live streams.
    pub shutdown: CancellationToken,
    /// Decompressed batches that tails share.
    pub batches: Arc<BlockCache>,
    /// Counts the open live streams.
    pub subscribers: Arc<Subscribers>,
    /// What share links show of all apps.
    pub(crate) shared: Arc<SharedOverviews>,
    /// Finds out who asks.
    pub(crate) gate: Gate,
    /// The provider by which people sign in, where there is one.
    pub(crate) provider: Option<Arc<Provider>>,
    /// Where senders reach this server.
    pub(crate) doors: Doors,
    /// What alerts need.
    pub(crate) alerting: Alerting,
    /// How sending to a Prometheus-compatible store goes.
    pub(crate) remote: Arc<RemoteStatus>,
    /// What its page of settings says of the process.
    pub(crate) running: Arc<Running>,
}

/// Most backups that are downloaded at once: each takes as much disk as the database.
pub(crate) const BACKUPS_MAX: usize = 1;

/// The process, as its page of settings shows it.
#[derive(Debug)]
pub(crate) struct Running {
    /// The settings that it runs with.
    pub settings: Settings,
    /// When it started, unix milliseconds.
    pub started_ms: i64,
    /// The certificate, if it speaks TLS.
    pub tls: Option<Arc<Tls>>,
    /// The slots of backups that are downloaded.
    pub backups: Arc<Semaphore>,
}

impl Running {
    /// A process that makes no backup yet.
    pub(crate) fn new(settings: Settings, started_ms: i64, tls: Option<Arc<Tls>>) -> Self {
        Self { settings, started_ms, tls, backups: Arc::new(Semaphore::new(BACKUPS_MAX)) }
    }
}

/// Where senders reach this server, as far as its settings say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doors {
    /// `https` where the server itself speaks TLS, otherwise `http`.
    pub scheme: &'static str,
    /// `PUBLIC_URL`, without a slash at its end.
    pub public_url: Option<String>,
    /// The port of the syslog receiver, if it is enabled.
    pub syslog_port: Option<u16>,
    /// What it speaks over TCP.
    pub syslog_tcp: SyslogTcp,
}

impl Outlet {
    /// Whether browsers reach this server by HTTPS, so that its cookies are for HTTPS alone.
    pub(crate) fn is_https(&self) -> bool {
        let is_public = self.doors.public_url.as_deref().is_some_and(|it| it.starts_with("https://"));
        is_public || self.doors.scheme == "https"
    }

    /// Whether there is an app of that name.
    pub(crate) fn knows(&self, app: &str) -> bool {
        self.reader.aggregates.live.lock().apps.contains_key(app)
    }

    /// The names of all apps.
    pub(crate) fn apps(&self) -> Vec<Arc<str>> {
        self.reader.aggregates.live.lock().apps.keys().cloned().collect()
    }

    /// The present state of an app.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no app of that name.
    pub(crate) async fn summary(&self, app: &str) -> Result<AppSummary, Error> {
        self.health.app_or_next(&self.reader.aggregates.live, app).await.ok_or_else(|| no_such_app(app))
    }
}

/// The error where the database can't be used. The log has `what` and the reason; people see
/// neither.
pub(crate) fn hidden(what: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |error| {
        tracing::error!(%error, "{what}");
        Error::Internal
    }
}

/// The error for a name that no app has.
pub(crate) fn no_such_app(app: &str) -> Error {
    Error::NotFound(format!("there is no app named {app}"))
}
