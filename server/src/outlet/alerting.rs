//! What alerts need besides the store, shared by every handler.

use std::sync::Arc;

use super::{heartbeat::Heartbeat, notify::notifier::Notifier};
use crate::{access::password_throttle::PasswordThrottle, receiver::intake::QueueGauge, watch::mute::Mutes};

/// What alerts need besides the store. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Alerting {
    /// Sends messages; has the key that encrypts the secrets of channels and signs links.
    pub notifier: Notifier,
    /// The mutes and maintenance windows.
    pub mutes: Mutes,
    /// Slows down guessing of mute links.
    pub guesses: Arc<PasswordThrottle>,
    /// Tells another service that this one works.
    pub heartbeat: Arc<Heartbeat>,
    /// How many batches wait for the writer.
    pub queue: QueueGauge,
}
