//! The port of statsd, and the drain that its metrics belong to.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use super::secret::Secret;

/// The server's settings.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Statsd {
    /// UDP port of the receiver of statsd [default: disabled]; 0 picks a free port.
    #[arg(long, env = "STATSD_PORT")]
    pub statsd_port: Option<u16>,
    /// Address of that port. statsd has no passwords: whoever reaches it can send metrics.
    #[arg(long, env = "STATSD_HOST", default_value = "127.0.0.1")]
    pub statsd_host: IpAddr,
    /// Token of the drain that metrics belong to; the tag `app:` names the app of a shared drain.
    #[arg(long, env = "STATSD_TOKEN", hide_env_values = true)]
    pub statsd_token: Option<Secret>,
    /// File that contains the token.
    #[arg(long, env = "STATSD_TOKEN_FILE")]
    pub statsd_token_file: Option<PathBuf>,
}

impl Statsd {
    /// Reads the token from its file, and checks that it is there.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(super) fn validated(mut self) -> Result<Self, String> {
        let file = self.statsd_token_file.take();
        self.statsd_token = Secret::from_value_or_file("STATSD_TOKEN", self.statsd_token.take(), file.as_deref())?;
        if self.statsd_port.is_some() && self.statsd_token.as_ref().is_none_or(|it| it.expose().is_empty()) {
            return Err("STATSD_PORT is set: expected STATSD_TOKEN too, the token of a drain".to_owned());
        }
        Ok(self)
    }

    /// The address to listen on and the token; `None` if the receiver is disabled.
    pub(crate) fn listens(&self) -> Option<(SocketAddr, &Secret)> {
        Some((SocketAddr::new(self.statsd_host, self.statsd_port?), self.statsd_token.as_ref()?))
    }
}
