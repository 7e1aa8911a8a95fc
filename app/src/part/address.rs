//! The page's address: what it asks for, and going to another. Each page is a document with a module of its own, so a link is followed here
//! only when it leads to the same page with another question; any other is the browser's. Keeps no state beside the address.

use leptos::prelude::*;

/// Names and values behind an address' `?`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands behind a `?`, or an empty text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.trim_start_matches('?').as_bytes()).into_owned().collect())
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The value of a name; empty when there is none.
    #[must_use]
    pub fn word(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Names and values of all but one name.
    #[must_use]
    pub fn others(&self, name: &str) -> Vec<(String, String)> {
        self.0.iter().filter(|it| it.0 != name).cloned().collect()
    }

    /// An address with the same question, but for one name's value; an empty one takes the name away.
    #[must_use]
    pub fn changed(&self, path: &str, name: &str, value: &str) -> String {
        let mut address = path.to_owned();
        for (name, value) in self.0.iter().filter(|it| it.0 != name) {
            add(&mut address, name, value);
        }
        if !value.is_empty() {
            add(&mut address, name, value);
        }
        address
    }
}

/// Puts another part behind an address.
pub fn add(address: &mut String, name: &str, value: &str) {
    address.push(if address.contains('?') { '&' } else { '?' });
    address.push_str(name);
    address.push('=');
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// Where the page is: its path stays, its question changes.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    path: StoredValue<String>,
    /// What it asks for now.
    pub query: RwSignal<Query>,
}

impl Address {
    /// The address that the page was asked for with; in the browser it listens from now on for links that are clicked, and for Back.
    #[must_use]
    pub fn start() -> Self {
        let (path, query) = here();
        let address = Self { path: StoredValue::new(path), query: RwSignal::new(query) };
        #[cfg(feature = "hydrate")]
        {
            let _as_long_as_the_page = window_event_listener_untyped("popstate", move |_| address.query.set(here().1));
            let _as_long_as_the_page = window_event_listener_untyped("click", move |event| address.hear(event));
        }
        address
    }

    /// The one of the page that is being made.
    #[must_use]
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(Self::start)
    }

    /// Its path.
    #[must_use]
    pub fn path(self) -> String {
        self.path.get_value()
    }

    /// The app that its path names; empty when it names none.
    #[must_use]
    pub fn app(self) -> String {
        self.path.with_value(|it| it.split('/').nth(2).unwrap_or_default().to_owned())
    }

    /// The same question, but for one name's value.
    #[must_use]
    pub fn changed(self, name: &str, value: &str) -> String {
        self.query.with(|query| self.path.with_value(|path| query.changed(path, name, value)))
    }

    /// Shows another question of the same page, to which Back returns.
    pub fn go(self, address: &str) {
        self.show(address, false);
    }

    /// Shows another question of the same page in the place of this one.
    pub fn replace(self, address: &str) {
        self.show(address, true);
    }

    fn show(self, address: &str, is_same_entry: bool) {
        #[cfg(feature = "hydrate")]
        if let Ok(history) = window().history() {
            use wasm_bindgen::JsValue;
            let _shown = if is_same_entry {
                history.replace_state_with_url(&JsValue::NULL, "", Some(address))
            } else {
                history.push_state_with_url(&JsValue::NULL, "", Some(address))
            };
        }
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = is_same_entry;
        self.query.set(Query::parse(address.split_once('?').map_or("", |it| it.1)));
    }

    /// Follows a link to the same page.
    #[cfg(feature = "hydrate")]
    fn hear(self, event: web_sys::Event) {
        use wasm_bindgen::JsCast;
        let Some(click) = event.dyn_ref::<web_sys::MouseEvent>() else { return };
        let is_plain = click.button() == 0
            && !(click.ctrl_key()
                || click.meta_key()
                || click.shift_key()
                || click.alt_key()
                || click.default_prevented());
        let target = click.target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        let link = target.and_then(|it| it.closest("a[href]:not([rel=external],[download],[target])").ok().flatten());
        let Some(link) = link.filter(|_| is_plain).and_then(|it| it.dyn_into::<web_sys::HtmlAnchorElement>().ok())
        else {
            return;
        };
        let is_here = link.origin() == window().location().origin().unwrap_or_default()
            && link.hash().is_empty()
            && self.path.with_value(|path| *path == link.pathname());
        if is_here {
            click.prevent_default();
            self.go(&format!("{}{}", link.pathname(), link.search()));
        }
    }
}

/// The path and the question of the address.
#[cfg(feature = "hydrate")]
fn here() -> (String, Query) {
    let location = window().location();
    (location.pathname().unwrap_or_default(), Query::parse(&location.search().unwrap_or_default()))
}

/// The path and the question of the address.
#[cfg(all(feature = "ssr", not(feature = "hydrate")))]
fn here() -> (String, Query) {
    let asked = use_context::<leptos::server_fn::axum_export::http::request::Parts>();
    asked.map_or_else(Default::default, |it| {
        (it.uri.path().to_owned(), Query::parse(it.uri.query().unwrap_or_default()))
    })
}

/// Nobody asks.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
fn here() -> (String, Query) {
    Default::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_question_is_read_and_changed() {
        let query = Query::parse("?show=silent&q=a%20b+c%26&q=second");
        assert_eq!((query.get("q"), query.get("x"), query.word("show")), (Some("a b c&"), None, "silent"));
        assert_eq!(query.changed("/", "q", ""), "/?show=silent");
        assert_eq!(query.changed("/", "show", "é all"), "/?q=a%20b%20c%26&q=second&show=%C3%A9%20all");
        assert_eq!(Query::parse("").changed("/", "wall", ""), "/");
    }
}
