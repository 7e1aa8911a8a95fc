//! The service time of an access log's line: chosen among the words that may be one.
//!
//! Where words are is decided by the reader of the line.

use memchr::memchr;

use crate::number;

/// The fewest decimals of a time in seconds. A ratio has two.
const DECIMALS_MIN: usize = 3;
/// Greater numbers are points in time, not durations: nginx' `$msec`. Seconds.
const SERVICE_S_MAX: f64 = 1e6;

/// Candidates for the service time, best first.
#[derive(Debug, Default)]
pub(super) struct Service<'a> {
    named_ms: Option<f64>,
    with_unit_ms: Option<f64>,
    /// The greatest of the numbers with decimals.
    seconds: Option<f64>,
    /// The word before, if it is a number whose unit may follow.
    number: &'a [u8],
}

impl<'a> Service<'a> {
    /// Takes the next word, which is not empty.
    pub(super) fn see(&mut self, word: &'a [u8]) {
        let number = std::mem::take(&mut self.number);
        if word == b"-" {
            return;
        }
        if let Some(at) = memchr(b'=', word) {
            let value = word[at + 1..].trim_ascii();
            let value = value.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")).unwrap_or(value);
            self.named_ms = self.named_ms.or_else(|| named_ms(&word[..at], value));
        } else if word == b"ms" && !number.is_empty() {
            // morgan writes `12.345 ms`.
            self.with_unit_ms = self.with_unit_ms.or_else(|| number::router_ms(number));
            self.seconds = None;
        } else if word[0].is_ascii_digit() {
            self.number = word;
            if word.last().is_some_and(u8::is_ascii_digit) {
                self.seconds = self.seconds.max_of(seconds(word));
            } else {
                self.with_unit_ms = self.with_unit_ms.or_else(|| number::duration_ms(word));
            }
        }
    }

    /// The service time, ms.
    pub(super) fn ms(&self) -> Option<f64> {
        self.named_ms.or(self.with_unit_ms).or_else(|| Some(self.seconds? * 1_000.0))
    }
}

/// The greater of two values that may be absent.
trait Greater {
    fn max_of(self, other: Self) -> Self;
}

impl Greater for Option<f64> {
    fn max_of(self, other: Self) -> Self {
        self.into_iter().chain(other).reduce(f64::max)
    }
}

/// A time under one of the names that servers use. A number without a unit is seconds if it has a
/// dot.
fn named_ms(name: &[u8], value: &[u8]) -> Option<f64> {
    match name {
        b"rt" | b"request_time" => {
            let bare = || value.contains(&b'.').then(|| number::router_ms(value)).flatten().map(|it| it * 1_000.0);
            number::duration_ms(value).or_else(bare)
        }
        b"duration" | b"response_time" | b"latency" | b"took" | b"time" => number::duration_ms(value),
        _ => None,
    }
}

/// A number without a unit that has enough decimals to be a time in seconds.
fn seconds(word: &[u8]) -> Option<f64> {
    let dot = memchr(b'.', word)?;
    let decimals = &word[dot + 1..];
    let is_plain = decimals.len() >= DECIMALS_MIN && decimals.iter().all(u8::is_ascii_digit);
    if is_plain { number::router_ms(word).filter(|it| *it < SERVICE_S_MAX) } else { None }
}
