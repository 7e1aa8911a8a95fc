//! Inflates gzip in small steps as it arrives, so that no step blocks the thread for long and the
//! compressed body is never kept as well.

use std::{io::Write, time::Duration};

use flate2::write::GzDecoder;
use rustix::time::{ClockId, clock_gettime};

use super::BodyError;
use crate::block::BODY_BYTES_MAX;

/// Most gzip members of a body. One is usual; a sender that compresses each line alone has 500.
pub(crate) const MEMBERS_MAX: usize = 1_000;
/// Most CPU time that inflating one body may take. The largest body takes 50 ms; a stream of empty
/// deflate blocks can be made to take many times that.
pub(crate) const INFLATE_MAX: Duration = Duration::from_secs(1);
/// Compressed bytes of one step.
const STEP_BYTES: usize = 4 << 10;

/// A gzip stream that is being inflated.
#[derive(Debug)]
pub(crate) struct Inflater {
    decoder: GzDecoder<Vec<u8>>,
    /// Whether the current member has had any input.
    has_input: bool,
    members: usize,
    spent: Duration,
}

impl Default for Inflater {
    fn default() -> Self {
        Self { decoder: GzDecoder::new(Vec::new()), has_input: false, members: 0, spent: Duration::ZERO }
    }
}

impl Inflater {
    /// Inflates the first bytes of `input`, to a few tens of kilobytes at most. Returns the rest of
    /// `input`.
    ///
    /// # Errors
    /// [`BodyError::Gzip`] when it is not gzip or takes too much work, [`BodyError::TooLarge`] when
    /// the body exceeds the limit.
    pub(crate) fn step<'a>(&mut self, input: &'a [u8]) -> Result<&'a [u8], BodyError> {
        let began = thread_cpu_time();
        let taken =
            self.decoder.write(&input[..input.len().min(STEP_BYTES)]).map_err(|it| BodyError::Gzip(it.to_string()))?;
        // The decoder accepts no input only when its member has ended.
        if taken == 0 && !input.is_empty() {
            self.end_member()?;
        } else {
            self.has_input |= taken > 0;
        }
        if self.inflated_bytes() > BODY_BYTES_MAX {
            return Err(BodyError::TooLarge);
        }
        self.spent += thread_cpu_time().saturating_sub(began);
        if self.spent > INFLATE_MAX {
            return Err(BodyError::Gzip(format!("one that takes more than {} s to decompress", INFLATE_MAX.as_secs())));
        }
        Ok(&input[taken..])
    }

    fn end_member(&mut self) -> Result<(), BodyError> {
        self.members += 1;
        if !self.has_input || self.members >= MEMBERS_MAX {
            return Err(BodyError::Gzip(format!("more than {MEMBERS_MAX} members")));
        }
        self.decoder.try_finish().map_err(|it| BodyError::Gzip(it.to_string()))?;
        let inflated = std::mem::take(self.decoder.get_mut());
        self.decoder = GzDecoder::new(inflated);
        self.has_input = false;
        Ok(())
    }

    /// Bytes inflated so far.
    #[must_use]
    pub(crate) fn inflated_bytes(&self) -> usize {
        self.decoder.get_ref().len()
    }

    /// Ends the stream and returns the whole body.
    ///
    /// # Errors
    /// As [`Inflater::step`], and [`BodyError::Gzip`] when the stream is cut off.
    pub(crate) fn finish(self) -> Result<Vec<u8>, BodyError> {
        let body = self.decoder.finish().map_err(|it| BodyError::Gzip(it.to_string()))?;
        if body.len() > BODY_BYTES_MAX { Err(BodyError::TooLarge) } else { Ok(body) }
    }
}

/// CPU time of this thread. Not wall time: on a busy machine, a sender must not pay for others.
fn thread_cpu_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    /// Inflates `gzip` in pieces of `piece` bytes.
    fn inflated(gzip: &[u8], piece: usize) -> Result<Vec<u8>, BodyError> {
        let mut inflater = Inflater::default();
        for mut rest in gzip.chunks(piece) {
            while !rest.is_empty() {
                let before = inflater.inflated_bytes();
                rest = inflater.step(rest)?;
                assert!(inflater.inflated_bytes() - before <= 64 << 10, "a step is small");
            }
        }
        inflater.finish()
    }

    #[test]
    fn ok_inflates_in_pieces_of_any_size() {
        let long: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let many = gzip(b"x").repeat(MEMBERS_MAX);
        for piece in [1, 2, 7, 1_000, 1 << 20] {
            assert_eq!(inflated(&gzip(b"one line"), piece), Ok(b"one line".to_vec()));
            assert_eq!(inflated(&[gzip(b"one "), gzip(b""), gzip(b"line")].concat(), piece), Ok(b"one line".to_vec()));
            // Piece by piece of one byte, the short bodies suffice.
            assert!(piece == 1 || inflated(&gzip(&long), piece).is_ok_and(|it| it == long), "{piece}");
            assert_eq!(inflated(&many, piece), Ok(vec![b'x'; MEMBERS_MAX]));
        }
    }

    #[test]
    fn err_cut_or_foreign() {
        let whole = gzip(&[7; 1_000]);
        for piece in [1, 1_000] {
            for end in 0..whole.len() {
                assert!(matches!(inflated(&whole[..end], piece), Err(BodyError::Gzip(_))), "{end}");
            }
            assert!(matches!(inflated(b"not gzip at all", piece), Err(BodyError::Gzip(_))));
            assert!(matches!(inflated(&[&whole[..], b"rubbish behind it"].concat(), piece), Err(BodyError::Gzip(_))));
            let mut damaged = whole.clone();
            let at = damaged.len() - 6;
            damaged[at] ^= 1;
            assert!(matches!(inflated(&damaged, piece), Err(BodyError::Gzip(_))));
        }
    }

    #[test]
    fn err_too_large_or_too_many() {
        assert_eq!(inflated(&gzip(&vec![0; BODY_BYTES_MAX + 1]), 1 << 16), Err(BodyError::TooLarge));
        assert_eq!(inflated(&gzip(&vec![0; BODY_BYTES_MAX]), 1 << 16).map(|it| it.len()), Ok(BODY_BYTES_MAX));
        let Err(BodyError::Gzip(why)) = inflated(&gzip(b"").repeat(MEMBERS_MAX + 1), 1 << 16) else {
            panic!("it was read")
        };
        assert!(why.contains("1000"), "{why}");
    }
}
