//! `streamgauge drain rotate|pause|resume|rename`. A drain is named by its number or by its name,
//! which must then be the only one.

use std::time::Duration;

use contract::drain::{Drain, DrainId};

use super::{
    database::{failed, open, record, unusable},
    drain_url::{ServerUrl, checked_url, generated},
    error::Error,
    runtime::print,
};
use crate::{
    clock::now_ms,
    config::{Store as Config, duration},
    store::{
        Store,
        drain_tokens::{self, OVERLAP_MAX},
        drains,
    },
};

/// Arguments of `drain rotate`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Rotate {
    /// The drain's number or name, as `drain list` shows them.
    pub drain: String,
    /// How long the old token stays valid, so that senders can change over; 0 ends it at once.
    #[arg(long, default_value = "24h", value_parser = duration::parse)]
    pub overlap: Duration,
    /// Where the server is reached.
    #[command(flatten)]
    pub server: ServerUrl,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `drain pause`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Pause {
    /// The drain's number or name, as `drain list` shows them.
    pub drain: String,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `drain resume`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Resume {
    /// The drain's number or name, as `drain list` shows them.
    pub drain: String,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// Arguments of `drain rename`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Rename {
    /// The drain's number or name, as `drain list` shows them.
    pub drain: String,
    /// The new name.
    pub to: String,
    /// The store.
    #[command(flatten)]
    pub store: Config,
}

/// The store, and the number of the drain that is meant.
async fn find(config: &Config, name: &str) -> Result<(Store, DrainId), Error> {
    let store = open(&config.database_url).await?;
    let id = drains::named(&store.readers, name).await.map_err(failed)?;
    Ok((store, id))
}

pub(super) async fn rotate(args: Rotate) -> Result<(), Error> {
    if args.overlap > OVERLAP_MAX {
        return Err(Error::Usage("expected --overlap to be at most 30d".to_owned()));
    }
    let base = args.server.base();
    let token = generated()?;
    // A wrong base changes nothing.
    let url = checked_url(&base, &token)?;
    let (store, id) = find(&args.store, &args.drain).await?;
    let mut db = store.connect().await.map_err(unusable)?;
    let now_ms = now_ms();
    drain_tokens::rotate(&mut db, id, token.hash(), now_ms, args.overlap).await.map_err(failed)?;
    record(&store, format!("drain rotate {id}")).await?;
    let drain = drains::find(&store.readers, id, now_ms).await.map_err(unusable)?;
    let shared = drain.filter(|it| it.app.is_none());
    print(&shared.map_or(url.clone(), |it| format!("{url}?app={}", it.name)))
}

pub(super) async fn pause(args: Pause) -> Result<(), Error> {
    let (store, id) = find(&args.store, &args.drain).await?;
    let mut db = store.connect().await.map_err(unusable)?;
    drains::pause(&mut db, id, Some(now_ms())).await.map_err(failed)?;
    record(&store, format!("drain pause {id}")).await
}

pub(super) async fn resume(args: Resume) -> Result<(), Error> {
    let (store, id) = find(&args.store, &args.drain).await?;
    let mut db = store.connect().await.map_err(unusable)?;
    drains::pause(&mut db, id, None).await.map_err(failed)?;
    record(&store, format!("drain resume {id}")).await
}

pub(super) async fn rename(args: Rename) -> Result<(), Error> {
    let name = Drain::checked_name(&args.to).map_err(Error::Usage)?;
    let (store, id) = find(&args.store, &args.drain).await?;
    let mut db = store.connect().await.map_err(unusable)?;
    drains::rename(&mut db, id, &name).await.map_err(failed)?;
    record(&store, format!("drain rename {id} {name}")).await
}
