//! Keeps people, sessions, API tokens and share links in memory as they are stored, and writes down
//! when each was last used.

use std::{sync::Arc, time::Duration};

use super::{people, sessions, shares, tokens};
use crate::{
    access::credentials::{Credentials, Known, Use, Used},
    clock::now_ms,
    store::Store,
};

/// Time between two reads.
const EVERY: Duration = Duration::from_secs(1);

/// Reads all that is stored.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn refresh(store: &Store, credentials: &Credentials) -> Result<(), sqlx::Error> {
    let db = &store.readers;
    let tokens = tokens::known(db).await?;
    let (people, sessions) = (people::known(db).await?, sessions::known(db, now_ms()).await?);
    credentials.replace(Known { tokens, people, sessions });
    credentials.shares.replace(shares::known(db).await?);
    Ok(())
}

/// Reads and writes for as long as it is not aborted.
pub(crate) async fn keep(store: Store, credentials: Arc<Credentials>) {
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        ticks.tick().await;
        let uses = credentials.take_uses();
        let done = async {
            if !uses.is_empty() {
                note(&store, &uses).await?;
            }
            write_views(&store, &credentials).await?;
            refresh(&store, &credentials).await
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, "the stored people and tokens could not be read; those in memory stay valid");
        }
    }
}

async fn note(store: &Store, uses: &[(Used, Use)]) -> Result<(), sqlx::Error> {
    let mut db = store.connect().await?;
    for (used, at) in uses {
        match used {
            Used::Token(id) => tokens::note(&mut db, *id, *at).await?,
            Used::Session(id) => sessions::note(&mut db, *id, *at).await?,
        }
    }
    Ok(())
}

async fn write_views(store: &Store, credentials: &Credentials) -> Result<(), sqlx::Error> {
    let mut views = credentials.shares.take_views();
    let written = async {
        if !views.is_empty() {
            let mut db = store.connect().await?;
            while let Some((id, of_it)) = views.last() {
                shares::note(&mut db, *id, *of_it).await?;
                views.pop();
            }
        }
        Ok(())
    };
    let written = written.await;
    credentials.shares.give_back(views);
    written
}
