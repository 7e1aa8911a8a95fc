//! The server's clock in the browser: the time of the last event plus the time since then. It runs
//! on when no line arrives.

use leptos::prelude::*;

/// The server's clock. It ticks in the browser only.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The current second, unix seconds.
    pub now_s: RwSignal<i64>,
    #[cfg(feature = "hydrate")]
    reading: StoredValue<Reading>,
    #[cfg(feature = "hydrate")]
    status: RwSignal<super::status::Status>,
}

/// The time of the last event, and when it arrived.
#[cfg(feature = "hydrate")]
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// The server's time, unix milliseconds.
    at_ms: i64,
    /// The browser's monotonic clock at that moment, milliseconds.
    elapsed_ms: f64,
}

impl Clock {
    /// A clock that shows this time, unix milliseconds.
    #[must_use]
    pub fn start(at_ms: i64) -> Self {
        let now_s = RwSignal::new(at_ms.div_euclid(1_000));
        #[cfg(not(feature = "hydrate"))]
        return Self { now_s };
        #[cfg(feature = "hydrate")]
        {
            let status = use_context().unwrap_or_default();
            let reading = StoredValue::new(Reading { at_ms, elapsed_ms: elapsed_ms() });
            let clock = Self { now_s, reading, status };
            every(std::time::Duration::from_millis(250), move || clock.tick());
            if let Some(now) = use_context::<super::status::ServerTime>() {
                Effect::new(move |_| now.0.set(Some(clock.now_s.get())));
            }
            if let Some(loaded) = use_context::<super::status::Loaded>() {
                Effect::new(move |_| loaded.0.set(Some(at_ms.div_euclid(1_000))));
            }
            clock
        }
    }

    /// Sets it to the time of an event, unix milliseconds.
    pub fn set(self, at_ms: i64) {
        #[cfg(feature = "hydrate")]
        self.reading.try_set_value(Reading { at_ms, elapsed_ms: elapsed_ms() });
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = (self, at_ms);
    }

    #[cfg(feature = "hydrate")]
    fn tick(self) {
        // While the server is unreachable its time is unknown, and the apps are not silent because
        // of that.
        if self.status.try_get_untracked() == Some(super::status::Status::Gone) {
            return;
        }
        let Some(reading) = self.reading.try_get_value() else { return };
        let now_s = (reading.at_ms + (elapsed_ms() - reading.elapsed_ms) as i64).div_euclid(1_000);
        if self.now_s.try_get_untracked().is_some_and(|it| it < now_s) {
            self.now_s.try_set(now_s);
        }
    }
}

/// Repeats an action until the page is left.
#[cfg(feature = "hydrate")]
pub fn every(pause: std::time::Duration, action: impl Fn() + 'static) {
    if let Ok(interval) = set_interval_with_handle(action, pause) {
        on_cleanup(move || interval.clear());
    }
}

#[cfg(feature = "hydrate")]
fn elapsed_ms() -> f64 {
    window().performance().map_or(0.0, |it| it.now())
}
