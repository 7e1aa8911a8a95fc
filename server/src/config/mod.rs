//! The settings that environment variables and flags give, one struct for each concern.
//!
//! Each field names its variable; a flag of the same name overrides it. Only secrets can be read
//! from files.

/// Durations such as `24h`.
pub(crate) mod duration;

/// Sizes such as `4GB`.
pub(crate) mod size;

/// The settings as a page shows them.
mod shown;

/// Values that never appear in a log.
pub(crate) mod secret;

/// What messages about incidents need.
mod alerts;

/// Certificates and proxies.
mod network;

/// Sign-in by an OIDC provider.
mod oidc;

/// The store that series are sent to.
mod remote_write;

/// Metrics of statsd.
mod statsd;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

pub(crate) use self::{
    alerts::{Alerts, Delivery, KeySettings},
    network::{Certificate, Doors, Network},
    oidc::{Oidc, OidcClient, is_protected},
    remote_write::RemoteWrite,
    secret::Secret,
    shown::{Setting, Settings, of as shown},
    statsd::Statsd,
};

/// A password with fewer characters than this causes a warning.
pub(crate) const PASSWORD_CHARS_MIN: usize = 12;

/// Settings of `streamgauge serve`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Serve {
    /// Port to listen on; 0 picks a free port.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    pub port: u16,
    /// Address to listen on; any address other than loopback requires ADMIN_PASSWORD
    /// or a provider by which people sign in.
    #[arg(long, env = "HOST", default_value = "127.0.0.1", value_parser = host)]
    pub host: IpAddr,
    /// Port of the syslog receiver, TCP and UDP [default: disabled]; 0 picks a free port.
    #[arg(long, env = "SYSLOG_PORT")]
    pub syslog_port: Option<u16>,
    /// Metrics of statsd.
    #[command(flatten)]
    pub statsd: Statsd,
    /// Certificates and proxies.
    #[command(flatten)]
    pub network: Network,
    /// Where the data is kept; the file is made when missing.
    #[command(flatten)]
    pub store: Store,
    /// Password for the dashboard and the API, with any user name
    /// [default: none, open to this machine only].
    #[arg(long, env = "ADMIN_PASSWORD", hide_env_values = true)]
    pub admin_password: Option<Secret>,
    /// File that contains the password.
    #[arg(long, env = "ADMIN_PASSWORD_FILE")]
    pub admin_password_file: Option<PathBuf>,
    /// Sign-in by an OIDC provider.
    #[command(flatten)]
    pub oidc: Oidc,
    /// Durability of a commit: `normal` survives a crash of the process, `full` also a power loss,
    /// but waits for the disk.
    #[arg(long, env = "SYNCHRONOUS", value_enum, default_value_t)]
    pub synchronous: Synchronous,
    /// What messages about incidents need.
    #[command(flatten)]
    pub alerts: Alerts,
    /// The store that series are sent to.
    #[command(flatten)]
    pub remote_write: RemoteWrite,
    /// How long each kind of data stays, and how much of it.
    #[command(flatten)]
    pub retention: Retention,
    /// All of them as the page of settings shows them.
    #[arg(skip)]
    pub shown: Settings,
}

/// Where the data is kept.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Store {
    /// The database: `sqlite://` followed by a path; created if missing.
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://streamgauge.db", value_parser = database_path)]
    pub database_url: PathBuf,
}

/// How long data stays, and how much of it: whichever limit is reached first.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Retention {
    /// How long 10 s rollups are kept.
    #[arg(long, env = "RETENTION_10S", default_value = "24h", value_parser = duration::parse)]
    pub retention_10s: Duration,
    /// How long 1 min rollups are kept.
    #[arg(long, env = "RETENTION_1M", default_value = "30d", value_parser = duration::parse)]
    pub retention_1m: Duration,
    /// How long 1 h rollups are kept.
    #[arg(long, env = "RETENTION_1H", default_value = "400d", value_parser = duration::parse)]
    pub retention_1h: Duration,
    /// How long log lines are kept; 0 keeps none.
    #[arg(long, env = "RETENTION_LOGS", default_value = "3d", value_parser = duration::parse)]
    pub retention_logs: Duration,
    /// Maximum size of the 10 s rollups.
    #[arg(long, env = "SIZE_10S", default_value = "4GB", value_parser = size::parse)]
    pub size_10s: u64,
    /// Maximum size of the 1 min rollups.
    #[arg(long, env = "SIZE_1M", default_value = "8GB", value_parser = size::parse)]
    pub size_1m: u64,
    /// Maximum size of the 1 h rollups.
    #[arg(long, env = "SIZE_1H", default_value = "8GB", value_parser = size::parse)]
    pub size_1h: u64,
    /// Maximum size of the log lines.
    #[arg(long, env = "SIZE_LOGS", default_value = "10GB", value_parser = size::parse)]
    pub size_logs: u64,
}

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Synchronous {
    /// Survives a crash of the process; a power loss may lose the commits of the last second.
    #[default]
    Normal,
    /// Also survives a power loss: each commit waits for the disk.
    Full,
}

impl Serve {
    /// The address to listen on.
    #[must_use]
    pub(crate) const fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// Reads the password from its file, and checks settings that depend on each other.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(crate) fn validated(mut self) -> Result<Self, String> {
        let file = self.admin_password_file.take();
        self.admin_password =
            Secret::from_value_or_file("ADMIN_PASSWORD", self.admin_password.take(), file.as_deref())?;
        self.alerts = self.alerts.validated()?;
        self.statsd = self.statsd.validated()?;
        self.remote_write = self.remote_write.validated()?;
        self.network = self.network.validated(self.syslog_port)?;
        if self.admin_password.as_ref().is_some_and(|it| it.expose().is_empty()) {
            return Err("ADMIN_PASSWORD is empty: expected a password, or the variable unset".to_owned());
        }
        let oidc = self.oidc_client()?;
        let is_open = self.admin_password.is_none() && oidc.is_none();
        if !self.host.is_loopback() && is_open {
            return Err(format!(
                "HOST={} is reachable from other machines: set ADMIN_PASSWORD or OIDC_ISSUER, or use HOST=127.0.0.1",
                self.host
            ));
        }
        Ok(self)
    }

    /// The settings of the provider by which people sign in; `None` where there is none.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(crate) fn oidc_client(&self) -> Result<Option<OidcClient>, String> {
        self.oidc.client(self.alerts.delivery.public_url.as_deref())
    }
}

/// Reads the address that the server listens on.
///
/// # Errors
/// A sentence with what was found.
pub(crate) fn host(text: &str) -> Result<IpAddr, String> {
    if text == "localhost" {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    text.parse().map_err(|_| format!("expected an IP address or localhost, found {text:?}"))
}

fn database_path(url: &str) -> Result<PathBuf, String> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:")).unwrap_or("");
    if path.is_empty() || path.contains('?') || path == ":memory:" {
        return Err(format!("expected sqlite:// and the path of a file, found {url:?}"));
    }
    Ok(PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_database_urls() {
        assert_eq!(database_path("sqlite://a/b.db"), Ok(PathBuf::from("a/b.db")));
        assert_eq!(database_path("sqlite:///var/b.db"), Ok(PathBuf::from("/var/b.db")));
    }

    #[test]
    fn err_database_urls() {
        for url in ["", "sqlite://", "postgres://x", "sqlite::memory:", "sqlite://a?mode=ro"] {
            assert!(database_path(url).is_err(), "{url}");
        }
    }
}
