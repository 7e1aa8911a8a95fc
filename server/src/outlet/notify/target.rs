//! Where a channel's messages go: its URL, checked for its kind, and the key of a webhook. What the
//! URL of a kind looks like is in `forms`.

use lettre::Address;
use serde::{Deserialize, Serialize};

use super::{signature::SigningKey, url::Url};

/// What is encrypted in the row of a channel.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// The URL as it was typed.
    pub url: String,
    /// The key of a webhook, as its receiver has it: `whsec_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_key: Option<String>,
}

/// Where messages go. Its `Debug` shows what [`Target::shown`] does.
#[derive(Clone)]
pub(crate) enum Target {
    /// A webhook whose URL is all there is to know.
    Slack(Url),
    Mattermost(Url),
    Discord(Url),
    Teams(Url),
    /// The address of its events, and the routing key.
    PagerDuty {
        url: Url,
        routing_key: String,
    },
    /// The server's root, and the topic.
    Ntfy {
        url: Url,
        topic: String,
    },
    /// The method's address, which has the token, and the chat.
    Telegram {
        url: Url,
        chat_id: String,
        thread_id: Option<String>,
    },
    Email(Mailbox),
    /// The key is missing until it is made.
    Webhook {
        url: Url,
        key: Option<SigningKey>,
    },
    /// The address of its API.
    Alertmanager(Url),
}

/// A mail server, the sender and the recipients.
#[derive(Clone)]
pub(crate) struct Mailbox {
    /// The server's host, as its certificate names it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// User and password.
    pub login: Option<(String, String)>,
    /// The sender.
    pub from: Address,
    /// The recipients.
    pub to: Vec<Address>,
}

/// How the connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Security {
    /// From its beginning.
    Tls,
    /// By STARTTLS, which the server must offer.
    StartTls,
    /// Not at all.
    None,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Target({})", self.shown())
    }
}

impl Target {
    /// What may be shown: the host, or the addresses of mail.
    #[must_use]
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Telegram { url, chat_id, .. } => format!("{}, chat {chat_id}", url.host),
            Self::Email(mail) => {
                let to: Vec<String> = mail.to.iter().map(ToString::to_string).collect();
                format!("{} via {}", to.join(", "), mail.host)
            }
            other => other.url().map_or(String::new(), |it| it.host.clone()),
        }
    }

    /// The URL that is posted to; mail has none.
    #[must_use]
    pub(super) const fn url(&self) -> Option<&Url> {
        match self {
            Self::Slack(url)
            | Self::Mattermost(url)
            | Self::Discord(url)
            | Self::Teams(url)
            | Self::Alertmanager(url)
            | Self::PagerDuty { url, .. }
            | Self::Ntfy { url, .. }
            | Self::Telegram { url, .. }
            | Self::Webhook { url, .. } => Some(url),
            Self::Email(_) => None,
        }
    }

    /// Every secret in it, the longest first, to be masked in what servers answer.
    #[must_use]
    pub(crate) fn secrets(&self) -> Vec<String> {
        let mut found = self.url().map(Url::secrets).unwrap_or_default();
        match self {
            Self::Email(mail) => {
                found.extend(mail.login.iter().flat_map(|(user, password)| [user.clone(), password.clone()]));
            }
            Self::PagerDuty { routing_key: secret, .. } | Self::Ntfy { topic: secret, .. } => {
                found.push(secret.clone());
            }
            _ => {}
        }
        // Shorter ones would mask words.
        found.retain(|it| it.len() >= 4);
        found.sort_by_key(|it| std::cmp::Reverse(it.len()));
        found
    }
}
