//! `/settings/server` and `/settings/backup`: how the server is, what it stores, its settings, and
//! a backup as a file.
//!
//! A backup is copied beside the database first, since SQLite writes it into a file. The file loses
//! its name before the first byte is sent, so that nothing is left whatever happens then.

use std::{io, path::PathBuf, sync::Arc};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use contract::Error;
use dashboard::settings::{Outcome, ServerPage, Setting, server_page};
use futures_util::{TryStreamExt, stream};
use tokio::{fs::File, io::AsyncReadExt, sync::OwnedSemaphorePermit};

use super::said;
use crate::{
    clock::{now_ms, rfc3339},
    outlet::{
        api::storage,
        page::{assets::assets, entry::failed, plain},
        server_health::server_health,
        state::Outlet,
    },
    store::file::backup,
};

/// Bytes of a piece of a backup.
const PIECE_BYTES: usize = 256 << 10;
/// Free disk that a backup leaves, bytes.
const LEFT_BYTES_MIN: u64 = 512 << 20;

/// Shows the page.
pub(crate) async fn page(State(outlet): State<Outlet>) -> Response {
    show(&outlet, (StatusCode::OK, Outcome::default())).await
}

/// Sends a backup, or says why there is none.
pub(crate) async fn download(State(outlet): State<Outlet>) -> Response {
    match begin(&outlet).await {
        Ok((path, slot)) => {
            let name = format!("streamgauge-{}.db", rfc3339(now_ms().div_euclid(1_000)).replace(['-', ':'], ""));
            let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static("application/vnd.sqlite3")),
                (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
                // It is packed already, and gigabytes of it would keep a core busy.
                (header::CONTENT_ENCODING, HeaderValue::from_static("identity")),
            ];
            (headers, body(outlet.reader.store.path().to_owned(), path, slot)).into_response()
        }
        Err(error) => show(&outlet, said(Err(error))).await,
    }
}

/// A place for a backup, and its slot.
async fn begin(outlet: &Outlet) -> Result<(PathBuf, OwnedSemaphorePermit), Error> {
    let slot = Arc::clone(&outlet.running.backups).try_acquire_owned();
    let slot = slot.map_err(|_| Error::Conflict("a backup is being made already; try again when it is done".into()))?;
    let store = &outlet.reader.store;
    let needed = store.file_size().await.map_err(crate::outlet::state::hidden("the size of the store"))?.file_bytes;
    if outlet.apps().is_empty() {
        return Err(Error::Conflict("there is nothing to back up: no app has sent a line yet".to_owned()));
    }
    // Before it was first measured, the copy itself finds out.
    let free = outlet.available.free_bytes().unwrap_or(u64::MAX);
    if free < needed + LEFT_BYTES_MIN {
        let mb = |bytes: u64| bytes >> 20;
        return Err(Error::Conflict(format!(
            "expected {} MB of free disk for a copy, found {} MB; use streamgauge backup with another disk",
            mb(needed + LEFT_BYTES_MIN),
            mb(free)
        )));
    }
    let mut path = store.path().as_os_str().to_owned();
    path.push(".download");
    Ok((path.into(), slot))
}

/// The file as a body. It begins once the copy is whole. An error breaks the connection, so that
/// nobody takes a part for a backup.
fn body(from: PathBuf, to: PathBuf, slot: OwnedSemaphorePermit) -> Body {
    let opening = async move {
        let _left_over = tokio::fs::remove_file(&to).await;
        let summary = backup::backup(&from, &to).await.map_err(|error| {
            tracing::error!(%error, "a backup for a download failed");
            io::Error::other("the backup failed")
        })?;
        let file = File::open(&to).await?;
        tokio::fs::remove_file(&to).await?;
        tracing::info!(lines = summary.lines, "a backup is downloaded");
        Ok::<_, io::Error>((file, slot))
    };
    let pieces = |(file, slot)| stream::try_unfold((file, slot), next_piece);
    Body::from_stream(stream::once(opening).map_ok(pieces).try_flatten())
}

/// The next piece of a file, whose slot is taken until its end.
async fn next_piece(
    (mut file, slot): (File, OwnedSemaphorePermit),
) -> io::Result<Option<(Bytes, (File, OwnedSemaphorePermit))>> {
    let mut piece = vec![0; PIECE_BYTES];
    let n = file.read(&mut piece).await?;
    piece.truncate(n);
    Ok((n > 0).then(|| (Bytes::from(piece), (file, slot))))
}

async fn show(outlet: &Outlet, (status, outcome): (StatusCode, Outcome)) -> Response {
    let (health, storage) = match (server_health(outlet).await, storage::read(outlet).await) {
        (Ok(health), Ok(storage)) => (health, storage),
        (Err(error), _) | (_, Err(error)) => return failed(error),
    };
    let setting = |found: &crate::config::Setting| Setting {
        variable: found.variable.clone(),
        value: found.value.clone(),
        source: found.source,
        what: found.what.clone(),
    };
    let page = ServerPage {
        outcome,
        version: env!("CARGO_PKG_VERSION"),
        started_ms: outlet.running.started_ms,
        now_ms: now_ms(),
        health,
        storage,
        settings: outlet.running.settings.iter().map(setting).collect(),
    };
    plain::reply(status, server_page(&assets(), page))
}
