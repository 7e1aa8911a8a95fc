//! Share links in memory, and how often each was viewed since that was last written down. The store
//! replaces all of them every second.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use rustc_hash::FxHashMap;
use tokio::{sync::watch, time::sleep};

use super::{TokenHash, share::Share, token};
use crate::clock::now_ms;

/// Longest time between two looks at the clock while a link is waited for to end.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Most live streams of one link: whoever it was passed on to leaves room for others.
pub(crate) const STREAMS_MAX: usize = 50;

/// How often a link was viewed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Views {
    pub count: i64,
    /// When it was viewed last, unix milliseconds.
    pub at_ms: i64,
}

/// Share links by the hash of their token, also those that are over.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    known: RwLock<FxHashMap<TokenHash, Arc<Share>>>,
    /// Of known links, by their id.
    views: Mutex<FxHashMap<i64, Views>>,
    replaced: watch::Sender<()>,
    /// How many live streams are open, by the id of their link.
    streams: Mutex<FxHashMap<i64, usize>>,
}

impl Shares {
    /// Replaces all by what is stored now.
    pub(crate) fn replace(&self, known: FxHashMap<TokenHash, Arc<Share>>) {
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
        self.replaced.send_replace(());
    }

    /// The link of a token, open or not.
    pub(crate) fn of_token(&self, text: &str) -> Option<Arc<Share>> {
        self.known().get(&token::hash(text)).cloned()
    }

    /// Counts a view.
    pub(crate) fn view(&self, id: i64, now_ms: i64) {
        if self.known().values().any(|it| it.id == id) {
            let mut views = self.views();
            let views = views.entry(id).or_default();
            *views = Views { count: views.count + 1, at_ms: now_ms };
        }
    }

    /// The views since this was last asked.
    pub(crate) fn take_views(&self) -> Vec<(i64, Views)> {
        self.views().drain().collect()
    }

    /// Puts views back that could not be written down.
    pub(crate) fn give_back(&self, all: Vec<(i64, Views)>) {
        let mut views = self.views();
        for (id, earlier) in all {
            let now = views.entry(id).or_default();
            *now = Views { count: now.count + earlier.count, at_ms: now.at_ms.max(earlier.at_ms) };
        }
    }

    /// Counts one more stream of a link; false when there are [`STREAMS_MAX`].
    pub(crate) fn enter(&self, id: i64) -> bool {
        let mut streams = self.streams();
        let open = streams.entry(id).or_default();
        let has_room = *open < STREAMS_MAX;
        *open += usize::from(has_room);
        has_room
    }

    /// One stream less.
    pub(crate) fn leave(&self, id: i64) {
        let mut streams = self.streams();
        if let Some(open) = streams.get_mut(&id) {
            *open = open.saturating_sub(1);
            if *open == 0 {
                streams.remove(&id);
            }
        }
    }

    /// Ready once a link is over, or no longer the same: what it showed so far, it may not show.
    pub(crate) async fn changed(&self, share: &Share) {
        let mut replaced = self.replaced.subscribe();
        loop {
            let is_same = self.known().values().any(|it| it.id == share.id && **it == *share);
            if !is_same || !share.is_open(now_ms()) {
                return;
            }
            tokio::select! { _ = replaced.changed() => {} () = sleep(LOOK_EVERY) => {} }
        }
    }

    fn known(&self) -> RwLockReadGuard<'_, FxHashMap<TokenHash, Arc<Share>>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, FxHashMap<i64, usize>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn views(&self) -> MutexGuard<'_, FxHashMap<i64, Views>> {
        self.views.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::share::SharedPage;

    fn known(is_ended: bool) -> FxHashMap<TokenHash, Arc<Share>> {
        let share = Share {
            id: 7,
            name: "lobby".into(),
            page: SharedPage::App,
            apps: ["shop".into()].into(),
            range: None,
            shows_lines: false,
            expires_ms: None,
            is_ended,
        };
        [(token::hash("sgs_abc"), Arc::new(share))].into_iter().collect()
    }

    #[test]
    fn ok_views_are_counted_once() {
        let shares = Shares::default();
        shares.replace(known(false));
        shares.view(7, 10);
        shares.view(7, 20);
        shares.view(8, 30);
        let taken = shares.take_views();
        assert_eq!(taken, [(7, Views { count: 2, at_ms: 20 })]);
        shares.view(7, 15);
        shares.give_back(taken);
        assert_eq!(shares.take_views(), [(7, Views { count: 3, at_ms: 20 })]);
        assert_eq!(shares.take_views(), []);
    }

    #[test]
    fn ok_a_link_leaves_room_for_others() {
        let shares = Shares::default();
        assert!((0..STREAMS_MAX).all(|_| shares.enter(7)));
        assert!(!shares.enter(7) && shares.enter(8));
        shares.leave(7);
        assert!(shares.enter(7) && !shares.enter(7));
    }

    #[tokio::test]
    async fn ok_whoever_waits_is_told_of_the_end() {
        let shares = Arc::new(Shares::default());
        shares.replace(known(false));
        let share = shares.of_token("sgs_abc").unwrap_or_else(|| panic!("it is known"));
        assert_eq!(shares.of_token("sgs_abd"), None);
        let waiting = tokio::spawn({
            let shares = Arc::clone(&shares);
            async move { shares.changed(&share).await }
        });
        shares.replace(known(false));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        shares.replace(known(true));
        assert!(waiting.await.is_ok());
    }
}
