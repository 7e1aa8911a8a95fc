//! What messages about incidents need: the server's settings, parts of which commands share.

use std::path::PathBuf;

use super::Secret;

/// The server's settings.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Alerts {
    /// How messages go out.
    #[command(flatten)]
    pub delivery: Delivery,
    /// The key of secrets.
    #[command(flatten)]
    pub key: KeySettings,
    /// URL that is requested every minute while lines are taken in and rules are judged
    /// [default: none].
    #[arg(long, env = "HEARTBEAT_URL", hide_env_values = true)]
    pub heartbeat_url: Option<Secret>,
    /// File that contains the URL.
    #[arg(long, env = "HEARTBEAT_URL_FILE")]
    pub heartbeat_url_file: Option<PathBuf>,
}

/// How messages go out.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Delivery {
    /// The address at which people reach the dashboard, for links in messages
    /// [default: http:// and the address that the server listens on].
    #[arg(long, env = "PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Let channels and the heartbeat reach private addresses; 1 allows them.
    #[arg(long, env = "ALERT_PRIVATE", value_parser = clap::builder::BoolishValueParser::new(), default_value = "0")]
    pub alert_private: bool,
}

/// The key that encrypts the secrets of channels.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct KeySettings {
    /// Key that encrypts the secrets of channels: 32 bytes in base64
    /// [default: a file beside the database, made at first use].
    #[arg(long, env = "ALERT_KEY", hide_env_values = true)]
    pub alert_key: Option<Secret>,
    /// File that contains the key.
    #[arg(long, env = "ALERT_KEY_FILE")]
    pub alert_key_file: Option<PathBuf>,
}

impl Alerts {
    /// Reads secrets from their files, and checks the URL of the heartbeat.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(crate) fn validated(mut self) -> Result<Self, String> {
        self.key = KeySettings { alert_key: self.key.read()?, alert_key_file: None };
        let (url, file) = (self.heartbeat_url.take(), self.heartbeat_url_file.take());
        self.heartbeat_url = Secret::from_value_or_file("HEARTBEAT_URL", url, file.as_deref())?;
        let is_url = |it: &Secret| it.expose().starts_with("http://") || it.expose().starts_with("https://");
        if self.heartbeat_url.as_ref().is_some_and(|it| !is_url(it)) {
            return Err("HEARTBEAT_URL: expected a URL that begins with https:// or http://".to_owned());
        }
        Ok(self)
    }
}

impl KeySettings {
    /// The key of the variable or of its file; `None` where neither is set.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(crate) fn read(self) -> Result<Option<Secret>, String> {
        Secret::from_value_or_file("ALERT_KEY", self.alert_key, self.alert_key_file.as_deref())
    }
}

/// A base URL, without a slash at its end.
fn public_url(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or("");
    let is_plain = |it: char| it.is_ascii_graphic() && !matches!(it, '?' | '#' | '@' | '"' | '<' | '>');
    if host.trim_end_matches('/').is_empty() || !host.chars().all(is_plain) {
        return Err(format!("expected http:// or https:// and a host, found {text:?}"));
    }
    Ok(text.trim_end_matches('/').to_owned())
}
