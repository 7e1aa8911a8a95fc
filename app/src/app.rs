//! The app: the bar on top of every page, and which page an address shows.
//!
//! In the browser each page is taken over by a module of its own (`front`), which has nothing of the others: what is opened first is small.
//! [`App`] has every page: the server renders it, and the development loop takes it over.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};

use crate::{
    live::status::{AwayNote, Busy, LiveStatus, Loaded, Now, Status},
    page::{app::AppRoute, logs::LogsRoute, metrics::MetricsRoute, not_found::NotFound, overview::OverviewRoute},
    part::{address::Address, brand::Brand, help::Help},
};

/// The pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// `/`
    Overview,
    /// `/apps/:app`
    App,
    /// `/apps/:app/logs`
    Logs,
    /// `/apps/:app/metrics`
    Metrics,
    /// Any other address.
    Unknown,
}

impl Page {
    /// Those that have a module, in its files' names.
    pub const EACH: [(Self, &str); 4] = [
        (Self::Overview, "overview-page"),
        (Self::App, "app-page"),
        (Self::Logs, "logs-page"),
        (Self::Metrics, "metrics-page"),
    ];

    /// The page at a path.
    #[must_use]
    pub fn at(path: &str) -> Self {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match parts[..] {
            [""] => Self::Overview,
            ["apps", _] => Self::App,
            ["apps", _, "logs"] => Self::Logs,
            ["apps", _, "metrics"] => Self::Metrics,
            _ => Self::Unknown,
        }
    }
}

/// Everything inside the document's body, of any page.
#[component]
pub fn App() -> impl IntoView {
    framed(|address| match Page::at(&address.path()) {
        Page::Overview => view! { <OverviewRoute /> }.into_any(),
        Page::App => view! { <AppRoute /> }.into_any(),
        Page::Logs => view! { <LogsRoute /> }.into_any(),
        Page::Metrics => view! { <MetricsRoute /> }.into_any(),
        Page::Unknown => view! { <NotFound /> }.into_any(),
    })
}

/// A page, and what is around every page.
pub fn framed(page: impl FnOnce(Address) -> AnyView) -> AnyView {
    provide_meta_context();
    let status = RwSignal::new(Status::default());
    provide_context(status);
    provide_context(Now::default());
    provide_context(Loaded::default());
    let address = Address::start();
    provide_context(address);
    let here = Page::at(&address.path());
    let busy = Busy::default();
    provide_context(busy);
    let is_gone = move || matches!(status.get(), Status::Gone | Status::Refused);
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Streamgauge".to_owned() } else { format!("{title} · Streamgauge") } />
        <a class="skip" href="#main">"Skip to content"</a>
        <header class="top">
            <a class="brand" href="/"><Brand />"Streamgauge"</a>
            <nav class="main" aria-label="Main"><a href="/" aria-current=(here == Page::Overview).then_some("page")>"Overview"</a></nav>
            <div class="end">{(here != Page::Unknown).then(|| view! { <LiveStatus /><Help here /> })}</div>
        </header>
        <main id="main" class:gone=is_gone aria-busy=move || if busy.0.get() { "true" } else { "false" }>{page(address)}</main>
        {(here != Page::Unknown).then(|| view! { <AwayNote /> })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_pages_of_paths() {
        for (path, expected) in [
            ("/", Page::Overview),
            ("/apps/api", Page::App),
            ("/apps/api/", Page::App),
            ("/apps/api/logs", Page::Logs),
            ("/apps/api/metrics", Page::Metrics),
            ("/apps", Page::Unknown),
            ("/apps/api/else", Page::Unknown),
            ("/apps/api/logs/7", Page::Unknown),
        ] {
            assert_eq!(Page::at(path), expected, "{path}");
        }
    }
}
