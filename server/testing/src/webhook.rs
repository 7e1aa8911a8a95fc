//! A receiver of webhooks that refuses every so many requests on purpose.

use std::net::SocketAddr;

use crate::receiver::{Receiver, Request, status};

/// A running receiver of webhooks.
pub struct Webhook {
    receiver: Receiver,
    refuse_every: usize,
}

impl Webhook {
    /// A receiver that answers every `refuse_every`th request with 503; 0 refuses none.
    pub fn start(refuse_every: usize) -> Self {
        let receiver = Receiver::start(move |all| status(if is_refused(all.len(), refuse_every) { 503 } else { 200 }));
        Self { receiver, refuse_every }
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.receiver.address
    }

    /// The URL that requests go to.
    pub fn url(&self) -> String {
        format!("{}/hook", self.receiver.origin())
    }

    /// Everything that was accepted so far, in order of arrival.
    pub fn accepted(&self) -> Vec<Request> {
        let numbered = (1..).zip(self.receiver.requests());
        numbered.filter(|it| !is_refused(it.0, self.refuse_every)).map(|it| it.1).collect()
    }

    /// How many requests came, refused ones as well.
    pub fn requests(&self) -> usize {
        self.receiver.requests().len()
    }
}

const fn is_refused(number: usize, every: usize) -> bool {
    every > 0 && number.is_multiple_of(every)
}
