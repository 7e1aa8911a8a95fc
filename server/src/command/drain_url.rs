//! Where a server is reached, as commands print it: the URL of a drain, and the new token in it.

use super::error::Error;
use crate::{
    access::{Token, token::url},
    config::Certificate,
};

/// Arguments that say where the server is reached.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct ServerUrl {
    /// Base URL at which senders and browsers reach the server, with scheme
    /// [default: made from HOST and PORT].
    #[arg(long, env = "PUBLIC_URL")]
    pub url: Option<String>,
    /// The server's certificate: with one the URL begins with https://.
    #[command(flatten)]
    pub certificate: Certificate,
    /// Port of the server.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// Address of the server.
    #[arg(long, env = "HOST", default_value = "127.0.0.1")]
    pub host: String,
}

impl ServerUrl {
    /// The base URL that was given, or that of this machine.
    pub(super) fn base(self) -> String {
        let scheme = self.certificate.scheme();
        self.url.unwrap_or_else(|| local_url(scheme, &self.host, self.port))
    }
}

/// A new token.
pub(super) fn generated() -> Result<Token, Error> {
    Token::generate().map_err(|it| Error::Failed(format!("could not generate a token: {it}")))
}

/// The URL of a drain, or what is wrong with the base that was given.
pub(super) fn checked_url(base: &str, token: &Token) -> Result<String, Error> {
    let wrong = || Error::Usage(format!("expected --url to begin with http:// or https://, found {base:?}"));
    url(base, token).ok_or_else(wrong)
}

/// The URL at which this machine reaches a server that listens on `host`.
#[must_use]
pub(super) fn local_url(scheme: &str, host: &str, port: u16) -> String {
    match host {
        "0.0.0.0" | "::" => format!("{scheme}://127.0.0.1:{port}"),
        host if host.contains(':') => format!("{scheme}://[{host}]:{port}"),
        host => format!("{scheme}://{host}:{port}"),
    }
}
