//! What the page's address asks for, and putting another into its place, without the router: [`crate::app::Front`] has none.

/// The value of a name in the address' query.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn asked(name: &str) -> Option<String> {
    let query = leptos::prelude::window().location().search().ok()?;
    web_sys::UrlSearchParams::new_with_str(&query).ok()?.get(name)
}

/// The value of a name in the address' query.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn asked(name: &str) -> Option<String> {
    let address = leptos::prelude::use_context::<leptos_router::location::RequestUrl>()?;
    address.parse().ok()?.search_params().get(name)
}

/// Whether the server was asked for the Overview.
#[must_use]
pub fn is_overview() -> bool {
    let address = leptos::prelude::use_context::<leptos_router::location::RequestUrl>();
    address.and_then(|it| it.parse().ok()).is_some_and(|it| it.path() == "/")
}

/// Shows another address for the page as it is.
pub fn replace(address: &str) {
    #[cfg(feature = "hydrate")]
    if let Ok(history) = leptos::prelude::window().history() {
        // The state stays: the router keeps its own there.
        let state = history.state().unwrap_or_default();
        let _shown = history.replace_state_with_url(&state, "", Some(address));
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = address;
}
