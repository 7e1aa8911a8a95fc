//! Answers go out: pages, the JSON API, live streams and probes. Only this stage knows responses and JSON.

/// Words of questions become checked types.
pub mod asked;

/// What every reply keeps to.
pub mod bounds;

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

/// How much a tail is sent.
pub mod budget;

/// Batches that tails are sending.
pub mod batches;

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

/// Pages, made to their end.
pub mod pages;

/// Refusals as pages.
pub mod refusals;

/// What another site's pages may not do.
pub mod origin;

use std::{net::SocketAddr, path::Path, sync::Arc};

use app::{offline, shell};
use axum::{
    Router, middleware,
    response::Redirect,
    routing::{MethodRouter, get, post},
};
use contract::{AppSummary, Backend, Error};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::LeptosRoutes;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;

use crate::{
    access::admin::Admin,
    receiver::{self, Intake, availability::Availability, batch::CommittedBatch},
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
    pub fresh: broadcast::Sender<CommittedBatch>,
    /// Whether batches can be taken in.
    pub available: Arc<Availability>,
    /// Ends the live streams.
    pub shutdown: CancellationToken,
    /// Batches that tails are sending.
    pub batches: Arc<batches::Batches>,
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
        self.board.app_or_next(&self.reader.counting.live, app).await.ok_or_else(|| unknown_app(app))
    }
}

/// Says that there is no such app.
fn unknown_app(app: &str) -> Error {
    Error::NotFound(format!("there is no app named {app}"))
}

/// What a path is answered with.
type Route<S> = (&'static str, MethodRouter<S>);

/// For senders.
fn senders() -> Vec<Route<Intake>> {
    vec![("/logs", post(receiver::logs::post))]
}

/// For machines.
fn machines() -> Vec<Route<Outlet>> {
    vec![("/healthz", get(probe::healthz)), ("/readyz", get(probe::readyz))]
}

/// For scripts.
fn scripts() -> Vec<Route<Outlet>> {
    vec![
        ("/api/v1/apps", get(api::apps)),
        ("/api/v1/apps/{app}/metrics", get(metrics::metrics)),
        ("/api/v1/apps/{app}/query", get(api::query)),
        ("/api/v1/apps/{app}/endpoints", get(endpoints::endpoints)),
        ("/api/v1/apps/{app}/events", get(events::events)),
        ("/api/v1/apps/{app}/losses", get(losses::losses)),
        ("/api/v1/apps/{app}/logs", get(logs::search)),
        ("/api/v1/apps/{app}/logs/tail", get(tail::tail)),
        ("/api/v1/apps/{app}/logs/bars", get(bars::bars)),
        ("/api/v1/apps/{app}/logs/{id}", get(around::around)),
        ("/api/v1/apps/{app}/logs/{id}/text", get(around::text)),
        ("/api/v1/apps/{app}/live", get(live::app)),
        ("/api/v1/storage", get(storage::storage)),
        ("/api/v1/live", get(live::overview)),
        ("/api/{*rest}", get(api::unknown)),
    ]
}

/// For people, beside the functions that pages call: which page an address shows is the app's.
const PEOPLE: [&str; 4] = ["/", "/{*path}", "/offline", "/favicon.ico"];

/// Every path that is answered, but for those of assets and of the functions that pages call.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    let (senders, machines, scripts) = (senders(), machines(), scripts());
    let of_scripts = machines.iter().chain(&scripts).map(|it| it.0);
    senders.iter().map(|it| it.0).chain(of_scripts).chain(PEOPLE).collect()
}

fn routes<S: Clone + Send + Sync + 'static>(all: Vec<Route<S>>) -> Router<S> {
    all.into_iter().fold(Router::new(), |routes, (path, method)| routes.route(path, method))
}

/// Every route, grouped by who calls it.
pub fn router(outlet: Outlet, intake: Intake, admin: Admin, address: SocketAddr) -> Router {
    let options = leptos_options(address);
    let site_root = options.site_root.to_string();
    let counters = Arc::clone(&outlet.reader.counting.counters);

    let senders = routes(senders()).with_state(intake);
    let machines = routes(machines()).with_state(outlet.clone());
    let scripts = routes(scripts()).with_state(outlet.clone());

    let backend: Arc<dyn Backend> = Arc::new(dashboard::Dashboard { outlet });
    let context = move || {
        provide_context(Arc::clone(&backend));
        provide_context(assets::assets());
    };
    let kept = pages::whole(leptos_axum::render_app_async_with_context(context.clone(), || {
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
    let page = pages::whole(leptos_axum::render_app_async_with_context(context.clone(), document.clone()));
    let [root, rest, offline_page, icon] = PEOPLE;
    let people = Router::new()
        .leptos_routes_with_context(&options, vec![], context, document)
        .with_state(options)
        .route(root, page.clone())
        .route(rest, page)
        .route(offline_page, kept)
        // Asked for by browsers that show a text, which names no icon.
        .route(icon, get(|| async { Redirect::permanent("/favicon.svg") }));

    let names = if admin.is_open() { origin::Names::Loopback } else { origin::Names::Any };
    let gate = gate::Gate::new(admin, Arc::clone(&counters));
    let lookers = scripts.merge(people).layer(middleware::from_fn_with_state(gate, gate::admit));
    // Before the password: what another site causes carries the one that the browser remembers.
    let lookers = lookers.layer(middleware::from_fn_with_state(names, origin::check));
    let lookers = lookers.layer(middleware::from_fn_with_state(Arc::clone(&counters), bounds::bound));
    let lookers = lookers.layer(middleware::from_fn_with_state(Arc::clone(&counters), bounds::catch_panics));
    // Outside of what puts another body in the place of the first.
    let lookers = lookers.layer(middleware::from_fn(refusals::show)).layer(CompressionLayer::new());
    // What pages look like is no secret, and the page of who did not sign in has that look too.
    let looks = assets::router(Path::new(&site_root));
    let others = senders.merge(machines).merge(looks);
    let others = others.layer(middleware::from_fn_with_state(counters, bounds::catch_panics));
    others.merge(lookers).layer(middleware::from_fn(gate::headers))
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
