//! `GET /api/v1/apps/{app}/logs/export` and `GET /api/v1/logs/export`: all lines that a search
//! matches as a file, oldest first; over all apps one app after another by name. The file is sent
//! while the lines are read, so that it takes little memory however long it becomes.
//!
//! What the file looks like is decided in `export_file`.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::{Path, Query, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::SpanMs;
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use tokio::{sync::mpsc, time::timeout};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use utoipa::IntoParams;

use super::{
    answer::{busy, invalid, unreadable},
    log_params::{LogParams, compile, compile_for_all},
    logs::search_failed,
};
use crate::{
    outlet::{
        export_file::{Cut, ExportFile, Format, SECONDS_MAX},
        state::Outlet,
    },
    store::{
        Store,
        log::{compiled_query::CompiledQuery, export::Export, search::SCAN_BYTES_MAX},
        search_slots::{self, Cancel},
    },
};

/// Longest time that an export takes.
const EXPORT_MAX: Duration = Duration::from_secs(SECONDS_MAX);
/// Bytes after which a piece is sent.
const PIECE_BYTES: usize = 64 << 10;
/// Most pieces that wait for a client.
const PIECES_MAX: usize = 4;
/// Time after which a piece is sent even if it is small.
const TELL_EVERY: Duration = Duration::from_millis(250);
/// Longest wait for a client to take the end of a file whose time is over.
const END_WAIT_MAX: Duration = Duration::from_secs(5);

/// The parameters of the URL beside those of a search.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExportParams {
    format: Option<String>,
    /// `1` adds records about the progress.
    progress: Option<String>,
}

/// The lines of an app.
pub(crate) async fn of_app(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    params: Result<Query<LogParams>, QueryRejection>,
    form: Result<Query<ExportParams>, QueryRejection>,
) -> Response {
    match compile(&outlet, &app, params) {
        Ok(query) => export(&outlet, &app, vec![app.as_str().into()], query, form).await,
        Err(reply) => reply,
    }
}

/// The lines of all apps.
pub(crate) async fn of_all(
    State(outlet): State<Outlet>,
    params: Result<Query<LogParams>, QueryRejection>,
    form: Result<Query<ExportParams>, QueryRejection>,
) -> Response {
    let mut apps = outlet.apps();
    apps.sort();
    match compile_for_all(params) {
        Ok(query) => export(&outlet, "", apps, query, form).await,
        Err(reply) => reply,
    }
}

/// Sends the file. `of` is the app that it is about; empty for all apps.
async fn export(
    outlet: &Outlet,
    of: &str,
    apps: Vec<Arc<str>>,
    query: CompiledQuery,
    form: Result<Query<ExportParams>, QueryRejection>,
) -> Response {
    let form = form.map_err(|it| it.body_text());
    let read = form.and_then(|Query(it)| Ok((Format::from_param(it.format.as_deref())?, it.progress)));
    let (format, progress) = match read {
        Ok(read) => read,
        Err(text) => return invalid(&text),
    };
    let span = SpanMs { from_ms: query.span_ms.start, to_ms: query.span_ms.end };
    let (pieces, mut taken) = mpsc::channel(PIECES_MAX);
    let (store, shutdown) = (outlet.reader.store.clone(), outlet.shutdown.clone());
    let file = ExportFile::new(format, of.is_empty());
    let tells = progress.as_deref() == Some("1");
    let slots = outlet.reader.store.exports.clone();
    let searching = AbortOnDropHandle::new(tokio::spawn(async move {
        let work = move |cancel| async move {
            let writing = Writing { file, pieces, cancel, shutdown, span, tells, told: Instant::now(), share: 0 };
            writing.run(&store, &apps, &query).await
        };
        slots.run(EXPORT_MAX, work).await
    }));
    // The first piece is empty, and says that there is a slot.
    if taken.recv().await.is_none() {
        return match searching.await {
            Ok(Err(error)) => search_failed(outlet, of, &error),
            Ok(Ok(())) => busy(),
            Err(_panicked) => unreadable(),
        };
    }
    let name = format.file_name(if of.is_empty() { "all-apps" } else { of }, span);
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(format.media_type())),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, body(taken, searching)).into_response()
}

/// A piece of a file.
enum Piece {
    Bytes(Bytes),
    /// The file is whole, or says that it is not.
    End,
}

/// The pieces as a body. A body that is dropped, because its client has left, ends the search. One
/// that ends without [`Piece::End`] breaks the connection, so that nobody takes it for a whole
/// file.
fn body(taken: mpsc::Receiver<Piece>, searching: AbortOnDropHandle<Result<(), search_slots::Error>>) -> Body {
    let pieces = stream::unfold(Some((taken, searching)), |state| async {
        let (mut taken, searching) = state?;
        match taken.recv().await {
            Some(Piece::Bytes(bytes)) => Some((Ok(bytes), Some((taken, searching)))),
            Some(Piece::End) => None,
            None => Some((Err(io::Error::other("an export ended early")), None)),
        }
    });
    // Compression asks again after the end.
    Body::from_stream(pieces.fuse())
}

/// Why no more lines are written.
enum Halt {
    Cut(Cut),
    /// The client has left.
    Gone,
    Store(sqlx::Error),
}

impl From<sqlx::Error> for Halt {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error)
    }
}

/// A file on its way to a client.
struct Writing {
    file: ExportFile,
    pieces: mpsc::Sender<Piece>,
    cancel: Cancel,
    shutdown: CancellationToken,
    span: SpanMs,
    /// Whether the client wants to know how far it is.
    tells: bool,
    /// When the last piece was sent.
    told: Instant,
    /// Thousandths of the span that are searched.
    share: u16,
}

impl Writing {
    async fn run(mut self, store: &Store, apps: &[Arc<str>], query: &CompiledQuery) -> Result<(), sqlx::Error> {
        if self.pieces.send(Piece::Bytes(Bytes::new())).await.is_err() {
            return Ok(());
        }
        let mut scanned_bytes = 0;
        let mut cut = None;
        for (n, app) in apps.iter().enumerate() {
            let mut export = Export::new(store, app, query);
            let place = (n, apps.len());
            match self.add_lines(app, &mut export, place, scanned_bytes).await {
                Ok(()) => scanned_bytes += export.scanned_bytes,
                Err((Halt::Cut(why), reached_ms)) => {
                    self.file.truncate(why, app, reached_ms);
                    cut = Some(why);
                    break;
                }
                Err((Halt::Gone, _)) => return Ok(()),
                Err((Halt::Store(error), _)) => {
                    tracing::error!(app = &**app, %error, "log lines could not be exported");
                    return Err(error);
                }
            }
        }
        if cut.is_none() {
            self.share = 1_000;
        }
        if self.tells {
            self.file.tell(self.share, cut);
        }
        let last = Piece::Bytes(self.file.take().into());
        for piece in [last, Piece::End] {
            if !matches!(timeout(END_WAIT_MAX, self.pieces.send(piece)).await, Ok(Ok(()))) {
                break;
            }
        }
        Ok(())
    }

    /// Adds the lines of an app, which is at a place among all. An error comes with the time up to
    /// which its lines are in the file, unix milliseconds.
    async fn add_lines(
        &mut self,
        app: &str,
        export: &mut Export<'_>,
        (n, of): (usize, usize),
        scanned_bytes: u64,
    ) -> Result<(), (Halt, i64)> {
        let mut reached_ms = self.span.from_ms;
        loop {
            let next = export.next(&self.cancel).await.map_err(|it| (it.into(), reached_ms))?;
            let Some(lines) = next else { return Ok(()) };
            self.check(scanned_bytes + export.scanned_bytes).map_err(|it| (it, reached_ms))?;
            for line in &lines {
                self.file.add(app, line).map_err(|it| (Halt::Cut(it), line.at_ms))?;
                if self.file.waiting_bytes() >= PIECE_BYTES {
                    self.send().await.map_err(|it| (it, line.at_ms))?;
                }
            }
            reached_ms = export.reached_ms;
            self.share = share(reached_ms, self.span, n, of);
            if self.told.elapsed() >= TELL_EVERY {
                if self.tells {
                    self.file.tell(self.share, None);
                }
                self.send().await.map_err(|it| (it, reached_ms))?;
            }
        }
    }

    /// Whether the file may go on.
    fn check(&self, scanned_bytes: u64) -> Result<(), Halt> {
        if self.cancel.is_abandoned() {
            Err(Halt::Gone)
        } else if self.shutdown.is_cancelled() {
            Err(Halt::Cut(Cut::Stopping))
        } else if self.cancel.is_over() {
            Err(Halt::Cut(Cut::Time))
        } else if scanned_bytes >= SCAN_BYTES_MAX {
            Err(Halt::Cut(Cut::Scanned))
        } else {
            Ok(())
        }
    }

    /// Sends what waits, once the client takes it.
    async fn send(&mut self) -> Result<(), Halt> {
        self.told = Instant::now();
        if self.file.waiting_bytes() == 0 {
            return Ok(());
        }
        let room = tokio::select! {
            room = timeout(self.cancel.left(), self.pieces.reserve()) => room.map_err(|_| Halt::Cut(Cut::Time))?,
            () = self.shutdown.cancelled() => return Err(Halt::Cut(Cut::Stopping)),
        };
        room.map_err(|_| Halt::Gone)?.send(Piece::Bytes(self.file.take().into()));
        Ok(())
    }
}

/// Thousandths of the span that are searched, where one of several apps has reached a time.
fn share(reached_ms: i64, span: SpanMs, n: usize, of: usize) -> u16 {
    let length_ms = (span.to_ms - span.from_ms).max(1) as f64;
    let own = ((reached_ms - span.from_ms) as f64 / length_ms).clamp(0.0, 1.0);
    ((n as f64 + own) / of.max(1) as f64 * 1_000.0) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_shares() {
        let span = SpanMs { from_ms: 1_000, to_ms: 2_000 };
        for (reached_ms, n, of, expected) in
            [(1_000, 0, 1, 0), (1_500, 0, 1, 500), (9_000, 0, 1, 1_000), (0, 0, 1, 0), (1_500, 1, 2, 750)]
        {
            assert_eq!(share(reached_ms, span, n, of), expected, "{reached_ms} {n} {of}");
        }
    }
}
