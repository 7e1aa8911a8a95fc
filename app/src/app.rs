//! The app: the bar on top of every page, and which page an address shows.
//!
//! There are two of it in the browser. [`App`] has every page and moves between them. [`Front`] has the Overview alone and no router, so that
//! what is visited first and most often is small; its links are ordinary ones. The server renders [`App`] for both.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    path,
};

use crate::{
    live::status::{LiveStatus, Status},
    page::{app::AppRoute, logs::LogsRoute, metrics::MetricsRoute, not_found::NotFound, overview::OverviewRoute},
    part::brand::Brand,
};

/// Everything inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    view! { <Router><Pages /></Router> }
}

/// What [`App`] is at `/`, element by element: it takes over the Overview only.
#[component]
pub fn Front() -> impl IntoView {
    frame(Signal::stored("/".to_owned()), view! { <OverviewRoute /> }.into_any())
}

#[component]
fn Pages() -> impl IntoView {
    let here = use_location().pathname;
    let routes = view! {
        <FlatRoutes fallback=|| view! { <NotFound what="This page".to_owned() /> }>
            <Route path=path!("/") view=OverviewRoute ssr=SsrMode::Async />
            <Route path=path!("/apps/:app") view=AppRoute ssr=SsrMode::Async />
            <Route path=path!("/apps/:app/logs") view=LogsRoute ssr=SsrMode::Async />
            <Route path=path!("/apps/:app/metrics") view=MetricsRoute ssr=SsrMode::Async />
            <Route path=path!("/*any") view=|| view! { <NotFound what="This page".to_owned() /> } ssr=SsrMode::Async />
        </FlatRoutes>
    };
    frame(here.into(), routes.into_any())
}

/// What is around every page. `here` is the path of the page.
fn frame(here: Signal<String>, page: AnyView) -> AnyView {
    provide_meta_context();
    provide_context(RwSignal::new(Status::default()));
    let main = |path: &'static str, name: &'static str| {
        view! { <a href=path aria-current=move || here.with(|it| it == path).then_some("page")>{name}</a> }
    };
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Streamgauge".to_owned() } else { format!("{title} · Streamgauge") } />
        <a class="skip" href="#main">"Skip to content"</a>
        <header class="top">
            <a class="brand" href="/"><Brand />"Streamgauge"</a>
            <nav class="main" aria-label="Main">{main("/", "Overview")}</nav>
            <div class="end"><LiveStatus /></div>
        </header>
        <main id="main">{page}</main>
    }
    .into_any()
}
