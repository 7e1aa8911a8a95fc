//! Every route, and the layers in front of it: password, origin, limits, headers and compression.
//! What a route answers is decided by its handler.

use std::{net::SocketAddr, path::Path, sync::Arc};

use axum::{
    Router, middleware,
    response::Redirect,
    routing::{MethodRouter, delete, get, post, put},
};
use dashboard::{Shared, offline, shell};
use leptos::prelude::{LeptosOptions, provide_context};
use leptos_axum::LeptosRoutes;
use tower_http::compression::CompressionLayer;

use super::{
    api,
    guard::{
        self,
        permit::{self, Access, Limit, Permit},
    },
    mute_page, openapi, page, prometheus,
    state::Outlet,
    stream, zone,
};
use crate::{
    access::{audit::Audit, share::PageKind},
    receiver::{self, Intake},
};

pub use crate::access::principal::Need;

/// A path, what it needs of whoever asks, and its handler.
type Route<S> = (&'static str, Access, MethodRouter<S>);

const OPEN: Access = Access::OPEN;
const VIEW: Access = Access::VIEW;
const EDIT: Access = Access::EDIT;
const ADMINISTER: Access = Access::ADMINISTER;
/// The same for routes whose path names an app.
const VIEW_APP: Access = Access::VIEW.limited(Limit::Path);
const EDIT_APP: Access = Access::EDIT.limited(Limit::Path);

/// Routes that take batches in.
fn ingest_routes() -> Vec<Route<Intake>> {
    vec![
        ("/logs", OPEN, post(receiver::logs::post)),
        ("/v1/logs", OPEN, post(receiver::otlp::post::logs)),
        ("/v1/metrics", OPEN, post(receiver::otlp::post::metrics)),
        ("/v1/traces", OPEN, post(receiver::otlp::post::traces)),
        ("/otlp/{token}/v1/{signal}", OPEN, post(receiver::otlp::post::with_token)),
        ("/ingest/json", OPEN, post(receiver::json::post::post)),
        ("/ingest/vercel", OPEN, get(receiver::vercel::post::verify).post(receiver::vercel::post::post)),
        ("/_bulk", OPEN, post(receiver::elastic::post::post).put(receiver::elastic::post::post)),
        ("/elastic", OPEN, get(receiver::elastic::product::version)),
        ("/elastic/", OPEN, get(receiver::elastic::product::version)),
        ("/elastic/_bulk", OPEN, post(receiver::elastic::post::post).put(receiver::elastic::post::post)),
        (
            "/elastic/{*path}",
            OPEN,
            get(receiver::elastic::product::ask)
                .put(receiver::elastic::post::put_below)
                .post(receiver::elastic::post::post_below),
        ),
        ("/loki/api/v1/push", OPEN, post(receiver::loki::post::post)),
    ]
}

/// Routes for health checks.
fn probe_routes() -> Vec<Route<Outlet>> {
    vec![("/healthz", OPEN, get(api::probe::healthz)), ("/readyz", OPEN, get(api::probe::readyz))]
}

/// Routes of signed links, which need no password.
fn link_routes() -> Vec<Route<Outlet>> {
    vec![("/mute/{token}", OPEN, get(mute_page::page).post(mute_page::page))]
}

/// Routes of pages that the server alone makes.
fn plain_routes() -> Vec<Route<Outlet>> {
    vec![
        ("/apps/{app}/logs/export", VIEW_APP, get(page::export::page)),
        ("/searches", EDIT, get(page::searches::page).post(page::searches::change)),
        ("/sign-in", OPEN, get(page::entry::form).post(page::entry::sign_in)),
        ("/sign-in/oidc", OPEN, get(page::oidc::begin)),
        ("/sign-in/oidc/callback", OPEN, get(page::oidc::finish)),
        ("/sign-out", OPEN, post(page::entry::sign_out)),
        ("/invite/{token}", OPEN, get(page::entry::invitation)),
        ("/invite", OPEN, post(page::entry::accept)),
        ("/settings", VIEW, get(page::settings::account::page).post(page::settings::account::change)),
        ("/settings/people", ADMINISTER, get(page::settings::people::page).post(page::settings::people::change)),
        ("/settings/tokens", ADMINISTER, get(page::settings::tokens::page).post(page::settings::tokens::change)),
        ("/settings/time", VIEW, get(page::settings::time::page).post(page::settings::time::change)),
        ("/settings/server", ADMINISTER, get(page::settings::server::page)),
        ("/settings/backup", ADMINISTER, post(page::settings::server::download)),
        ("/settings/shares", ADMINISTER, get(page::settings::shares::page).post(page::settings::shares::change)),
        ("/s/{token}", OPEN, get(page::share_link::open)),
        ("/settings/audit", ADMINISTER, get(page::settings::audit)),
        ("/searches/open", VIEW, get(page::searches::open)),
        ("/apps/{app}/sources", EDIT_APP, get(page::sources::page).post(page::sources::change)),
        ("/drains", EDIT, get(page::drains::list).post(page::drains::add)),
        ("/drains/{id}", EDIT, get(page::drains::detail).post(page::drains::change)),
        ("/drains/{id}/wait", VIEW, get(page::drains::wait)),
        ("/drains/{id}/inspect", VIEW, get(page::drains::last_batch)),
    ]
}

/// Routes of what Prometheus and its clients ask.
fn prometheus_routes() -> Vec<Route<Outlet>> {
    use prometheus::query::{ask, catalogue};
    const VIEW_SOME: Access = VIEW.limited(Limit::Handler);
    vec![
        ("/metrics", VIEW_SOME, get(prometheus::scrape::metrics)),
        ("/prometheus/api/v1/query", VIEW_SOME, get(ask::query).post(ask::query)),
        ("/prometheus/api/v1/query_range", VIEW_SOME, get(ask::query_range).post(ask::query_range)),
        ("/prometheus/api/v1/labels", VIEW_SOME, get(catalogue::labels).post(catalogue::labels)),
        ("/prometheus/api/v1/label/{label}/values", VIEW_SOME, get(catalogue::values)),
        ("/prometheus/api/v1/series", VIEW_SOME, get(catalogue::series).post(catalogue::series)),
        ("/prometheus/api/v1/metadata", VIEW_SOME, get(catalogue::metadata)),
        ("/prometheus/api/v1/rules", VIEW_SOME, get(catalogue::nothing)),
        ("/prometheus/api/v1/status/buildinfo", VIEW_SOME, get(catalogue::build_info)),
    ]
}

/// Routes of the JSON API and of the live streams.
fn api_routes() -> Vec<Route<Outlet>> {
    vec![
        ("/api/v1/apps", VIEW.limited(Limit::Handler), get(api::apps::apps)),
        ("/api/v1/apps/{app}/metrics", VIEW_APP, get(api::metrics::metrics)),
        ("/api/v1/apps/{app}/query", VIEW_APP, get(api::query::query)),
        ("/api/v1/apps/{app}/usual", VIEW_APP, get(api::usual::usual)),
        ("/api/v1/apps/{app}/endpoints", VIEW_APP, get(api::endpoints::endpoints)),
        ("/api/v1/apps/{app}/compare", VIEW_APP, get(api::compare::endpoints_around)),
        ("/api/v1/apps/{app}/sizing", VIEW_APP, get(api::sizing::sizing)),
        ("/api/v1/apps/{app}/charts/{chart}", VIEW_APP, get(page::chart::points)),
        ("/api/v1/apps/{app}/events", VIEW_APP, get(api::events::events)),
        ("/api/v1/apps/{app}/annotations", EDIT_APP, get(api::annotations::list).post(api::annotations::add)),
        ("/api/v1/apps/{app}/annotations/{id}", EDIT_APP, delete(api::annotations::remove)),
        ("/api/v1/apps/{app}/losses", VIEW_APP, get(api::losses::losses)),
        ("/api/v1/apps/{app}/logs", VIEW_APP, get(api::logs::search)),
        ("/api/v1/apps/{app}/logs/tail", VIEW_APP, get(stream::tail::tail)),
        ("/api/v1/apps/{app}/logs/export", VIEW_APP, get(api::export::of_app)),
        ("/api/v1/logs/export", VIEW, get(api::export::of_all)),
        ("/api/v1/apps/{app}/logs/histogram", VIEW_APP, get(api::histogram::histogram)),
        ("/api/v1/apps/{app}/logs/fields", VIEW_APP, get(api::fields::list)),
        ("/api/v1/apps/{app}/logs/bars", VIEW_APP, get(api::histogram::moved)),
        ("/api/v1/apps/{app}/logs/{id}", VIEW_APP, get(api::context::line_context)),
        ("/api/v1/apps/{app}/logs/{id}/text", VIEW_APP, get(api::context::text)),
        ("/api/v1/apps/{app}/errors", VIEW_APP, get(api::errors::list)),
        ("/api/v1/requests/{id}", VIEW, get(api::request::request)),
        ("/api/v1/apps/{app}/live", VIEW_APP.shared(&[PageKind::App]), get(stream::live::app)),
        ("/api/v1/apps/{app}/rules/{word}", EDIT_APP, put(api::rules::switch)),
        ("/api/v1/incidents", VIEW.limited(Limit::Parameter), get(api::incidents::list)),
        ("/api/v1/incidents/{id}", VIEW, get(api::incidents::get)),
        ("/api/v1/rules", EDIT, get(api::rules::list).post(api::rules::add)),
        ("/api/v1/rules/test", VIEW, post(api::rules::test)),
        ("/api/v1/rules/{id}", EDIT, put(api::rules::replace).delete(api::rules::remove)),
        ("/api/v1/channels", EDIT, get(api::channels::list).post(api::channels::add)),
        ("/api/v1/channels/{id}", EDIT, put(api::channels::replace).delete(api::channels::remove)),
        ("/api/v1/channels/{id}/test", EDIT, post(api::channels::test)),
        ("/api/v1/mutes", EDIT, get(api::mutes::list).post(api::mutes::add)),
        ("/api/v1/mutes/{id}", EDIT, delete(api::mutes::remove)),
        ("/api/v1/windows", EDIT, get(api::mutes::windows).post(api::mutes::add_window)),
        ("/api/v1/windows/{id}", EDIT, put(api::mutes::replace_window).delete(api::mutes::remove_window)),
        ("/api/v1/boards", EDIT, get(api::boards::list).post(api::boards::add)),
        ("/api/v1/boards/{id}", EDIT, get(api::boards::get).put(api::boards::replace).delete(api::boards::remove)),
        ("/api/v1/searches", EDIT, get(api::saved_searches::list).post(api::saved_searches::add)),
        ("/api/v1/searches/{id}", EDIT, put(api::saved_searches::replace).delete(api::saved_searches::remove)),
        ("/api/v1/drains", EDIT, get(api::drains::list).post(api::drains::add)),
        ("/api/v1/drains/{id}", EDIT, get(api::drains::get).put(api::drains::change).delete(api::drains::remove)),
        ("/api/v1/drains/{id}/rotate", EDIT, post(api::drains::rotate)),
        ("/api/v1/drains/{id}/batch", VIEW, get(api::drains::batch)),
        ("/check", VIEW.limited(Limit::Parameter), get(api::check::check)),
        ("/api/v1/storage", VIEW, get(api::storage::storage)),
        ("/api/v1/server", VIEW, get(api::server::server)),
        ("/api/v1/live", VIEW.shared(&[PageKind::Wall]), get(stream::live::overview)),
        ("/api/openapi.json", VIEW.limited(Limit::Handler), get(openapi::document::json)),
        ("/api", VIEW.limited(Limit::Handler), get(openapi::document::page)),
        ("/api/{*rest}", VIEW, get(api::answer::unknown)),
    ]
}

/// Paths of pages and of the icon. Which page a path shows is decided by the package `dashboard`.
const PAGE_PATHS: [&str; 4] = ["/", "/{*path}", "/offline", "/favicon.ico"];

/// Every path that is routed with what it needs, except assets.
#[must_use]
pub fn table() -> Vec<(&'static str, Access)> {
    let ingest = ingest_routes().into_iter().map(|it| (it.0, it.1));
    let of_outlet =
        [probe_routes(), link_routes(), api_routes(), prometheus_routes(), plain_routes()].into_iter().flatten();
    let of_outlet = of_outlet.map(|it| (it.0, it.1));
    let pages = PAGE_PATHS.into_iter().map(|it| (it, permit::of_page(it)));
    ingest.chain(of_outlet).chain(pages).chain(permit::FUNCTIONS).collect()
}

/// Every path that is routed, except assets and server functions.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    let all = table().into_iter().map(|it| it.0);
    all.filter(|path| permit::FUNCTIONS.iter().all(|it| it.0 != *path)).collect()
}

fn routes<S: Clone + Send + Sync + 'static>(all: Vec<Route<S>>, permit: &Permit) -> Router<S> {
    all.into_iter().fold(Router::new(), |routes, (path, access, method)| {
        let permit = Permit { access, ..permit.clone() };
        routes.route(path, method.layer(middleware::from_fn_with_state(permit, permit::admit)))
    })
}

/// The whole service: pages and the API behind the password; ingest, probes, signed links and
/// assets without it.
pub fn router(outlet: Outlet, intake: Intake, audit: Audit, address: SocketAddr) -> Router {
    let options = leptos_options(address);
    let site_root = options.site_root.to_string();
    let counters = Arc::clone(&outlet.reader.aggregates.counters);

    // Each route has its own in its place.
    let permit = Permit { access: Access::ADMINISTER, audit, counters: Arc::clone(&counters), logged: Arc::default() };
    let ingest = routes(ingest_routes(), &permit).with_state(intake);
    let probes = routes(probe_routes(), &permit).with_state(outlet.clone());
    let links = routes(link_routes(), &permit).with_state(outlet.clone());
    let links = links.layer(middleware::from_fn_with_state(Arc::clone(&counters), guard::limits::bound));
    let api = routes(api_routes(), &permit).with_state(outlet.clone());
    let queries = routes(prometheus_routes(), &permit).with_state(outlet.clone());
    let plain = routes(plain_routes(), &permit).with_state(outlet.clone());
    let gate = outlet.gate.clone();
    let pages = pages(outlet, options, &permit);

    let names = if gate.is_open() { guard::origin::HostNames::Loopback } else { guard::origin::HostNames::Any };
    // The layer that is added last sees a request first.
    let authenticated = pages
        .merge(plain)
        .layer(middleware::from_fn(zone::enter))
        .merge(api)
        .merge(queries)
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
    open.merge(authenticated).layer(middleware::from_fn(guard::headers::add))
}

/// Pages and the server functions that they call.
fn pages(outlet: Outlet, options: LeptosOptions, permit: &Permit) -> Router {
    let dashboard = Arc::new(page::backend::Dashboard { outlet });
    let context = move || {
        let share = page::shared_backend::share_of_request();
        if let Some(share) = &share {
            provide_context(Shared { is_fixed: share.range.is_some(), shows_lines: share.shows_lines });
        }
        provide_context(page::shared_backend::backend(&dashboard, share));
        provide_context(page::assets::assets());
    };
    let offline_page = page::render::render_whole(leptos_axum::render_app_async_with_context(context.clone(), || {
        guard::headers::protect_page();
        offline()
    }));
    let document = {
        let options = options.clone();
        move || {
            guard::headers::protect_page();
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
        .layer(middleware::from_fn_with_state(permit.clone(), permit::admit_page))
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
