//! The page's address: its query, and going to another one. Each page is a document with its own
//! module, so only links to the same path are followed here. The browser follows all others. Keeps
//! no state besides the address.

use leptos::prelude::*;

use super::zone;
#[cfg(feature = "hydrate")]
use crate::browser::location;

/// The names and values after the `?` of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query, with or without its `?`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(form_urlencoded::parse(text.trim_start_matches('?').as_bytes()).into_owned().collect())
    }

    /// A query of these names and values.
    #[must_use]
    pub const fn of(values: Vec<(String, String)>) -> Self {
        Self(values)
    }

    /// Every value of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |it| it.0 == name).map(|it| &*it.1)
    }

    /// The first value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The first value of a name; empty when there is none.
    #[must_use]
    pub fn word(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// All names and values except those of one name.
    #[must_use]
    pub fn others(&self, name: &str) -> Vec<(String, String)> {
        self.0.iter().filter(|it| it.0 != name).cloned().collect()
    }

    /// The address of a path with this query.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        let mut address = path.to_owned();
        for (name, value) in &self.0 {
            add(&mut address, name, value);
        }
        address
    }

    /// The address of a path with this query in which one name has another value. An empty value
    /// removes the name.
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

/// Appends a name and a value to an address, percent-encoded.
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

/// Adds the zone to an address, unless it is UTC.
pub fn add_zone(address: &mut String) {
    let zone = zone::here();
    if !zone.name.is_empty() {
        add(address, zone::PARAMETER, &zone.name);
    }
}

/// The address of a path with these names and values; empty values are left out.
#[must_use]
pub fn filled(path: &str, words: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in words.iter().filter(|it| !it.1.is_empty()) {
        add(&mut address, name, value);
    }
    address
}

/// The address of the page. Its path stays; its query changes.
#[derive(Clone, Copy, Debug)]
pub struct Address {
    path: StoredValue<String>,
    pub query: RwSignal<Query>,
}

impl Address {
    /// The address that the page was requested with. In the browser it follows clicked links and
    /// Back from now on.
    #[must_use]
    pub fn start() -> Self {
        let (path, query) = current();
        let address = Self { path: StoredValue::new(path), query: RwSignal::new(query) };
        #[cfg(feature = "hydrate")]
        {
            location::on_back(move || address.query.set(current().1));
            location::on_link(move |path, query| {
                let is_here = address.path.with_value(|it| it == path);
                if is_here {
                    address.go(&format!("{path}{query}"));
                }
                is_here
            });
        }
        address
    }

    /// The address of the page that is being rendered.
    #[must_use]
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(Self::start)
    }

    #[must_use]
    pub fn path(self) -> String {
        self.path.get_value()
    }

    /// The app that the path names; empty when it names none.
    #[must_use]
    pub fn app(self) -> String {
        self.path.with_value(|it| it.split('/').nth(2).unwrap_or_default().to_owned())
    }

    /// This address with another value for one name. An empty value removes the name.
    #[must_use]
    pub fn changed(self, name: &str, value: &str) -> String {
        self.query.with(|query| self.path.with_value(|path| query.changed(path, name, value)))
    }

    /// Goes to another query of the same page. Back returns to this one.
    pub fn go(self, address: &str) {
        #[cfg(feature = "hydrate")]
        location::push(&with_zone(address));
        self.set(address);
    }

    /// Goes to another query of the same page in the place of this one: Back does not return to it.
    pub fn replace(self, address: &str) {
        #[cfg(feature = "hydrate")]
        location::replace(&with_zone(address));
        self.set(address);
    }

    fn set(self, address: &str) {
        self.query.set(Query::parse(address.split_once('?').map_or("", |it| it.1)));
    }
}

/// Loads another page, in the browser.
pub fn visit(address: &str) {
    #[cfg(feature = "hydrate")]
    location::visit(address);
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = address;
}

/// The address with the zone of the page, so that others see the same times by it.
#[cfg(feature = "hydrate")]
fn with_zone(address: &str) -> String {
    let mut address = address.to_owned();
    if !address.contains("tz=") {
        add_zone(&mut address);
    }
    address
}

/// Names the zone of the page in the browser's address.
#[cfg(feature = "hydrate")]
pub fn keep_zone() {
    if !zone::here().name.is_empty() {
        location::replace(&with_zone(&[location::path(), location::query()].concat()));
    }
}

/// The path and the query of the browser's address.
#[cfg(feature = "hydrate")]
fn current() -> (String, Query) {
    (location::path(), Query::parse(&location::query()))
}

/// The path and the query of the request that is being answered.
#[cfg(all(feature = "ssr", not(feature = "hydrate")))]
fn current() -> (String, Query) {
    let request = use_context::<leptos::server_fn::axum_export::http::request::Parts>();
    let uri = request.map(|it| it.uri).unwrap_or_default();
    (uri.path().to_owned(), Query::parse(uri.query().unwrap_or_default()))
}

/// Without a browser and without a server there is no address.
#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
fn current() -> (String, Query) {
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
