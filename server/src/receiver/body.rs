//! Reading a body: sized or chunked, plain or gzip, never more than a limit, nothing half-read. Deadlines are those of every request's body.

use std::{
    error::Error as _,
    time::{Duration, Instant},
};

use axum::body::Body;
use http_body_util::BodyExt;

use super::{Refusal, inflate::Inflater, room::Room};
use crate::net::body::TooSlow;

/// Most bytes of one body, before and after inflating. The largest batch of a known sender is 500 lines of 10,000 bytes.
pub const BODY_BYTES_MAX: usize = 8 << 20;
/// Bytes set aside at once for a body that says its length: the usual batch fits. A longer one gets more as it comes.
const ASIDE_BYTES_MAX: usize = 128 << 10;
/// How long one body is inflated before others have their turn.
const TURN: Duration = Duration::from_millis(1);

/// Why a body could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Longer than the limit, before or after inflating.
    #[error("expected a body of at most {BODY_BYTES_MAX} bytes, compressed and decompressed")]
    TooLarge,
    /// The gzip stream is broken or cut.
    #[error("expected a complete gzip stream, found {0}")]
    Gzip(String),
    /// The connection ended inside the body.
    #[error("expected a complete body, found a connection that closed early")]
    Cut,
    /// It did not come in time.
    #[error(transparent)]
    Slow(#[from] TooSlow),
}

/// Reads a whole body, inflating it when it is gzip; `room` grows as it comes.
///
/// # Errors
/// [`Refusal::Body`] for what the sender did wrong, otherwise what [`Room::grow`] says.
pub async fn read(mut body: Body, gzip: bool, length: Option<usize>, room: &mut Room) -> Result<Vec<u8>, Refusal> {
    let mut inflater = Inflater::default();
    let mut plain = Vec::with_capacity(length.filter(|_| !gzip).unwrap_or(0).min(ASIDE_BYTES_MAX));
    let mut arrived = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|it| cause(&it))?.into_data() else { continue };
        arrived += data.len();
        if arrived > BODY_BYTES_MAX {
            return Err(Error::TooLarge.into());
        }
        if gzip {
            inflate(&mut inflater, &data, room).await?;
        } else {
            room.grow(data.len()).await?;
            plain.extend_from_slice(&data);
        }
    }
    if gzip { Ok(inflater.finish()?) } else { Ok(plain) }
}

async fn inflate(inflater: &mut Inflater, mut data: &[u8], room: &mut Room) -> Result<(), Refusal> {
    let mut turn = Instant::now();
    while !data.is_empty() {
        let before = inflater.inflated_bytes();
        data = inflater.step(data)?;
        room.grow(inflater.inflated_bytes() - before).await?;
        if turn.elapsed() > TURN {
            tokio::task::yield_now().await;
            turn = Instant::now();
        }
    }
    Ok(())
}

fn cause(error: &axum::Error) -> Error {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(slow) = error.downcast_ref::<TooSlow>() {
            return Error::Slow(*slow);
        }
        cause = error.source();
    }
    Error::Cut
}
