//! Reading a body: sized or chunked, plain or gzip, never more than a limit, nothing half-read.

use std::io::Read;

use axum::body::Body;
use flate2::read::MultiGzDecoder;
use http_body_util::{BodyExt, LengthLimitError, Limited};

/// Most bytes of one body, before and after inflating. The largest batch of a known sender is 500 lines of 10,000 bytes.
pub const BODY_BYTES_MAX: usize = 8 << 20;

/// Why a body could not be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// Longer than the limit, before or after inflating.
    #[error("expected a body of at most {BODY_BYTES_MAX} bytes, also after inflating")]
    TooLarge,
    /// The gzip stream is broken or cut.
    #[error("expected a whole gzip stream, found {0}")]
    Gzip(String),
    /// The connection ended inside the body.
    #[error("expected a whole body, the connection ended inside it")]
    Cut,
}

/// Reads a whole body, inflating it when it is gzip.
///
/// # Errors
/// See [`Error`].
pub async fn read(body: Body, gzip: bool) -> Result<Vec<u8>, Error> {
    let collected = match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => return Err(Error::TooLarge),
        Err(_) => return Err(Error::Cut),
    };
    if gzip { inflate(&collected) } else { Ok(collected.into()) }
}

fn inflate(gzip: &[u8]) -> Result<Vec<u8>, Error> {
    let mut body = Vec::with_capacity((gzip.len() * 4).min(BODY_BYTES_MAX));
    let limit = BODY_BYTES_MAX as u64 + 1;
    MultiGzDecoder::new(gzip).take(limit).read_to_end(&mut body).map_err(|it| Error::Gzip(it.to_string()))?;
    if body.len() > BODY_BYTES_MAX { Err(Error::TooLarge) } else { Ok(body) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn ok_inflates() {
        assert_eq!(inflate(&gzip(b"one line")), Ok(b"one line".to_vec()));
        let two = [gzip(b"one "), gzip(b"line")].concat();
        assert_eq!(inflate(&two), Ok(b"one line".to_vec()));
    }

    #[test]
    fn err_cut_or_foreign() {
        let whole = gzip(&[7; 1000]);
        assert!(matches!(inflate(&whole[..whole.len() - 5]), Err(Error::Gzip(_))));
        assert!(matches!(inflate(b"not gzip at all"), Err(Error::Gzip(_))));
    }

    #[test]
    fn err_bomb() {
        assert_eq!(inflate(&gzip(&vec![0; BODY_BYTES_MAX + 1])), Err(Error::TooLarge));
        assert_eq!(inflate(&gzip(&vec![0; BODY_BYTES_MAX])).map(|it| it.len()), Ok(BODY_BYTES_MAX));
    }
}
