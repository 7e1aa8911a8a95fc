//! When something was last heard of the server. Does not tick by itself.

use leptos::prelude::*;

/// Context: the time of the last event, once the page's clock runs.
#[derive(Clone, Copy, Debug)]
pub struct Heard(StoredValue<Option<Reading>>);

impl Default for Heard {
    fn default() -> Self {
        Self(StoredValue::new(None))
    }
}

impl Heard {
    /// The server's time of the last event, unix seconds, and how long ago that was, seconds.
    #[must_use]
    pub fn last_s(self) -> Option<(i64, i64)> {
        let Reading { at_ms, elapsed_ms: then } = self.0.try_get_value()??;
        Some((at_ms.div_euclid(1_000), ((elapsed_ms() - then) / 1_000.0) as i64))
    }

    /// What the server's clock shows now, unix milliseconds, if it runs on.
    #[cfg(feature = "hydrate")]
    #[must_use]
    pub fn now_ms(self) -> Option<i64> {
        let Reading { at_ms, elapsed_ms: then } = self.0.try_get_value()??;
        Some(at_ms + (elapsed_ms() - then) as i64)
    }

    /// Notes the time of an event that has arrived, unix milliseconds.
    #[cfg(feature = "hydrate")]
    pub fn note(self, at_ms: i64) {
        self.0.try_set_value(Some(Reading { at_ms, elapsed_ms: elapsed_ms() }));
    }
}

/// The time of the last event, and when it arrived.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// The server's time, unix milliseconds.
    at_ms: i64,
    /// The browser's monotonic clock at that moment, milliseconds.
    elapsed_ms: f64,
}

/// The browser's monotonic clock, milliseconds; 0 on the server.
#[must_use]
pub fn elapsed_ms() -> f64 {
    #[cfg(feature = "hydrate")]
    return window().performance().map_or(0.0, |it| it.now());
    #[cfg(not(feature = "hydrate"))]
    0.0
}
