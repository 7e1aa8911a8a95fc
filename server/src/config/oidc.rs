//! Sign-in by an OIDC provider: which one, and whom it lets in. What the provider says of
//! itself is read later, since the server starts without it.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use openidconnect::url::{Host, Url};

use sha2::{Digest, Sha256};

use super::{Secret, duration};

/// Longest session that can be set.
const SESSION_MAX: Duration = Duration::from_secs(30 * 86_400);

/// The server's settings.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Oidc {
    /// Issuer of an OIDC provider by which people sign in, exactly as it names itself
    /// [default: none]; `PUBLIC_URL` must be set too.
    #[arg(long, env = "OIDC_ISSUER")]
    pub oidc_issuer: Option<String>,
    /// The name of this server at the provider.
    #[arg(long, env = "OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,
    /// The secret of this server at the provider.
    #[arg(long, env = "OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<Secret>,
    /// File that contains the secret.
    #[arg(long, env = "OIDC_CLIENT_SECRET_FILE")]
    pub oidc_client_secret_file: Option<PathBuf>,
    /// Who comes in with which role, separated by commas: `ada@example.com=editor`,
    /// `@example.com=viewer`, `group:ops=admin`; the strongest role counts.
    #[arg(long, env = "OIDC_ALLOW")]
    pub oidc_allow: Option<String>,
    /// How long somebody stays signed in by the provider.
    #[arg(long, env = "OIDC_SESSION", default_value = "12h", value_parser = duration::parse)]
    pub oidc_session: Duration,
}

/// What is known of the provider, all of it.
#[derive(Clone, Debug)]
pub(crate) struct OidcClient {
    pub issuer: Url,
    /// As it was written: it is compared with what the provider says, character by character.
    pub issuer_text: String,
    pub id: String,
    pub secret: Secret,
    /// `OIDC_ALLOW` as it was written.
    pub allow: String,
    pub session: Duration,
    /// `PUBLIC_URL`, without a slash at its end.
    pub base: String,
}

impl OidcClient {
    /// A hash of what says who comes in: sessions end when it changes.
    pub(crate) fn mark(&self) -> [u8; 32] {
        let parts = [&*self.issuer_text, &*self.id, &*self.allow];
        let hashed = parts.map(|it| Sha256::digest(it.as_bytes()));
        hashed.iter().fold(Sha256::new(), |all, it| all.chain_update(it)).finalize().into()
    }
}

impl Oidc {
    /// The settings of the provider; `None` where there is none.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(crate) fn client(&self, public_url: Option<&str>) -> Result<Option<OidcClient>, String> {
        let file = self.oidc_client_secret_file.as_deref();
        let secret = Secret::from_value_or_file("OIDC_CLIENT_SECRET", self.oidc_client_secret.clone(), file)?;
        let Some(issuer_text) = self.oidc_issuer.clone() else {
            let others = [
                ("OIDC_CLIENT_ID", self.oidc_client_id.is_some()),
                ("OIDC_CLIENT_SECRET", secret.is_some()),
                ("OIDC_ALLOW", self.oidc_allow.is_some()),
            ];
            let set = others.into_iter().find(|it| it.1);
            return set
                .map_or(Ok(None), |it| Err(format!("{} is set without OIDC_ISSUER: expected both or none", it.0)));
        };
        let missing = |name: &str, what: &str| format!("OIDC_ISSUER is set without {name}: expected {what}");
        let issuer = issuer(&issuer_text)?;
        let id = self.oidc_client_id.clone().filter(|it| !it.is_empty());
        let id = id.ok_or_else(|| missing("OIDC_CLIENT_ID", "the name of this server at the provider"))?;
        let secret = secret.filter(|it| !it.expose().is_empty());
        let secret = secret.ok_or_else(|| missing("OIDC_CLIENT_SECRET", "it or OIDC_CLIENT_SECRET_FILE"))?;
        let allow = self.oidc_allow.clone();
        let allow = allow.ok_or_else(|| missing("OIDC_ALLOW", "who comes in, such as @example.com=viewer"))?;
        let base = public_url.ok_or_else(|| {
            missing("PUBLIC_URL", "the address of this server in browsers, to which the provider leads back")
        })?;
        if self.oidc_session.is_zero() || self.oidc_session > SESSION_MAX {
            return Err(format!("OIDC_SESSION: expected 1s to 30d, found {} s", self.oidc_session.as_secs()));
        }
        let base = base.to_owned();
        Ok(Some(OidcClient { issuer, issuer_text, id, secret, allow, session: self.oidc_session, base }))
    }
}

fn issuer(text: &str) -> Result<Url, String> {
    let wrong = || format!("OIDC_ISSUER: expected https:// and a host (http:// on this machine alone), found {text:?}");
    let url = Url::parse(text).map_err(|_| wrong())?;
    let is_plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if is_protected(&url) && is_plain && url.password().is_none() { Ok(url) } else { Err(wrong()) }
}

/// Whether nobody on the way can read or change what is sent there: HTTPS, or this machine.
pub(crate) fn is_protected(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_issuers() {
        for text in [
            "https://id.example.com",
            "https://id.example.com/realms/a/",
            "http://localhost:1",
            "http://127.0.0.1:8080/a",
            "http://[::1]:1",
        ] {
            assert!(issuer(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn err_issuers() {
        for text in [
            "",
            "id.example.com",
            "http://id.example.com",
            "http://10.0.0.1",
            "http://localhost.evil.example",
            "http://127.0.0.1.nip.io",
            "ftp://localhost",
            "https://",
            "https://a:b@id.example.com",
            "https://id.example.com?a=b",
            "https://id.example.com#a",
        ] {
            assert!(issuer(text).is_err_and(|it| it.starts_with("OIDC_ISSUER: expected https://")), "{text}");
        }
    }
}
