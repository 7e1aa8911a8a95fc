//! Every route, and the layers in front of it: password, origin, limits, headers and compression.
//! What a route answers is decided by its handler.

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::{
    Router, middleware,
    response::Redirect,
    routing::{MethodRouter, delete, get, post, put},
};
use contract::Backend;
use dashboard::{offline, shell};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::LeptosRoutes;
use tower_http::compression::CompressionLayer;

use super::{api, guard, mute_page, page, state::Outlet, stream};
use crate::{
    access::admin::Admin,
    receiver::{self, Intake},
};

/// A path and its handler.
type Route<S> = (&'static str, MethodRouter<S>);

/// Routes that take batches in.
fn ingest_routes() -> Vec<Route<Intake>> {
    vec![("/logs", post(receiver::logs::post))]
}

/// Routes for health checks.
fn probe_routes() -> Vec<Route<Outlet>> {
    vec![("/healthz", get(api::probe::healthz)), ("/readyz", get(api::probe::readyz))]
}

/// Routes of signed links, which need no password.
fn link_routes() -> Vec<Route<Outlet>> {
    vec![("/mute/{token}", get(mute_page::page).post(mute_page::page))]
}

/// Routes of pages that the server alone makes.
fn plain_routes() -> Vec<Route<Outlet>> {
    vec![
        ("/apps/{app}/logs/export", get(page::export::page)),
        ("/searches", get(page::searches::page).post(page::searches::change)),
        ("/searches/open", get(page::searches::open)),
        ("/apps/{app}/sources", get(page::sources::page).post(page::sources::change)),
        ("/drains", get(page::drains::list).post(page::drains::add)),
        ("/drains/{id}", get(page::drains::detail).post(page::drains::change)),
        ("/drains/{id}/wait", get(page::drains::wait)),
        ("/drains/{id}/inspect", get(page::drains::last_batch)),
    ]
}

/// Routes of the JSON API and of the live streams.
fn api_routes() -> Vec<Route<Outlet>> {
    vec![
        ("/api/v1/apps", get(api::apps::apps)),
        ("/api/v1/apps/{app}/metrics", get(api::metrics::metrics)),
        ("/api/v1/apps/{app}/query", get(api::query::query)),
        ("/api/v1/apps/{app}/usual", get(api::usual::usual)),
        ("/api/v1/apps/{app}/endpoints", get(api::endpoints::endpoints)),
        ("/api/v1/apps/{app}/compare", get(api::compare::endpoints_around)),
        ("/api/v1/apps/{app}/sizing", get(api::sizing::sizing)),
        ("/api/v1/apps/{app}/charts/{chart}", get(page::chart::points)),
        ("/api/v1/apps/{app}/events", get(api::events::events)),
        ("/api/v1/apps/{app}/annotations", get(api::annotations::list).post(api::annotations::add)),
        ("/api/v1/apps/{app}/annotations/{id}", delete(api::annotations::remove)),
        ("/api/v1/apps/{app}/losses", get(api::losses::losses)),
        ("/api/v1/apps/{app}/logs", get(api::logs::search)),
        ("/api/v1/apps/{app}/logs/tail", get(stream::tail::tail)),
        ("/api/v1/apps/{app}/logs/export", get(api::export::of_app)),
        ("/api/v1/logs/export", get(api::export::of_all)),
        ("/api/v1/apps/{app}/logs/histogram", get(api::histogram::histogram)),
        ("/api/v1/apps/{app}/logs/fields", get(api::fields::list)),
        ("/api/v1/apps/{app}/logs/bars", get(api::histogram::moved)),
        ("/api/v1/apps/{app}/logs/{id}", get(api::context::line_context)),
        ("/api/v1/apps/{app}/logs/{id}/text", get(api::context::text)),
        ("/api/v1/apps/{app}/errors", get(api::errors::list)),
        ("/api/v1/requests/{id}", get(api::request::request)),
        ("/api/v1/apps/{app}/live", get(stream::live::app)),
        ("/api/v1/apps/{app}/rules/{word}", put(api::rules::switch)),
        ("/api/v1/incidents", get(api::incidents::list)),
        ("/api/v1/incidents/{id}", get(api::incidents::get)),
        ("/api/v1/rules", get(api::rules::list).post(api::rules::add)),
        ("/api/v1/rules/test", post(api::rules::test)),
        ("/api/v1/rules/{id}", put(api::rules::replace).delete(api::rules::remove)),
        ("/api/v1/channels", get(api::channels::list).post(api::channels::add)),
        ("/api/v1/channels/{id}", put(api::channels::replace).delete(api::channels::remove)),
        ("/api/v1/channels/{id}/test", post(api::channels::test)),
        ("/api/v1/mutes", get(api::mutes::list).post(api::mutes::add)),
        ("/api/v1/mutes/{id}", delete(api::mutes::remove)),
        ("/api/v1/windows", get(api::mutes::windows).post(api::mutes::add_window)),
        ("/api/v1/windows/{id}", put(api::mutes::replace_window).delete(api::mutes::remove_window)),
        ("/api/v1/boards", get(api::boards::list).post(api::boards::add)),
        ("/api/v1/boards/{id}", get(api::boards::get).put(api::boards::replace).delete(api::boards::remove)),
        ("/api/v1/searches", get(api::saved_searches::list).post(api::saved_searches::add)),
        ("/api/v1/searches/{id}", put(api::saved_searches::replace).delete(api::saved_searches::remove)),
        ("/api/v1/drains", get(api::drains::list).post(api::drains::add)),
        ("/api/v1/drains/{id}", get(api::drains::get).put(api::drains::change).delete(api::drains::remove)),
        ("/api/v1/drains/{id}/rotate", post(api::drains::rotate)),
        ("/api/v1/drains/{id}/batch", get(api::drains::batch)),
        ("/check", get(api::check::check)),
        ("/api/v1/storage", get(api::storage::storage)),
        ("/api/v1/live", get(stream::live::overview)),
        ("/api/{*rest}", get(api::answer::unknown)),
    ]
}

/// Paths of pages and of the icon. Which page a path shows is decided by the package `dashboard`.
const PAGE_PATHS: [&str; 4] = ["/", "/{*path}", "/offline", "/favicon.ico"];

/// Every path that is routed, except assets and server functions.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    let (ingest, probes, links, api) = (ingest_routes(), probe_routes(), link_routes(), api_routes());
    let plain = plain_routes();
    let of_outlet = probes.iter().chain(&links).chain(&api).chain(&plain).map(|it| it.0);
    ingest.iter().map(|it| it.0).chain(of_outlet).chain(PAGE_PATHS).collect()
}

fn routes<S: Clone + Send + Sync + 'static>(all: Vec<Route<S>>) -> Router<S> {
    all.into_iter().fold(Router::new(), |routes, (path, method)| routes.route(path, method))
}

/// The whole service: pages and the API behind the password; ingest, probes, signed links and
/// assets without it.
pub fn router(outlet: Outlet, intake: Intake, admin: Admin, address: SocketAddr) -> Router {
    let options = leptos_options(address);
    let site_root = options.site_root.to_string();
    let counters = Arc::clone(&outlet.reader.aggregates.counters);

    let ingest = routes(ingest_routes()).with_state(intake);
    let probes = routes(probe_routes()).with_state(outlet.clone());
    let links = routes(link_routes()).with_state(outlet.clone());
    let links = links.layer(middleware::from_fn_with_state(Arc::clone(&counters), guard::limits::bound));
    let api = routes(api_routes().into_iter().chain(plain_routes()).collect()).with_state(outlet.clone());
    let pages = pages(outlet, options);

    let names = if admin.is_open() { guard::origin::HostNames::Loopback } else { guard::origin::HostNames::Any };
    let gate = guard::gate::Gate::new(admin, Arc::clone(&counters));
    // The layer that is added last sees a request first.
    let authenticated = api
        .merge(pages)
        .layer(middleware::from_fn_with_state(gate, guard::gate::admit))
        // Before the password: a browser sends its remembered password with other sites' requests
        // too.
        .layer(middleware::from_fn_with_state(names, guard::origin::check))
        .layer(middleware::from_fn_with_state(Arc::clone(&counters), guard::limits::bound))
        .layer(middleware::from_fn_with_state(Arc::clone(&counters), guard::limits::catch_panics))
        .layer(middleware::from_fn(page::sign_in::replace_problem))
        // Outside of `sign_in`, which replaces bodies: a replacement must be compressed as well.
        .layer(CompressionLayer::new());
    // Assets hold no secret, and the sign-in page needs them before there is a password.
    let assets = page::assets::router(Path::new(&site_root));
    let open = ingest.merge(probes).merge(links).merge(assets);
    let open = open.layer(middleware::from_fn_with_state(counters, guard::limits::catch_panics));
    open.merge(authenticated).layer(middleware::from_fn(guard::gate::headers))
}

/// Pages and the server functions that they call.
fn pages(outlet: Outlet, options: LeptosOptions) -> Router {
    let backend: Arc<dyn Backend> = Arc::new(page::backend::Dashboard { outlet });
    let context = move || {
        provide_context(Arc::clone(&backend));
        provide_context(page::assets::assets());
    };
    let offline_page = page::render::render_whole(leptos_axum::render_app_async_with_context(context.clone(), || {
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
    let page =
        page::render::render_whole(leptos_axum::render_app_async_with_context(context.clone(), document.clone()));
    let [root, rest, offline_path, icon] = PAGE_PATHS;
    Router::new()
        .leptos_routes_with_context(&options, vec![], context, document)
        .with_state(options)
        .route(root, page.clone())
        .route(rest, page)
        .route(offline_path, offline_page)
        // Browsers ask for it when they show a response that names no icon, such as plain text.
        .route(icon, get(|| async { Redirect::permanent("/favicon.svg") }))
}

/// Leptos' own settings. The site's folder is used in development only: the shipped binary embeds
/// its files.
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
