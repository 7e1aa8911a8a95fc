//! The parts of a channel's URL. Stricter than browsers are: what has an odd form is refused, so
//! that the host that was checked is the host that is connected to.

use std::fmt::Write;

use base64::{Engine, prelude::BASE64_STANDARD};

/// Longest URL of a channel, bytes.
pub(crate) const URL_BYTES_MAX: usize = 2_000;

/// Why a text is no URL. Nothing of it is repeated: it holds secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlError {
    /// It is too long.
    #[error("expected a URL of at most {URL_BYTES_MAX} bytes, found {0}")]
    TooLong(usize),
    /// It has a character that a URL cannot have.
    #[error("expected a URL, found {what} at character {at}")]
    Character { what: &'static str, at: usize },
    /// It does not begin with a scheme.
    #[error("expected a URL that begins with {0}, found something else")]
    Scheme(&'static str),
    /// Its host is missing or malformed.
    #[error("expected the name or the address of a host, found {0}")]
    Host(&'static str),
    /// Its port is no port.
    #[error("expected a port from 1 to 65535, found something else")]
    Port,
    /// A `%` is not followed by two hexadecimal digits, or what is written so is no UTF-8.
    #[error("expected two hexadecimal digits behind each %, and UTF-8; write % itself as %25")]
    Escape,
}

/// A URL in parts. `Debug` shows only the host.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Url {
    /// `https`, in lower case.
    pub scheme: String,
    /// What stands before the first `:` of the user information, decoded.
    pub user: String,
    /// What stands behind it, decoded.
    pub password: Option<String>,
    /// The host in lower case; an IPv6 address in brackets.
    pub host: String,
    /// The port, where it is given.
    pub port: Option<u16>,
    /// The path as written; empty or beginning with `/`.
    pub path: String,
    /// The parameters of the query, decoded. A `+` stays a `+`: addresses of mail have it.
    pub query: Vec<(String, String)>,
    /// The query as written.
    pub raw_query: Option<String>,
}

impl std::fmt::Debug for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Url({})", self.host)
    }
}

impl Url {
    /// Reads a URL whose scheme is one of `schemes`; `expected` names them for people.
    ///
    /// # Errors
    /// See [`UrlError`].
    pub(crate) fn parse(text: &str, schemes: &[&str], expected: &'static str) -> Result<Self, UrlError> {
        let text = text.trim();
        if text.len() > URL_BYTES_MAX {
            return Err(UrlError::TooLong(text.len()));
        }
        if let Some(at) = text.bytes().position(|it| !it.is_ascii_graphic() || b"\"<>\\^`{|}#".contains(&it)) {
            let what = match text.as_bytes()[at] {
                b' ' => "a space",
                b'#' => "a #",
                it if !it.is_ascii() => "a character outside ASCII",
                _ => "a character that a URL can't have",
            };
            return Err(UrlError::Character { what, at: at + 1 });
        }
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::Scheme(expected))?;
        let scheme = scheme.to_ascii_lowercase();
        if !schemes.contains(&&*scheme) {
            return Err(UrlError::Scheme(expected));
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (path, raw_query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        let (user, authority) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) = user.split_once(':').map_or((user, None), |(user, it)| (user, Some(it)));
        let (host, port) = host_and_port(authority)?;
        let pairs = raw_query.unwrap_or("").split('&').filter(|it| !it.is_empty());
        let pair = |text: &str| {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            Ok((decode(name)?, decode(value)?))
        };
        Ok(Self {
            scheme,
            user: decode(user)?,
            password: password.map(decode).transpose()?,
            host,
            port,
            path: path.to_owned(),
            query: pairs.map(pair).collect::<Result<_, UrlError>>()?,
            raw_query: raw_query.map(str::to_owned),
        })
    }

    /// Scheme, host and port: `https://example.com:8443`.
    #[must_use]
    pub(crate) fn origin(&self) -> String {
        let mut text = format!("{}://{}", self.scheme, self.host);
        if let Some(port) = self.port {
            let _to_memory = write!(text, ":{port}");
        }
        text
    }

    /// The URL as it is requested, without user and password.
    #[must_use]
    pub(crate) fn request(&self) -> String {
        let query = self.raw_query.as_deref().map_or(String::new(), |it| format!("?{it}"));
        let path = if self.path.is_empty() { "/" } else { &self.path };
        format!("{}{path}{query}", self.origin())
    }

    /// The value of a parameter of the query.
    #[must_use]
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The host, if it is an address.
    #[must_use]
    pub(crate) fn address(&self) -> Option<std::net::IpAddr> {
        self.host.trim_matches(['[', ']']).parse().ok()
    }

    /// The parts that may be secret: user, password, parts of the path, values of the query.
    #[must_use]
    pub(crate) fn secrets(&self) -> Vec<String> {
        let path = self.path.split('/').filter(|it| it.len() >= 6).map(str::to_owned);
        let query = self.query.iter().map(|it| it.1.clone());
        let user = [self.user.clone()].into_iter().chain(self.password.clone());
        let whole = [self.path.clone()].into_iter().filter(|it| it.len() > 1);
        whole.chain(path).chain(query).chain(user).chain(self.authorization()).collect()
    }

    /// The header that proves user and password, or the token that stands alone before the host.
    #[must_use]
    pub(crate) fn authorization(&self) -> Option<String> {
        let user = Some(&self.user).filter(|it| !it.is_empty())?;
        Some(match &self.password {
            Some(password) => format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}"))),
            None => format!("Bearer {user}"),
        })
    }
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), UrlError> {
    let (host, port) = match authority.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((address, rest)) => {
            address.parse::<std::net::Ipv6Addr>().map_err(|_| UrlError::Host("brackets without an IPv6 address"))?;
            (format!("[{address}]"), rest.strip_prefix(':').or((!rest.is_empty()).then_some("")))
        }
        None => {
            let (host, port) = authority.split_once(':').map_or((authority, None), |(host, it)| (host, Some(it)));
            let is_plain = host.bytes().all(|it| it.is_ascii_alphanumeric() || b"-._".contains(&it));
            if !is_plain || host.len() > 253 {
                return Err(UrlError::Host("something else"));
            }
            (host.to_ascii_lowercase(), port)
        }
    };
    if host.is_empty() || host.starts_with('.') {
        return Err(UrlError::Host("none"));
    }
    let port = port.map(|text| text.parse().ok().filter(|it| *it > 0).ok_or(UrlError::Port)).transpose()?;
    Ok((host, port))
}

/// Decodes `%41` to `A`. Control characters are refused: they would end a header.
fn decode(text: &str) -> Result<String, UrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|it| char::from(it).to_digit(16)).ok_or(UrlError::Escape);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).map_err(|_| UrlError::Escape)?);
    }
    let text = String::from_utf8(bytes).map_err(|_| UrlError::Escape)?;
    if text.contains(char::is_control) { Err(UrlError::Escape) } else { Ok(text) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Url, UrlError> {
        Url::parse(text, &["https", "http", "smtps"], "https://")
    }

    #[test]
    fn ok_parts_of_urls() {
        let url = parse(" HTTPS://al%40ice:p%3Aw@Example.com:8443/a/b?from=a+b@example.com&to=%C3%A9&x ").unwrap();
        assert_eq!((url.user.as_str(), url.password.as_deref()), ("al@ice", Some("p:w")));
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), ("example.com", Some(8443), "/a/b"));
        assert_eq!((url.parameter("from"), url.parameter("to")), (Some("a+b@example.com"), Some("é")));
        assert_eq!((url.parameter("x"), url.parameter("y")), (Some(""), None));
        assert_eq!(url.request(), "https://example.com:8443/a/b?from=a+b@example.com&to=%C3%A9&x");
        assert_eq!(parse("http://[::1]:80").unwrap().request(), "http://[::1]:80/");
        assert_eq!(format!("{url:?}"), "Url(example.com)");
    }

    #[test]
    fn err_urls() {
        let long = format!("https://example.com/{}", "a".repeat(URL_BYTES_MAX));
        for text in [
            "",
            "secret",
            "ftp://secret",
            "https://",
            "https:///secret",
            "https://a b/secret",
            "https://a/\nsecret",
            "https://a:0/secret",
            "https://a:99999/secret",
            "https://[::g]/secret",
            "https://[::1]secret/",
            "https://a/?x=%zz",
            "https://a%00secret/",
            "https://a/?x=%0d%0asecret",
            "https://é/secret",
            &long,
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("expected") && !error.contains("secret"), "{text}: {error}");
        }
    }
}
