//! Answers go out: pages, the JSON API, live streams and probes. Only this stage knows responses and JSON.

pub mod guard;

pub mod api;

pub mod stream;

pub mod page;

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::{
    Router, middleware,
    response::Redirect,
    routing::{MethodRouter, get, post},
};
use contract::{AppSummary, Backend, Error};
use dashboard::{offline, shell};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::LeptosRoutes;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tower_http::compression::CompressionLayer;

use crate::{
    access::admin::Admin,
    receiver::{self, Intake, availability::Availability, batch::Fresh},
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
    /// Whether batches can be taken in.
    pub available: Arc<Availability>,
    /// Ends the live streams.
    pub shutdown: CancellationToken,
    /// Blocks that tails are sending.
    pub batches: Arc<stream::batch_cache::BlockCache>,
    /// Live streams that are open.
    pub subscribers: Arc<stream::live::Subscribers>,
}

impl Outlet {
    /// Whether there is an app of that name.
    fn knows(&self, app: &str) -> bool {
        self.reader.aggregates.live.lock().apps.contains_key(app)
    }

    /// The present state of an app.
    async fn summary(&self, app: &str) -> Result<AppSummary, Error> {
        self.board.app_soon(&self.reader.aggregates.live, app).await.ok_or_else(|| no_such_app(app))
    }
}

/// Says that there is no such app.
fn no_such_app(app: &str) -> Error {
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
    vec![("/healthz", get(api::probe::healthz)), ("/readyz", get(api::probe::readyz))]
}

/// For scripts.
fn scripts() -> Vec<Route<Outlet>> {
    vec![
        ("/api/v1/apps", get(api::apps::apps)),
        ("/api/v1/apps/{app}/metrics", get(api::metrics::metrics)),
        ("/api/v1/apps/{app}/query", get(api::query::query)),
        ("/api/v1/apps/{app}/endpoints", get(api::endpoints::endpoints)),
        ("/api/v1/apps/{app}/events", get(api::events::events)),
        ("/api/v1/apps/{app}/losses", get(api::losses::losses)),
        ("/api/v1/apps/{app}/logs", get(api::logs::search)),
        ("/api/v1/apps/{app}/logs/tail", get(stream::tail::tail)),
        ("/api/v1/apps/{app}/logs/histogram", get(api::histogram::histogram)),
        ("/api/v1/apps/{app}/logs/bars", get(api::histogram::moved)),
        ("/api/v1/apps/{app}/logs/{id}", get(api::context::line_context)),
        ("/api/v1/apps/{app}/logs/{id}/text", get(api::context::text)),
        ("/api/v1/apps/{app}/live", get(stream::live::app)),
        ("/api/v1/storage", get(api::storage::storage)),
        ("/api/v1/live", get(stream::live::overview)),
        ("/api/{*rest}", get(api::answer::unknown)),
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
    let counters = Arc::clone(&outlet.reader.aggregates.counters);

    let senders = routes(senders()).with_state(intake);
    let machines = routes(machines()).with_state(outlet.clone());
    let scripts = routes(scripts()).with_state(outlet.clone());

    let backend: Arc<dyn Backend> = Arc::new(page::backend::Dashboard { outlet });
    let context = move || {
        provide_context(Arc::clone(&backend));
        provide_context(page::assets::assets());
    };
    let kept = page::render::whole(leptos_axum::render_app_async_with_context(context.clone(), || {
        guard::gate::protect_page();
        offline()
    }));
    let document = {
        let options = options.clone();
        move || {
            guard::gate::protect_page();
            shell(options.clone())
        }
    };
    let page = page::render::whole(leptos_axum::render_app_async_with_context(context.clone(), document.clone()));
    let [root, rest, offline_page, icon] = PEOPLE;
    let people = Router::new()
        .leptos_routes_with_context(&options, vec![], context, document)
        .with_state(options)
        .route(root, page.clone())
        .route(rest, page)
        .route(offline_page, kept)
        // Asked for by browsers that show a text, which names no icon.
        .route(icon, get(|| async { Redirect::permanent("/favicon.svg") }));

    let names = if admin.is_open() { guard::origin::Names::Loopback } else { guard::origin::Names::Any };
    let gate = guard::gate::Gate::new(admin, Arc::clone(&counters));
    let lookers = scripts.merge(people).layer(middleware::from_fn_with_state(gate, guard::gate::admit));
    // Before the password: what another site causes carries the one that the browser remembers.
    let lookers = lookers.layer(middleware::from_fn_with_state(names, guard::origin::check));
    let lookers = lookers.layer(middleware::from_fn_with_state(Arc::clone(&counters), guard::limits::bound));
    let lookers = lookers.layer(middleware::from_fn_with_state(Arc::clone(&counters), guard::limits::catch_panics));
    // Outside of what puts another body in the place of the first.
    let lookers = lookers.layer(middleware::from_fn(page::sign_in::show)).layer(CompressionLayer::new());
    // What pages look like is no secret, and the page of who did not sign in has that look too.
    let looks = page::assets::router(Path::new(&site_root));
    let others = senders.merge(machines).merge(looks);
    let others = others.layer(middleware::from_fn_with_state(counters, guard::limits::catch_panics));
    others.merge(lookers).layer(middleware::from_fn(guard::gate::headers))
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
