//! Looks up tokens that the receiver does not know, so that a drain that another process has just
//! created may post at once.
//!
//! All waiting lookups share one query, and there is at most one query every [`QUERY_EVERY`].
//! However many tokens are guessed, the store sees at most a hundred queries a second, and each
//! guess costs its sender that wait.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{Store, drain_tokens};
use crate::{
    access::{
        TokenHash, Tokens,
        tokens::{LOOKUPS_MAX, TokenLookup},
    },
    clock::now_ms,
};

/// Least time between two queries. The first one after a pause is made at once.
const QUERY_EVERY: Duration = Duration::from_millis(10);
/// Least time between two log lines about a store that fails.
const LOG_ERROR_EVERY: Duration = Duration::from_secs(5);

/// Answers lookups until every [`Tokens`] is dropped.
pub(crate) async fn answer(store: Store, tokens: Arc<Tokens>, mut lookups: mpsc::Receiver<TokenLookup>) {
    let mut waiting = Vec::with_capacity(LOOKUPS_MAX);
    let mut logged = None::<Instant>;
    while lookups.recv_many(&mut waiting, LOOKUPS_MAX).await > 0 {
        let began = Instant::now();
        let hashes: Vec<TokenHash> = waiting.iter().map(|it| it.hash).collect();
        match drain_tokens::find(&store.readers, &hashes, now_ms()).await {
            Ok(found) => {
                for TokenLookup { hash, answer } in waiting.drain(..) {
                    let drain = found.get(&hash).cloned();
                    if let Some(drain) = &drain {
                        tokens.add(hash, drain.clone());
                    }
                    // The sender may have left since.
                    let _left = answer.send(drain);
                }
            }
            Err(error) => {
                if logged.is_none_or(|it| it.elapsed() >= LOG_ERROR_EVERY) {
                    logged = Some(began);
                    tracing::warn!(%error, "unknown tokens could not be looked up; their senders are told to try again");
                }
                waiting.clear();
            }
        }
        sleep_until(began + QUERY_EVERY).await;
    }
}
