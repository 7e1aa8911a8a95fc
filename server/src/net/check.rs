//! Checks that apply to the head of every request, whatever its path. Which host names are accepted
//! is checked elsewhere, in the outlet.

use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, Version, header};

/// Longest head of a request, bytes. Browsers stop at 16 kB of cookies; the longest URLs of our own
/// pages have 4 kB.
pub(crate) const HEAD_BYTES_MAX: usize = 32 << 10;

/// Whether a path is a health probe. Probes come from the simplest clients and reveal nothing else.
#[must_use]
pub(crate) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

/// Why a request was refused by its head alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// No `Host` header, or several: a proxy in between might have used another one.
    #[error("expected one Host header, found {0}")]
    Hosts(usize),
    /// With HTTP/2, a `Host` header beside another `:authority`.
    #[error("expected Host to be the same as :authority")]
    Authority,
    /// A transfer coding other than `chunked`; the end of the body would be a guess.
    #[error("expected Transfer-Encoding: chunked or none")]
    TransferEncoding,
}

impl Error {
    /// The status of the reply.
    #[must_use]
    pub(crate) const fn status(self) -> StatusCode {
        match self {
            Self::Hosts(_) | Self::Authority => StatusCode::BAD_REQUEST,
            // RFC 9112, section 6.1.
            Self::TransferEncoding => StatusCode::NOT_IMPLEMENTED,
        }
    }
}

/// Gives a request of HTTP/2 the `Host` header that its `:authority` stands for (RFC 9113, section
/// 8.3.1), so that everything behind this finds the host in one place.
///
/// # Errors
/// [`Error::Authority`].
pub(crate) fn set_host<B>(request: &mut Request<B>) -> Result<(), Error> {
    let authority = request.uri().authority().filter(|_| request.version() == Version::HTTP_2);
    let Some(authority) = authority.and_then(|it| HeaderValue::from_str(it.as_str()).ok()) else { return Ok(()) };
    let headers = request.headers_mut();
    if headers.get_all(header::HOST).iter().any(|it| *it != authority) {
        return Err(Error::Authority);
    }
    headers.insert(header::HOST, authority);
    Ok(())
}

/// Checks a request's head.
///
/// # Errors
/// See [`Error`].
pub(crate) fn head(path: &str, headers: &HeaderMap) -> Result<(), Error> {
    let hosts = headers.get_all(header::HOST).iter().count();
    // A probe over HTTP/1.0 sends no Host header.
    if hosts > 1 || (hosts == 0 && !is_probe(path)) {
        return Err(Error::Hosts(hosts));
    }
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(coding), None) if coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => Err(Error::TransferEncoding),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    #[track_caller]
    fn check(path: &str, headers: &[(&'static str, &'static str)], expected: Result<(), Error>) {
        let map = headers.iter().map(|it| (HeaderName::from_static(it.0), HeaderValue::from_static(it.1)));
        let mut found = HeaderMap::new();
        map.for_each(|(name, value)| {
            found.append(name, value);
        });
        assert_eq!(head(path, &found), expected, "{headers:?}");
    }

    const HOST: (&str, &str) = ("host", "a");

    #[test]
    fn ok_heads() {
        check("/", &[HOST], Ok(()));
        check("/healthz", &[], Ok(()));
        check("/logs", &[HOST, ("transfer-encoding", "chunked")], Ok(()));
        check("/logs", &[HOST, ("transfer-encoding", " Chunked ")], Ok(()));
    }

    #[test]
    fn err_hosts() {
        check("/", &[], Err(Error::Hosts(0)));
        check("/readyz/", &[], Err(Error::Hosts(0)));
        check("/", &[HOST, HOST], Err(Error::Hosts(2)));
        check("/healthz", &[HOST, ("host", "b")], Err(Error::Hosts(2)));
    }

    #[test]
    fn err_codings() {
        for coding in ["gzip, chunked", "chunked, chunked", "gzip", "identity", "", "xchunked"] {
            check("/logs", &[HOST, ("transfer-encoding", coding)], Err(Error::TransferEncoding));
        }
        let twice = [HOST, ("transfer-encoding", "gzip"), ("transfer-encoding", "chunked")];
        check("/logs", &twice, Err(Error::TransferEncoding));
    }
}
