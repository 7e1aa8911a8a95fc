//! Sends one message to one channel: opens its secret, writes the message and waits for the answer
//! on a thread of its own. When that happens is decided by the worker, or by a person who tries a
//! channel.

use contract::alert::{ChannelId, Delivery};
use jiff::tz::TimeZone;

use super::{
    forms,
    guard::Guard,
    links,
    outcome::Outcome,
    sender::Sender,
    smtp::Smtp,
    text::{Message, of_digest, of_notice},
};
use crate::{
    access::alert_key::AlertKey,
    clock::now_ms,
    store::{
        Store,
        alert::{
            channels::{self, Sealed},
            notice::{Notice, NoticeKind},
            outbox,
        },
    },
};

/// Why a channel could not be tried.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TestError {
    /// There is no channel of that number.
    #[error("there is no channel {0}")]
    Unknown(ChannelId),
    /// The store can't be read.
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// Sends messages. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Notifier {
    /// Where channels and the outbox are.
    pub store: Store,
    /// Opens the secrets of channels, and signs links.
    pub key: AlertKey,
    sender: Sender,
    /// The address of the dashboard, without a slash at its end.
    pub base: Option<String>,
}

impl Notifier {
    /// `base` is the address of the dashboard, without a slash at its end.
    #[must_use]
    pub(crate) fn new(store: Store, key: AlertKey, base: Option<String>, allows_private: bool) -> Self {
        let guard = Guard { allows_private };
        Self::with(store, key, base, Sender::new(guard, Smtp { guard, authority: None }))
    }

    pub(super) fn with(store: Store, key: AlertKey, base: Option<String>, sender: Sender) -> Self {
        Self { store, key, sender, base }
    }

    /// Sends a test message at once, beside the outbox and its budget.
    ///
    /// # Errors
    /// See [`TestError`]. That it was not delivered is no error: the answer says why.
    pub(crate) async fn send_test(&self, channel: ChannelId) -> Result<Delivery, TestError> {
        let found = channels::find(&self.store.readers, channel).await?.ok_or(TestError::Unknown(channel))?;
        let (at_ms, message_id) = (now_ms(), outbox::message_id()?);
        let notice = test(at_ms);
        let (channel_name, text) = (found.channel.name.clone(), notice.line());
        let problem = match self.send(found, message_id.clone(), vec![notice], false).await {
            Outcome::Delivered => None,
            Outcome::Later { problem, .. } | Outcome::Refused { problem } | Outcome::Gone { problem } => Some(problem),
        };
        Ok(Delivery {
            message_id,
            channel,
            channel_name,
            incident: None,
            text,
            created_ms: at_ms,
            attempts: 1,
            delivered_ms: problem.is_none().then(now_ms),
            next_ms: None,
            problem,
        })
    }

    /// Sends notices as one message and waits for the answer.
    pub(super) async fn send(&self, to: Sealed, id: String, notices: Vec<Notice>, is_digest: bool) -> Outcome {
        let later = |problem: String| Outcome::Later { problem, after: None, may_have_arrived: false };
        let secret = match self.key.open(&to.sealed) {
            Ok(secret) => secret,
            Err(error) => return later(error.to_string()),
        };
        let target = match forms::open(to.channel.kind, &secret) {
            Ok(target) => target,
            Err(error) => return later(error),
        };
        let zone = TimeZone::get(&to.channel.zone).unwrap_or(TimeZone::UTC);
        let mut text = match notices.as_slice() {
            [notice] if !is_digest => of_notice(notice, &zone),
            notices => of_digest(notices, to.dropped),
        };
        let (base, now_ms) = (self.base.clone(), now_ms());
        links::add(&mut text, &notices, base.as_deref(), &self.key, to.channel.id, &to.channel.zone, now_ms);
        let message = Message { id, notices, text, base, is_digest, now_ms };
        let (sender, kind) = (self.sender.clone(), to.channel.kind);
        let sent = tokio::task::spawn_blocking(move || sender.send(kind, &target, &message)).await;
        sent.unwrap_or_else(|_| Outcome::Later {
            problem: "the message could not be sent: its thread ended".to_owned(),
            after: None,
            may_have_arrived: true,
        })
    }
}

fn test(at_ms: i64) -> Notice {
    let (incident, value, limit, usual) = (None, None, None, None);
    Notice { kind: NoticeKind::Test, incident, at_ms, value, limit, usual, unit: String::new(), others: vec![] }
}
