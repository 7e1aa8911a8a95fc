//! Says whose an unknown token is: a drain that another process has just made may post at once.
//!
//! All that wait share one question, and a question is asked at most every [`ASK_EVERY`]. However many guess, the store is asked
//! a hundred times a second at most, and each guess costs the guesser that wait.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use super::{Store, drains};
use crate::access::{
    TokenHash, Tokens,
    tokens::{LOOKUPS_MAX, TokenLookup},
};

/// Time between two questions. The first after a pause is asked at once.
const ASK_EVERY: Duration = Duration::from_millis(10);
/// Time between two log lines about a store that fails.
const COMPLAIN_EVERY: Duration = Duration::from_secs(5);

/// Answers for as long as somebody can ask.
pub async fn answer(store: Store, tokens: Arc<Tokens>, mut unknown: mpsc::Receiver<TokenLookup>) {
    let mut waiting = Vec::with_capacity(LOOKUPS_MAX);
    let mut complained = None::<Instant>;
    while unknown.recv_many(&mut waiting, LOOKUPS_MAX).await > 0 {
        let began = Instant::now();
        let hashes: Vec<TokenHash> = waiting.iter().map(|it| it.hash).collect();
        match drains::of_tokens(&store.readers, &hashes).await {
            Ok(found) => {
                for TokenLookup { hash, answer } in waiting.drain(..) {
                    let drain = found.get(&hash).cloned();
                    if let Some(drain) = &drain {
                        tokens.add(hash, drain.clone());
                    }
                    // Who asked may have left since.
                    let _left = answer.send(drain);
                }
            }
            Err(error) => {
                if complained.is_none_or(|it| it.elapsed() >= COMPLAIN_EVERY) {
                    complained = Some(began);
                    tracing::warn!(%error, "unknown tokens could not be looked up; their senders are told to try again");
                }
                waiting.clear();
            }
        }
        sleep_until(began + ASK_EVERY).await;
    }
}
