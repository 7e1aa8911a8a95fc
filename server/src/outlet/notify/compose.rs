//! From a message to what is sent: the request of each kind of channel.

use super::{
    alertmanager, discord, email, mattermost, ntfy, pagerduty,
    signature::SigningKey,
    slack,
    target::{Mailbox, Target},
    teams, telegram,
    text::Message,
    url::Url,
    webhook,
};

/// Something to be sent.
pub(crate) enum Outgoing<'a> {
    /// A POST of JSON.
    Post {
        /// Where to.
        url: String,
        /// Headers besides `Content-Type`.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// A mail, and the server that takes it.
    Mail {
        /// Where to.
        mailbox: &'a Mailbox,
        /// The mail.
        mail: Box<lettre::Message>,
    },
}

/// The request of a message.
///
/// # Errors
/// A sentence, when a mail has no valid form.
pub(crate) fn compose<'a>(target: &'a Target, message: &Message) -> Result<Outgoing<'a>, String> {
    let json = |url: &Url, body: serde_json::Value| {
        let headers = url.authorization().map(|it| ("Authorization", it)).into_iter().collect();
        Outgoing::Post { url: url.request(), headers, body: body.to_string().into_bytes() }
    };
    Ok(match target {
        Target::Slack(url) => json(url, slack::body(message)),
        Target::Mattermost(url) => json(url, mattermost::body(message)),
        Target::Discord(url) => json(url, discord::body(message)),
        Target::Teams(url) => json(url, teams::body(message)),
        Target::PagerDuty { url, routing_key } => json(url, pagerduty::body(message, routing_key)),
        Target::Ntfy { url, topic } => json(url, ntfy::body(message, topic)),
        Target::Telegram { url, chat_id, thread_id } => {
            json(url, telegram::body(message, chat_id, thread_id.as_deref()))
        }
        Target::Alertmanager(url) => json(url, alertmanager::body(message)),
        Target::Webhook { url, key } => signed(url, key.as_ref(), message),
        Target::Email(mailbox) => {
            let mail = email::mail(message, mailbox).map_err(|it| format!("the mail could not be written: {it}"))?;
            Outgoing::Mail { mailbox, mail: Box::new(mail) }
        }
    })
}

/// A webhook's request: its id is the same in each attempt, its timestamp is not.
fn signed<'a>(url: &Url, key: Option<&SigningKey>, message: &Message) -> Outgoing<'a> {
    let (body, at_s) = (webhook::body(message), message.now_ms.div_euclid(1_000));
    let mut headers = vec![("webhook-id", message.id.clone()), ("webhook-timestamp", at_s.to_string())];
    headers.extend(key.map(|it| ("webhook-signature", it.sign(&message.id, at_s, &body))));
    headers.extend(url.authorization().map(|it| ("Authorization", it)));
    Outgoing::Post { url: url.request(), headers, body }
}
