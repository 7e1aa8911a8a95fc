//! A drain for tests: it keeps each request and replies as configured.

use std::{
    net::{SocketAddr, TcpListener},
    sync::atomic::{AtomicUsize, Ordering},
};

pub use testing::receiver::Request;
use testing::{
    receiver::{Answer, Receiver, status},
    wait::wait_for,
};

/// The reply to one request.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// Replies with this status code.
    Status(u16),
    /// Replies 503 with `Retry-After`, seconds.
    RetryAfter(u64),
    /// Closes the connection without a reply.
    Hangup,
}

/// A running test drain.
#[derive(Debug)]
pub struct Peer {
    receiver: Receiver,
    /// How many requests were returned already.
    returned: AtomicUsize,
}

impl Peer {
    /// Starts a drain that gives these replies in order, and 204 to all later requests.
    pub fn start(replies: &[Reply]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        Self::listen(listener, replies)
    }

    /// A free address, and a function that starts a drain there.
    pub fn later() -> (SocketAddr, impl FnOnce() -> Self) {
        let address = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port");
        (address, move || Self::listen(TcpListener::bind(address).expect("the port is still free"), &[]))
    }

    fn listen(listener: TcpListener, replies: &[Reply]) -> Self {
        let replies = replies.to_vec();
        let says = |status, header: String| Answer::Says(status, header, String::new());
        let receiver = Receiver::listen(listener, move |all| match replies.get(all.len() - 1) {
            None => status(204),
            Some(Reply::Status(status)) => says(*status, "Location: http://127.0.0.1:1/\r\n".to_owned()),
            Some(Reply::RetryAfter(seconds)) => says(503, format!("Retry-After: {seconds}\r\n")),
            Some(Reply::Hangup) => Answer::Hangup,
        });
        Self { receiver, returned: AtomicUsize::new(0) }
    }

    /// The drain's URL with a token in it.
    pub fn url(&self) -> String {
        format!("http://any:TOKEN@{}/logs?app=a", self.receiver.address)
    }

    /// All requests so far that were not returned yet.
    pub fn requests(&self) -> Vec<Request> {
        let mut all = self.receiver.requests();
        all.split_off(self.returned.swap(all.len(), Ordering::Relaxed))
    }

    /// Waits for the next request.
    pub fn next(&self) -> Request {
        let place = self.returned.fetch_add(1, Ordering::Relaxed);
        wait_for("a request", || self.receiver.requests().len() > place);
        self.receiver.requests().swap_remove(place)
    }
}
