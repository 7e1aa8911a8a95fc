//! A store with channels, and a worker that delivers from it.

use std::{path::Path, sync::Arc};

use contract::alert::{Changed, Channel, ChannelDraft, ChannelId, ChannelKind, Severity};
use tempfile::TempDir;
use testing::receiver::{Receiver, Request};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    clock::now_ms,
    outlet::alerts::channels::{remove, save},
    outlet::notify::{guard::Guard, notifier::Notifier, sample, sender::Sender, smtp::Smtp, worker},
    store::{
        Store,
        alert::{channels, notice::Notice, outbox},
        file::transaction::transaction,
    },
};

/// A store in a folder of its own.
pub(super) struct Parts {
    /// Sends messages.
    pub notifier: Notifier,
    /// Wakes the worker.
    pub wake: Arc<Notify>,
    /// Stops the worker.
    pub shutdown: CancellationToken,
    _folder: TempDir,
}

impl Parts {
    pub(super) async fn new() -> Self {
        Self::with(true, None).await
    }

    pub(super) async fn with(allows_private: bool, authority: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("a.db")).await.expect("a store");
        let authority = authority.map(|it| std::fs::read(it).expect("an authority"));
        let authority = authority.map(|it| lettre::transport::smtp::client::Certificate::from_pem(&it).expect("PEM"));
        let guard = Guard { allows_private };
        let sender = Sender::new(guard, Smtp { guard, authority });
        let base = Some("https://gauge.example.com".to_owned());
        let notifier = Notifier::with(store, sample::key(), base, sender);
        Self { notifier, wake: Arc::default(), shutdown: CancellationToken::new(), _folder: folder }
    }

    /// Adds a channel that gets every severity of every app.
    pub(super) async fn channel(&self, kind: ChannelKind, url: &str) -> Changed {
        let (name, zone, apps) = (String::new(), "Europe/Berlin".to_owned(), vec![]);
        let draft = ChannelDraft { kind, name, url: url.to_owned(), zone, severity: Severity::Info, apps };
        self.save(None, draft).await
    }

    pub(super) async fn save(&self, id: Option<ChannelId>, draft: ChannelDraft) -> Changed {
        save(&self.notifier.store, &self.notifier.key, id, draft).await.expect("a channel that is saved")
    }

    /// Removes a channel.
    pub(super) async fn remove(&self, id: ChannelId) {
        remove(&self.notifier.store, id).await.expect("a channel that is removed");
    }

    /// Puts messages into the outbox, in one transaction.
    pub(super) async fn enqueue(&self, notices: &[Notice]) -> usize {
        let mut db = self.notifier.store.connect().await.expect("a connection");
        let count = transaction(&mut db, async |db| {
            let mut count = 0;
            for notice in notices {
                count += outbox::enqueue(db, notice, now_ms()).await?;
            }
            Ok(count)
        });
        let count = count.await.expect("a commit");
        self.wake.notify_one();
        count
    }

    /// Starts a worker after rules were judged.
    pub(super) fn start(&self) {
        let (notifier, wake) = (self.notifier.clone(), Arc::clone(&self.wake));
        tokio::spawn(worker::run(notifier, wake, async {}, self.shutdown.clone()));
    }

    /// The only channel.
    pub(super) async fn only(&self) -> Channel {
        channels::list(&self.notifier.store.readers).await.expect("a list").remove(0)
    }

    /// Waits until the only channel is as `is` says.
    pub(super) async fn until(&self, what: &str, is: impl Fn(&Channel) -> bool) -> Channel {
        for _ in 0..1_500 {
            let channel = self.only().await;
            if is(&channel) {
                return channel;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("expected {what}, found {:?}", self.only().await);
    }
}

/// Waits until a receiver has so many requests; returns them.
pub(super) async fn wait(receiver: &Receiver, count: usize) -> Vec<Request> {
    for _ in 0..1_500 {
        let found = receiver.requests();
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("expected {count} requests, found {}", receiver.requests().len());
}

impl Drop for Parts {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}
