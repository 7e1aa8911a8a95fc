//! Three questions of the Docker Engine API: which containers there are, whether one has a
//! terminal, and its log. Source: Docker's API reference, `ContainerList`, `ContainerInspect` and
//! `ContainerLogs`. Nothing is changed by any of them.

use std::{io, path::PathBuf, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{Request, Response, body::Incoming, client::conn::http1, header, http};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::{net::UnixStream, time::timeout};

use super::container::Listed;

/// How long a reply may take to begin, and one that is not a log to end.
const REPLY_MAX: Duration = Duration::from_secs(10);
/// Most bytes of a reply that is not a log.
const REPLY_BYTES_MAX: usize = 8 << 20;

/// The daemon at a socket.
#[derive(Debug)]
pub(super) struct Daemon {
    pub(super) socket: PathBuf,
}

/// Why the daemon gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum DockerError {
    #[error("{0}")]
    Connect(#[from] io::Error),
    #[error("{0}")]
    Http(#[from] hyper::Error),
    #[error("{0}")]
    Request(#[from] http::Error),
    #[error("expected a reply within {} s", REPLY_MAX.as_secs())]
    Late,
    #[error("expected a reply of status 200, found {0}")]
    Status(u16),
    #[error("expected JSON of at most {} MiB: {why}", REPLY_BYTES_MAX >> 20)]
    Reply { why: String },
}

impl DockerError {
    /// Whether what was asked for is no more.
    pub(super) const fn is_gone(&self) -> bool {
        matches!(self, Self::Status(404))
    }
}

/// What is read of `ContainerInspect`.
#[derive(Deserialize)]
struct Inspected {
    #[serde(rename = "Config")]
    config: Config,
}

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "Tty", default)]
    has_terminal: bool,
}

impl Daemon {
    pub(super) const fn new(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// All containers, whether they run or not.
    pub(super) async fn containers(&self) -> Result<Vec<Listed>, DockerError> {
        self.json("/containers/json?all=1").await
    }

    /// The log of a container since a time, unix seconds, as it grows, and whether it is that of a
    /// terminal. Each of its lines begins with its time.
    pub(super) async fn log(&self, id: &str, since_s: i64) -> Result<(Incoming, bool), DockerError> {
        let inspected: Inspected = self.json(&format!("/containers/{id}/json")).await?;
        let path = format!("/containers/{id}/logs?follow=1&stdout=1&stderr=1&timestamps=1&since={since_s}");
        Ok((self.get(&path).await?.into_body(), inspected.config.has_terminal))
    }

    async fn json<T: for<'a> Deserialize<'a>>(&self, path: &str) -> Result<T, DockerError> {
        let body = Limited::new(self.get(path).await?.into_body(), REPLY_BYTES_MAX).collect();
        let body = timeout(REPLY_MAX, body).await.map_err(|_| DockerError::Late)?;
        let body = body.map_err(|it| DockerError::Reply { why: it.to_string() })?.to_bytes();
        serde_json::from_slice(&body).map_err(|it| DockerError::Reply { why: it.to_string() })
    }

    async fn get(&self, path: &str) -> Result<Response<Incoming>, DockerError> {
        let asked = async {
            let io = TokioIo::new(UnixStream::connect(&self.socket).await?);
            let (mut sender, connection) = http1::handshake(io).await?;
            // It ends with the reply's body.
            tokio::spawn(connection);
            let request = Request::get(path).header(header::HOST, "docker").body(Empty::<Bytes>::new())?;
            Ok(sender.send_request(request).await?)
        };
        let reply = timeout(REPLY_MAX, asked).await.unwrap_or(Err(DockerError::Late))?;
        match reply.status().as_u16() {
            200 => Ok(reply),
            other => Err(DockerError::Status(other)),
        }
    }
}
