//! Reads the body of a batch: with a length or chunked, plain or gzip, up to a limit. Returns the
//! whole body or an error, never a part. Its deadlines are those of every request's body (see
//! `net::body`).

use std::{
    error::Error as _,
    time::{Duration, Instant},
};

use axum::body::Body;
use http_body_util::BodyExt;

use super::{BodyError, IngestError, byte_budget::ByteBudget, inflate::Inflater};
use crate::{block::BODY_BYTES_MAX, net::body::TooSlow};

/// Bytes reserved in advance for a body that states its length; a usual batch fits. Longer bodies
/// get more as they arrive.
const RESERVE_BYTES_MAX: usize = 128 << 10;
/// How long one body is inflated before other tasks get their turn.
const YIELD_AFTER: Duration = Duration::from_millis(1);

/// Reads a whole body and inflates it when it is gzip, reserving bytes from `budget` as they
/// arrive.
///
/// # Errors
/// [`IngestError::Body`] when the sender is at fault, otherwise the error of
/// [`ByteBudget::reserve`].
pub(crate) async fn read(
    mut body: Body,
    gzip: bool,
    length: Option<usize>,
    budget: &mut ByteBudget,
) -> Result<Vec<u8>, IngestError> {
    let mut inflater = Inflater::default();
    let mut plain = Vec::with_capacity(length.filter(|_| !gzip).unwrap_or(0).min(RESERVE_BYTES_MAX));
    let mut arrived = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|it| cause(&it))?.into_data() else { continue };
        arrived += data.len();
        if arrived > BODY_BYTES_MAX {
            return Err(BodyError::TooLarge.into());
        }
        if gzip {
            inflate(&mut inflater, &data, budget).await?;
        } else {
            budget.reserve(data.len()).await?;
            plain.extend_from_slice(&data);
        }
    }
    if gzip { Ok(inflater.finish()?) } else { Ok(plain) }
}

async fn inflate(inflater: &mut Inflater, mut data: &[u8], budget: &mut ByteBudget) -> Result<(), IngestError> {
    let mut turn = Instant::now();
    while !data.is_empty() {
        let before = inflater.inflated_bytes();
        data = inflater.step(data)?;
        budget.reserve(inflater.inflated_bytes() - before).await?;
        if turn.elapsed() > YIELD_AFTER {
            tokio::task::yield_now().await;
            turn = Instant::now();
        }
    }
    Ok(())
}

fn cause(error: &axum::Error) -> BodyError {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(slow) = error.downcast_ref::<TooSlow>() {
            return BodyError::Slow(*slow);
        }
        cause = error.source();
    }
    BodyError::Cut
}
