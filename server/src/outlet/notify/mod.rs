//! Messages about incidents go out: what they say, how each kind of channel writes it down, and
//! when it is sent.

// What a channel is.

/// The parts of a URL.
pub(crate) mod url;

/// Signatures of webhooks.
pub(crate) mod signature;

/// Where messages go.
pub(crate) mod target;

/// The forms of the URLs of each kind.
pub(crate) mod forms;

// What a message says.

mod cut;

mod text;

mod links;

#[cfg(test)]
mod sample;

// How each kind writes it down.

mod html;

mod markdown;

mod slack;

mod mattermost;

mod discord;

mod teams;

mod pagerduty;

mod ntfy;

mod telegram;

mod email;

mod webhook;

mod alertmanager;

mod compose;

// How it is sent.

/// Which addresses may be reached.
pub(crate) mod guard;

/// The HTTP client.
pub(crate) mod client;

/// What an answer means.
pub(crate) mod outcome;

mod smtp;

/// Sends a message over the network.
pub(crate) mod sender;

/// Sends one message to one channel.
pub(crate) mod notifier;

mod plan;

/// Delivers what the outbox holds.
pub(crate) mod worker;

#[cfg(test)]
mod tests;
