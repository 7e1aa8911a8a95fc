//! Answers go out: pages, the JSON API, live streams and probes. Only this stage knows responses and JSON.

/// Pages' questions, answered.
pub mod dashboard;

/// The App page, put together.
pub mod app_page;

/// The same of any span, from rollups.
pub mod app_rollups;

/// `GET /api/v1/apps`, `/query`.
pub mod api;

/// Points as a table for spreadsheets.
pub mod csv;

/// `GET /api/v1/apps/{app}/metrics`.
pub mod metrics;

/// `GET /api/v1/apps/{app}/endpoints`.
pub mod endpoints;

/// Databases and poolers.
pub mod addons;

/// `GET /api/v1/apps/{app}/events`.
pub mod events;

/// `GET /api/v1/apps/{app}/losses`.
pub mod losses;

/// `GET /api/v1/storage`.
pub mod storage;

/// `GET /api/v1/apps/{app}/logs`.
pub mod logs;

/// `GET /api/v1/apps/{app}/logs/tail`.
pub mod tail;

/// `GET /api/v1/apps/{app}/logs/bars`.
pub mod bars;

/// `GET /api/v1/apps/{app}/logs/{id}`.
pub mod around;

/// Server-Sent Events.
pub mod live;

/// `/healthz` and `/readyz`.
pub mod probe;

/// Scripts, styles and icons.
pub mod assets;

/// Who may look, and headers for all.
pub mod gate;

use std::{net::SocketAddr, path::Path, sync::Arc};

use app::{offline, shell};
use axum::{
    Router, middleware,
    response::Redirect,
    routing::{get, post},
};
use contract::{AppSummary, Backend, Error};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::LeptosRoutes;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;

use crate::{
    access::admin::Admin,
    receiver::{self, Intake, batch::Fresh},
    store::query::Reader,
    watch::Board,
};

/// Everything that answers are made from.
#[derive(Clone)]
pub struct Outlet {
    /// Points of metrics.
    pub reader: Reader,
    /// The present state.
    pub board: Board,
    /// Batches as they are committed.
    pub fresh: broadcast::Sender<Fresh>,
    /// Ends the live streams.
    pub shutdown: CancellationToken,
    /// Live streams that are open.
    pub subscribers: Arc<live::Subscribers>,
}

impl Outlet {
    /// Whether there is an app of that name.
    fn knows(&self, app: &str) -> bool {
        self.reader.counting.live.lock().apps.contains_key(app)
    }

    /// The present state of an app.
    async fn summary(&self, app: &str) -> Result<AppSummary, Error> {
        self.board.app_soon(&self.reader.counting.live, app).await.ok_or_else(|| unknown_app(app))
    }
}

/// Says that there is no such app.
fn unknown_app(app: &str) -> Error {
    Error::NotFound(format!("there is no app named {app}"))
}

/// Every route on one screen, grouped by who calls it.
pub fn router(outlet: Outlet, intake: Intake, admin: Admin, address: SocketAddr) -> Router {
    let options = leptos_options(address);
    let site_root = options.site_root.to_string();

    let senders = Router::new().route("/logs", post(receiver::logs::post)).with_state(intake);

    let machines = Router::new()
        .route("/healthz", get(probe::healthz))
        .route("/readyz", get(probe::readyz))
        .with_state(outlet.clone());

    let scripts = Router::new()
        .route("/api/v1/apps", get(api::apps))
        .route("/api/v1/apps/{app}/metrics", get(metrics::metrics))
        .route("/api/v1/apps/{app}/query", get(api::query))
        .route("/api/v1/apps/{app}/endpoints", get(endpoints::endpoints))
        .route("/api/v1/apps/{app}/events", get(events::events))
        .route("/api/v1/apps/{app}/losses", get(losses::losses))
        .route("/api/v1/apps/{app}/logs", get(logs::search))
        .route("/api/v1/apps/{app}/logs/tail", get(tail::tail))
        .route("/api/v1/apps/{app}/logs/bars", get(bars::bars))
        .route("/api/v1/apps/{app}/logs/{id}", get(around::around))
        .route("/api/v1/apps/{app}/logs/{id}/text", get(around::text))
        .route("/api/v1/apps/{app}/live", get(live::app))
        .route("/api/v1/storage", get(storage::storage))
        .route("/api/v1/live", get(live::overview))
        .route("/api/{*rest}", get(api::unknown))
        .with_state(outlet.clone());

    let backend: Arc<dyn Backend> = Arc::new(dashboard::Dashboard { outlet });
    let context = move || {
        provide_context(Arc::clone(&backend));
        provide_context(assets::assets());
    };
    let kept = get(leptos_axum::render_app_async_with_context(context.clone(), || {
        gate::protect_page();
        offline()
    }));
    let document = {
        let options = options.clone();
        move || {
            gate::protect_page();
            shell(options.clone())
        }
    };
    let page = get(leptos_axum::render_app_async_with_context(context.clone(), document.clone()));
    let people = Router::new()
        // The functions that pages call; which page an address shows is the app's.
        .leptos_routes_with_context(&options, vec![], context, document)
        .with_state(options)
        .route("/", page.clone())
        .route("/{*path}", page)
        .route("/offline", kept)
        // Asked for by browsers that show a text, which names no icon.
        .route("/favicon.ico", get(|| async { Redirect::permanent("/favicon.svg") }));

    let lookers = scripts.merge(people).layer(middleware::from_fn_with_state(gate::Gate::new(admin), gate::admit));
    let lookers = lookers.layer(CompressionLayer::new());
    let lookers = lookers.layer(middleware::map_request(gate::limit_body));
    // What pages look like is no secret, and the page of who did not sign in has that look too.
    let looks = assets::router(Path::new(&site_root));
    senders.merge(machines).merge(looks).merge(lookers).layer(middleware::from_fn(gate::headers))
}

/// Leptos' own settings. The site's folder matters in development only: the shipped binary carries its files.
fn leptos_options(address: SocketAddr) -> LeptosOptions {
    let site_root = std::env::var("LEPTOS_SITE_ROOT").unwrap_or_else(|_| "target/site".to_owned());
    let reload_port = std::env::var("LEPTOS_RELOAD_PORT").ok().and_then(|it| it.parse().ok()).unwrap_or(3_001);
    let watched = std::env::var_os("LEPTOS_WATCH").is_some();
    let env = if watched { leptos::config::Env::DEV } else { leptos::config::Env::PROD };
    LeptosOptions::builder()
        .output_name("streamgauge")
        .site_root(site_root)
        .site_pkg_dir("pkg")
        .site_addr(address)
        .reload_port(reload_port)
        .env(env)
        .build()
}
