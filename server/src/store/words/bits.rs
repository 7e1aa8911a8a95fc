//! Bits in bytes, low ones first: written and read one after the other. Knows nothing of what they
//! mean.

/// Bits, low ones first.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    pending: u64,
    n_pending: u32,
}

impl BitWriter {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.bytes.len() * 8 + self.n_pending as usize
    }

    /// Adds at most 32 bits.
    pub(super) fn put(&mut self, bits: u64, n: u32) {
        self.pending |= bits << self.n_pending;
        self.n_pending += n;
        while self.n_pending >= 8 {
            self.bytes.push(self.pending as u8);
            self.pending >>= 8;
            self.n_pending -= 8;
        }
    }

    /// Adds zeros.
    pub(super) fn zeros(&mut self, n: u32) {
        let mut left = n;
        while left > 0 {
            let now = left.min(32);
            self.put(0, now);
            left -= now;
        }
    }

    /// All of them, the last byte filled up with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.n_pending > 0 {
            self.bytes.push(self.pending as u8);
        }
        self.bytes
    }
}

/// Reads what [`BitWriter`] wrote.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> BitReader<'a> {
    /// Begins at a bit.
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// At least the next 25 bits, with zeros after the last; `None` past the end.
    fn window(&self) -> Option<u32> {
        let rest = self.bytes.get(self.at / 8..).filter(|it| !it.is_empty())?;
        let word = match rest.first_chunk() {
            Some(it) => u32::from_le_bytes(*it),
            None => rest.iter().rev().fold(0, |word, it| word << 8 | u32::from(*it)),
        };
        Some(word >> (self.at % 8))
    }

    /// How many zeros come before the next one, which is taken too.
    pub(super) fn zeros(&mut self) -> Option<u32> {
        let mut zeros = 0;
        loop {
            let window = self.window()?;
            if window != 0 {
                let n = window.trailing_zeros();
                self.at += n as usize + 1;
                return Some(zeros + n);
            }
            // Whole bytes, so that the next window begins with one.
            let n = 24 - self.at % 8;
            zeros += n as u32;
            self.at += n;
        }
    }

    /// The next bits, at most 25.
    pub(super) fn take(&mut self, n: u32) -> Option<u32> {
        let window = self.window()?;
        self.at += n as usize;
        (self.at <= self.bytes.len() * 8).then_some(window & ((1 << n) - 1))
    }
}
