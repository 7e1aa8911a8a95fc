//! Builds batches from frames. A batch is what one request carries.
//!
//! A batch is closed by its number of frames, its size or its age; the caller watches the age. Its
//! id stays the same in all retries, so that the server counts it once.

use std::time::Instant;

use super::position::{self, Reached};

/// Most bytes of a batch's body. Well below the server's limit, and a bound on what waits in
/// memory.
pub(crate) const BODY_BYTES_MAX: usize = 512 * 1024;

/// The content of one request.
#[derive(Debug)]
pub(crate) struct Batch {
    /// `Logplex-Frame-Id` and `X-Request-Id`: 32 upper-case hexadecimal digits.
    pub id: String,
    /// The frames, one after another.
    pub body: Vec<u8>,
    pub frames: u64,
    /// When the first frame was added.
    pub opened: Instant,
    /// Up to where files are read with this batch; files that are not in it are left out.
    pub reached: Vec<Reached>,
}

/// Generates batch ids that no other process generates.
#[derive(Debug)]
pub(crate) struct BatchIds {
    next: u128,
}

/// Builds one batch after another.
#[derive(Debug)]
pub(crate) struct BatchBuilder {
    ids: BatchIds,
    frames_max: u64,
    open: Option<Batch>,
}

impl BatchIds {
    /// Starts at a random number below 2^128.
    ///
    /// # Errors
    /// When the system provides no randomness.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut start = [0; 16];
        getrandom::fill(&mut start)?;
        Ok(Self { next: u128::from_be_bytes(start) })
    }

    /// Generates the next id.
    pub(crate) fn make(&mut self) -> String {
        let id = format!("{:032X}", self.next);
        self.next = self.next.wrapping_add(1);
        id
    }
}

impl BatchBuilder {
    /// Builds batches of at most `frames_max` frames.
    #[must_use]
    pub(crate) const fn new(ids: BatchIds, frames_max: u64) -> Self {
        Self { ids, frames_max, open: None }
    }

    /// Adds a frame; returns the batch that is now full. A frame that no longer fits starts the
    /// next batch.
    pub(crate) fn push(&mut self, frame: &[u8]) -> Option<Batch> {
        self.push_all(frame, 1, None)
    }

    /// Adds frames that belong into one batch, and up to where their file is read with them.
    pub(crate) fn push_all(&mut self, frames: &[u8], count: u64, reached: Option<Reached>) -> Option<Batch> {
        let is_too_much = self.open.as_ref().is_some_and(|it| it.body.len() + frames.len() > BODY_BYTES_MAX);
        let full = if is_too_much { self.close() } else { None };
        let ids = &mut self.ids;
        let batch = self.open.get_or_insert_with(|| Batch {
            id: ids.make(),
            body: Vec::new(),
            frames: 0,
            opened: Instant::now(),
            reached: Vec::new(),
        });
        batch.body.extend_from_slice(frames);
        batch.frames += count;
        if let Some(reached) = reached {
            position::note(&mut batch.reached, reached);
        }
        if full.is_none() && batch.frames >= self.frames_max { self.close() } else { full }
    }

    /// When the open batch was started.
    #[must_use]
    pub(crate) fn opened(&self) -> Option<Instant> {
        self.open.as_ref().map(|it| it.opened)
    }

    /// Closes and returns the open batch.
    pub(crate) fn close(&mut self) -> Option<Batch> {
        self.open.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builder(frames_max: u64) -> BatchBuilder {
        BatchBuilder::new(BatchIds { next: u128::MAX }, frames_max)
    }

    #[track_caller]
    fn check(frames_max: u64, sizes: &[usize], expected: &[u64]) {
        let mut builder = builder(frames_max);
        let mut batches: Vec<_> = sizes.iter().filter_map(|size| builder.push(&vec![b'x'; *size])).collect();
        batches.extend(builder.close());
        assert_eq!(batches.iter().map(|it| it.frames).collect::<Vec<_>>(), expected);
        assert_eq!(batches.iter().map(|it| it.body.len()).sum::<usize>(), sizes.iter().sum::<usize>());
    }

    #[test]
    fn ok_closes_by_frames_and_bytes() {
        check(2, &[], &[]);
        check(2, &[1, 1, 1], &[2, 1]);
        check(1, &[1, 1], &[1, 1]);
        check(500, &[BODY_BYTES_MAX, 1], &[1, 1]);
        check(500, &[BODY_BYTES_MAX - 1, 1, 1], &[2, 1]);
        check(500, &[BODY_BYTES_MAX + 1, 1], &[1, 1]);
        check(1, &[BODY_BYTES_MAX, BODY_BYTES_MAX], &[1, 1]);
    }

    #[test]
    fn ok_ids_differ() {
        let mut builder = builder(1);
        let ids: Vec<_> = (0..2).filter_map(|_| builder.push(b"x")).map(|it| it.id).collect();
        assert_eq!(ids, ["F".repeat(32), "0".repeat(32)]);
    }
}
