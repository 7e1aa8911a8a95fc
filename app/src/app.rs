//! The app: the top bar, the page below it, and which page an address shows.
//!
//! In the browser each page is taken over by its own module (`front`), which calls [`framed`] with
//! that page alone. [`App`] links every page: the server renders it, and the development build
//! takes it over.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;

use crate::{
    live::{
        away::AwayNote,
        heard::Heard,
        status::{LiveStatus, Loaded, Open, PendingAnswer, ServerTime, Status},
    },
    page::{
        alerts::AlertsRoute,
        app::AppRoute,
        board::{BoardRoute, edit::BoardEditRoute},
        boards::BoardsRoute,
        compare::CompareRoute,
        endpoint::EndpointRoute,
        errors::ErrorsRoute,
        help::Help,
        incident::IncidentRoute,
        logs::LogsRoute,
        metrics::MetricsRoute,
        not_found::NotFound,
        overview::OverviewRoute,
        request::RequestRoute,
        rule::RuleRoute,
        sizing::SizingRoute,
        table::{PAGES, Page},
    },
    part::{
        address::Address,
        brand::Brand,
        icon::{self, Standing},
        markup::push_all,
        page_title::title_format,
    },
};

/// The whole content of the document's body, for any page.
#[component]
pub fn App() -> impl IntoView {
    framed(|address| match Page::at(&address.path()) {
        Page::Overview => view! { <OverviewRoute /> }.into_any(),
        Page::App => view! { <AppRoute /> }.into_any(),
        Page::Logs => view! { <LogsRoute /> }.into_any(),
        Page::Endpoint => view! { <EndpointRoute /> }.into_any(),
        Page::Compare => view! { <CompareRoute /> }.into_any(),
        Page::Metrics => view! { <MetricsRoute /> }.into_any(),
        Page::Alerts => view! { <AlertsRoute /> }.into_any(),
        Page::Rule => view! { <RuleRoute /> }.into_any(),
        Page::Incident => view! { <IncidentRoute /> }.into_any(),
        Page::Boards => view! { <BoardsRoute /> }.into_any(),
        Page::Board => view! { <BoardRoute /> }.into_any(),
        Page::BoardEdit => view! { <BoardEditRoute /> }.into_any(),
        Page::Errors => view! { <ErrorsRoute /> }.into_any(),
        Page::Sizing => view! { <SizingRoute /> }.into_any(),
        Page::Request => view! { <RequestRoute /> }.into_any(),
        Page::Unknown => view! { <NotFound /> }.into_any(),
    })
}

/// A page with the top bar around it. Provides the contexts that pages read: address, live status
/// and server time.
pub fn framed(page: impl FnOnce(Address) -> AnyView) -> AnyView {
    provide_meta_context();
    let status = RwSignal::new(Status::default());
    provide_context(status);
    provide_context(ServerTime::default());
    provide_context(Loaded::default());
    provide_context(Heard::default());
    let open = Open::start();
    provide_context(open);
    let address = Address::start();
    provide_context(address);
    let here = Page::at(&address.path());
    let pending = PendingAnswer::default();
    provide_context(pending);
    let is_gone = move || matches!(status.get(), Status::Gone | Status::Refused);
    let standing = move || Standing::of(open.0.get(), is_gone());
    icon::follow(standing);
    view! {
        {title_format(standing)}
        <a class="skip" href="#main">"Skip to content"</a>
        <header class="top">
            <a class="brand" href="/"><Brand />"Streamgauge"</a>
            <nav class="main" class:firing=move || open.0.get().count != 0 style=move || counter(open.0.get().count) aria-label="Main" inner_html=nav(here)></nav>
            {(here != Page::Unknown).then(go_button)}
            <div class="end">{(here != Page::Unknown).then(|| view! { <LiveStatus /><Help page=here /> })}</div>
        </header>
        <main id="main" class:gone=is_gone aria-busy=move || if pending.0.get() { "true" } else { "false" }>{page(address)}</main>
        {(here != Page::Unknown).then(|| view! { <AwayNote /> })}
    }
    .into_any()
}

/// The button that opens the bar that goes anywhere. The script of the document handles it.
fn go_button() -> AnyView {
    view! {
        <button class="go needs-script" type="button" data-go="" aria-keyshortcuts="Control+K Meta+K" aria-label="Go to app, page or metric">
            <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M7 2a5 5 0 1 1 0 10A5 5 0 0 1 7 2zM10.8 10.8 14.5 14.5" /></svg>
            <span class="hide-s">"Go to"</span>
        </button>
    }
    .into_any()
}

/// The number of open incidents as a counter of CSS, which stands behind the link to Alerts.
fn counter(open: u32) -> String {
    format!("counter-reset:firing {open}")
}

/// The links of the top bar as HTML. They never change, and a list of views would cost every module
/// kilobytes.
pub(crate) fn nav(here: Page) -> String {
    let mut html = String::new();
    for spec in &PAGES {
        if let Some(text) = spec.nav {
            let current = match here {
                _ if spec.page == here => " aria-current=\"page\"",
                _ if spec.page == here.section() => " aria-current=\"true\"",
                _ => "",
            };
            push_all(&mut html, &["<a href=\"", spec.pattern, "\"", current, ">", text, "</a>"]);
        }
    }
    // A page that the server alone makes.
    html.push_str("<a href=\"/drains\">Drains</a>");
    html
}
