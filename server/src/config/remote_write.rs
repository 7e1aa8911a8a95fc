//! The store that the series of all apps are sent to.

use std::path::PathBuf;

use super::secret::Secret;

/// The server's settings.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RemoteWrite {
    /// URL of a Prometheus-compatible store that takes remote write; the series of every app are
    /// sent to it [default: none]. It may hold a user and a password.
    #[arg(long, env = "REMOTE_WRITE_URL", hide_env_values = true)]
    pub remote_write_url: Option<Secret>,
    /// File that contains the URL.
    #[arg(long, env = "REMOTE_WRITE_URL_FILE")]
    pub remote_write_url_file: Option<PathBuf>,
    /// Bearer token for it.
    #[arg(long, env = "REMOTE_WRITE_TOKEN", hide_env_values = true)]
    pub remote_write_token: Option<Secret>,
    /// File that contains the token.
    #[arg(long, env = "REMOTE_WRITE_TOKEN_FILE")]
    pub remote_write_token_file: Option<PathBuf>,
}

impl RemoteWrite {
    /// Reads secrets from their files.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(super) fn validated(mut self) -> Result<Self, String> {
        let (url, file) = (self.remote_write_url.take(), self.remote_write_url_file.take());
        self.remote_write_url = Secret::from_value_or_file("REMOTE_WRITE_URL", url, file.as_deref())?;
        let (token, file) = (self.remote_write_token.take(), self.remote_write_token_file.take());
        self.remote_write_token = Secret::from_value_or_file("REMOTE_WRITE_TOKEN", token, file.as_deref())?;
        if self.remote_write_token.is_some() && self.remote_write_url.is_none() {
            return Err("REMOTE_WRITE_TOKEN is set: expected REMOTE_WRITE_URL too".to_owned());
        }
        let has_password = |url: &Secret| url.expose().split('/').nth(2).is_some_and(|host| host.contains('@'));
        if self.remote_write_token.is_some() && self.remote_write_url.as_ref().is_some_and(has_password) {
            return Err(
                "REMOTE_WRITE_TOKEN and a user in REMOTE_WRITE_URL are both set: expected only one of them".to_owned()
            );
        }
        Ok(self)
    }
}
