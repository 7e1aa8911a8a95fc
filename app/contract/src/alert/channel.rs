//! Channels: where messages go, for which apps, and from which severity on.

use serde::{Deserialize, Serialize};

use super::{IncidentId, Severity};
use crate::as_text::word_in_json;

/// The number of a channel.
pub type ChannelId = i64;

/// The kinds of channels. In JSON and on the command line one lower-case word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelKind {
    /// A Slack incoming webhook.
    Slack,
    /// A Mattermost incoming webhook.
    Mattermost,
    /// A Discord webhook.
    Discord,
    /// A Microsoft Teams workflow.
    Teams,
    /// `PagerDuty` Events v2.
    PagerDuty,
    /// A topic of an ntfy server.
    Ntfy,
    /// A Telegram bot.
    Telegram,
    /// Mail over SMTP.
    Email,
    /// A signed webhook, after Standard Webhooks.
    Webhook,
    /// A Prometheus Alertmanager, which passes alerts on to receivers of its own.
    Alertmanager,
}

impl ChannelKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Slack,
        Self::Mattermost,
        Self::Discord,
        Self::Teams,
        Self::PagerDuty,
        Self::Ntfy,
        Self::Telegram,
        Self::Email,
        Self::Webhook,
        Self::Alertmanager,
    ];

    /// The kind as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Mattermost => "mattermost",
            Self::Discord => "discord",
            Self::Teams => "teams",
            Self::PagerDuty => "pagerduty",
            Self::Ntfy => "ntfy",
            Self::Telegram => "telegram",
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Alertmanager => "alertmanager",
        }
    }

    /// The name as its makers write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slack => "Slack",
            Self::Mattermost => "Mattermost",
            Self::Discord => "Discord",
            Self::Teams => "Microsoft Teams",
            Self::PagerDuty => "PagerDuty",
            Self::Ntfy => "ntfy",
            Self::Telegram => "Telegram",
            Self::Email => "Email",
            Self::Webhook => "Webhook",
            Self::Alertmanager => "Alertmanager",
        }
    }

    /// What its URL looks like.
    #[must_use]
    pub const fn example(self) -> &'static str {
        match self {
            Self::Slack => "https://hooks.slack.com/services/T…/B…/…",
            Self::Mattermost => "https://mattermost.example.com/hooks/…",
            Self::Discord => "https://discord.com/api/webhooks/ID/TOKEN",
            Self::Teams => "https://….logic.azure.com/workflows/…",
            Self::PagerDuty => "https://ROUTING_KEY@events.pagerduty.com",
            Self::Ntfy => "https://ntfy.sh/TOPIC or https://TOKEN@ntfy.example.com/TOPIC",
            Self::Telegram => "https://api.telegram.org/botTOKEN?chat_id=ID",
            Self::Email => "smtps://USER:PASSWORD@smtp.example.com?from=ADDRESS&to=ADDRESS",
            Self::Webhook => "https://example.com/hook",
            Self::Alertmanager => "https://alertmanager.example.com",
        }
    }
}

word_in_json!(ChannelKind);

/// A channel as a person writes it. What it means is checked by the server, which knows the form of
/// each kind's URL.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChannelDraft {
    /// Its kind.
    pub kind: ChannelKind,
    /// What people call it; its kind where it is empty.
    #[serde(default)]
    pub name: String,
    /// Where messages go, with whatever proves that they may: never shown again. Empty where a
    /// channel is changed and keeps its own.
    #[serde(default)]
    pub url: String,
    /// The zone of times in its messages, such as `Europe/Berlin`; UTC where it is empty.
    #[serde(default)]
    pub zone: String,
    /// The least urgent severity that it gets.
    #[serde(default = "warning")]
    pub severity: Severity,
    /// The apps that it gets messages of; of every app where it is empty.
    #[serde(default)]
    pub apps: Vec<String>,
}

const fn warning() -> Severity {
    Severity::Warning
}

/// A channel as pages and the API show it: without secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Channel {
    /// Its number.
    pub id: ChannelId,
    /// Its kind.
    pub kind: ChannelKind,
    /// What people call it.
    pub name: String,
    /// Where its messages go, without what is secret: `hooks.slack.com`.
    pub target: String,
    /// The zone of times in its messages.
    pub zone: String,
    /// The least urgent severity that it gets.
    pub severity: Severity,
    /// The apps that it gets messages of; of every app where it is empty.
    pub apps: Vec<String>,
    /// When it was created, unix milliseconds.
    pub created_ms: i64,
    /// When a message was last delivered, unix milliseconds.
    pub delivered_ms: Option<i64>,
    /// Messages that wait to be delivered.
    pub waiting: u32,
    /// Why the last attempt failed, where it did.
    pub problem: Option<String>,
}

/// A message and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// Its id, the same over all attempts.
    pub message_id: String,
    /// The channel.
    pub channel: ChannelId,
    /// The channel's name.
    pub channel_name: String,
    /// The incident, where it is about one.
    pub incident: Option<IncidentId>,
    /// What it says, in one line.
    pub text: String,
    /// When it was made, unix milliseconds.
    pub created_ms: i64,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was delivered, unix milliseconds.
    pub delivered_ms: Option<i64>,
    /// When it is tried again, unix milliseconds; `None` once it is delivered or given up.
    pub next_ms: Option<i64>,
    /// Why the last attempt failed.
    pub problem: Option<String>,
}
