//! The server's clock in the browser: the time of the last event, and what has passed since. It moves on when no line comes.

use leptos::prelude::*;

/// The server's clock, unix seconds, once a second; stands still on the server.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The present second.
    pub now_s: RwSignal<i64>,
    #[cfg(feature = "hydrate")]
    heard: StoredValue<(i64, f64)>,
    #[cfg(feature = "hydrate")]
    status: RwSignal<super::status::Status>,
}

impl Clock {
    /// A clock that shows this moment, unix milliseconds.
    #[must_use]
    pub fn start(at_ms: i64) -> Self {
        let now_s = RwSignal::new(at_ms.div_euclid(1_000));
        #[cfg(not(feature = "hydrate"))]
        return Self { now_s };
        #[cfg(feature = "hydrate")]
        {
            let status = use_context().unwrap_or_default();
            let clock = Self { now_s, heard: StoredValue::new((at_ms, elapsed_ms())), status };
            every(std::time::Duration::from_millis(250), move || clock.tick());
            if let Some(now) = use_context::<super::status::Now>() {
                Effect::new(move |_| now.0.set(Some(clock.now_s.get())));
            }
            if let Some(loaded) = use_context::<super::status::Loaded>() {
                Effect::new(move |_| loaded.0.set(Some(at_ms.div_euclid(1_000))));
            }
            clock
        }
    }

    /// Takes the time of an event.
    #[cfg(feature = "hydrate")]
    pub fn hear(self, at_ms: i64) {
        self.heard.try_set_value((at_ms, elapsed_ms()));
    }

    #[cfg(feature = "hydrate")]
    fn tick(self) {
        // While the server is gone nobody knows its time, and silence is not the apps'.
        if self.status.try_get_untracked() == Some(super::status::Status::Gone) {
            return;
        }
        let Some((at_ms, heard_ms)) = self.heard.try_get_value() else { return };
        let now_s = (at_ms + (elapsed_ms() - heard_ms) as i64).div_euclid(1_000);
        if self.now_s.try_get_untracked().is_some_and(|it| it < now_s) {
            self.now_s.try_set(now_s);
        }
    }
}

/// Does something again and again until the page is left.
#[cfg(feature = "hydrate")]
pub fn every(pause: std::time::Duration, act: impl Fn() + 'static) {
    if let Ok(ticking) = set_interval_with_handle(act, pause) {
        on_cleanup(move || ticking.clear());
    }
}

#[cfg(feature = "hydrate")]
fn elapsed_ms() -> f64 {
    window().performance().map_or(0.0, |it| it.now())
}
