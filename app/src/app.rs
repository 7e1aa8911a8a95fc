//! The app: the bar on top of every page, and which page an address shows.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{A, Route, Router, Routes},
    path,
};

use crate::{
    live::status::{LiveStatus, Status},
    page::{app::AppRoute, logs::LogsRoute, not_found::NotFound, overview::OverviewRoute},
    part::brand::Brand,
};

/// Everything inside the document's body.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(RwSignal::new(Status::default()));
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Streamgauge".to_owned() } else { format!("{title} · Streamgauge") } />
        <Router>
            <a class="skip" href="#main">"Skip to content"</a>
            <header class="top">
                <a class="brand" href="/"><Brand />"Streamgauge"</a>
                <nav class="main" aria-label="Main">
                    <A href="/" exact=true>"Overview"</A>
                </nav>
                <div class="end"><LiveStatus /></div>
            </header>
            <main id="main">
                <Routes fallback=|| view! { <NotFound what="This page".to_owned() /> }>
                    <Route path=path!("/") view=OverviewRoute ssr=SsrMode::Async />
                    <Route path=path!("/apps/:app") view=AppRoute ssr=SsrMode::Async />
                    <Route path=path!("/apps/:app/logs") view=LogsRoute ssr=SsrMode::Async />
                    <Route path=path!("/*any") view=|| view! { <NotFound what="This page".to_owned() /> } ssr=SsrMode::Async />
                </Routes>
            </main>
        </Router>
    }
}
