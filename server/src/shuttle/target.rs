//! Parses `LOGS_URL`: where to post, and with which credentials.
//!
//! Supports http and https only. Neither the fragment nor the userinfo is sent in the URL; the
//! userinfo becomes the `Authorization` header.

use base64::{Engine, prelude::BASE64_STANDARD};
use ureq::http::{HeaderValue, Uri};

/// The address of a drain.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The URL without userinfo and fragment.
    pub uri: Uri,
    /// Basic or Bearer; marked as sensitive, so that `Debug` doesn't print it.
    pub authorization: Option<HeaderValue>,
}

/// Why a URL is not the address of a drain. Messages never contain the URL, since it holds a token.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// The scheme is missing or neither http nor https.
    #[error("expected http:// or https://, found {0:?}")]
    Scheme(String),
    /// The host is missing, the port is not a number, or a character is not allowed in a URL.
    #[error("expected http(s)://any:TOKEN@HOST[:PORT]/logs, found {0}")]
    Address(String),
    /// The credentials can't be put into a header.
    #[error("expected a user name and a token of printable characters, with anything else as %XX")]
    Credentials,
}

impl Target {
    /// Parses a URL. A bearer token replaces the credentials of the URL.
    ///
    /// # Errors
    /// See [`Error`].
    pub(crate) fn parse(url: &str, bearer_token: Option<&str>) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| Error::Scheme(String::new()))?;
        if !matches!(scheme, "http" | "https") {
            return Err(Error::Scheme(scheme.to_owned()));
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(authority_end);
        let (userinfo, address) = match authority.rsplit_once('@') {
            Some((userinfo, address)) => (Some(userinfo), address),
            None => (None, authority),
        };
        let slash = if path.starts_with('/') { "" } else { "/" };
        let uri: Uri = format!("{scheme}://{address}{slash}{path}")
            .parse()
            .map_err(|it: ureq::http::uri::InvalidUri| Error::Address(it.to_string()))?;
        if uri.host().is_none_or(str::is_empty) {
            return Err(Error::Address("no host".to_owned()));
        }
        if address.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']') && port.parse::<u16>().is_err()) {
            return Err(Error::Address("a port that is no number".to_owned()));
        }
        let authorization = match (bearer_token, userinfo) {
            (Some(token), _) => Some(format!("Bearer {token}")),
            (None, Some(userinfo)) => Some(basic(userinfo)?),
            (None, None) => None,
        };
        Ok(Self { uri, authorization: authorization.map(sensitive).transpose()? })
    }

    /// Adds Basic credentials when there are none.
    ///
    /// # Errors
    /// [`Error::Credentials`].
    pub(crate) fn or_basic(mut self, user: &str, password: &str) -> Result<Self, Error> {
        if self.authorization.is_none() {
            let encoded = BASE64_STANDARD.encode(format!("{user}:{password}"));
            self.authorization = Some(sensitive(format!("Basic {encoded}"))?);
        }
        Ok(self)
    }
}

fn sensitive(text: String) -> Result<HeaderValue, Error> {
    let mut value = HeaderValue::try_from(text).map_err(|_| Error::Credentials)?;
    value.set_sensitive(true);
    Ok(value)
}

fn basic(userinfo: &str) -> Result<String, Error> {
    let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
    let mut plain = decode(user)?;
    plain.push(b':');
    plain.extend(decode(password)?);
    Ok(format!("Basic {}", BASE64_STANDARD.encode(plain)))
}

/// Decodes `%XX`.
fn decode(text: &str) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        if *byte != b'%' {
            out.push(*byte);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_at_checked(2).ok_or(Error::Credentials)?;
        let digits = std::str::from_utf8(digits).map_err(|_| Error::Credentials)?;
        out.push(u8::from_str_radix(digits, 16).map_err(|_| Error::Credentials)?);
        rest = after;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, uri: &str, plain: Option<&str>) {
        let target = Target::parse(url, None).expect("a drain's URL");
        let expected = plain.map(|it| format!("Basic {}", BASE64_STANDARD.encode(it)));
        let found = target.authorization.map(|it| it.to_str().expect("ASCII").to_owned());
        assert_eq!((target.uri.to_string().as_str(), found), (uri, expected));
    }

    #[track_caller]
    fn check_error(url: &str, expected: &str) {
        assert_eq!(Target::parse(url, None).expect_err("no drain's URL").to_string(), expected);
    }

    #[test]
    fn ok_urls() {
        check("http://h/logs", "http://h/logs", None);
        check("https://any:T@h:8443/logs?app=a", "https://h:8443/logs?app=a", Some("any:T"));
        check("http://T:@h", "http://h/", Some("T:"));
        check("http://T@h?app=a#part", "http://h/?app=a", Some("T:"));
        check("http://a%40b:c%3ad@h/", "http://h/", Some("a@b:c:d"));
        check("http://u:p@[::1]:3000/logs", "http://[::1]:3000/logs", Some("u:p"));
        check("http://[::1]/logs", "http://[::1]/logs", None);
    }

    #[test]
    fn ok_bearer_wins_and_basic_fills_in() {
        let target = Target::parse("http://u:p@h/", Some("B")).expect("a URL");
        assert_eq!(target.authorization, Some(HeaderValue::from_static("Bearer B")));
        assert_eq!(format!("{:?}", target.authorization), "Some(Sensitive)");
        let target = Target::parse("http://h/", None).and_then(|it| it.or_basic("token", "a")).expect("a URL");
        assert_eq!(target.authorization, Some(HeaderValue::from_static("Basic dG9rZW46YQ==")));
    }

    #[test]
    fn err_urls() {
        check_error("logs", "expected http:// or https://, found \"\"");
        check_error("syslog://h", "expected http:// or https://, found \"syslog\"");
        for url in ["http://", "http:///logs", "http://h:port/", "http://h ost/"] {
            assert!(matches!(Target::parse(url, None), Err(Error::Address(_))), "{url}");
        }
        for url in ["http://a%4@h/", "http://a%zz@h/"] {
            assert_eq!(Target::parse(url, None).err(), Some(Error::Credentials), "{url}");
        }
    }
}
