//! The server's clock in the browser: the time of the last event plus the time since then. It runs
//! on when no line arrives.

use leptos::prelude::*;

/// The server's clock. It ticks in the browser only.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    /// The current second, unix seconds.
    pub now_s: RwSignal<i64>,
    #[cfg(feature = "hydrate")]
    heard: super::heard::Heard,
    #[cfg(feature = "hydrate")]
    status: RwSignal<super::status::Status>,
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
            let heard: super::heard::Heard = use_context().unwrap_or_default();
            heard.note(at_ms);
            let clock = Self { now_s, heard, status };
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
        self.heard.note(at_ms);
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
        if crate::browser::document::is_paused() {
            return;
        }
        let Some(now_ms) = self.heard.now_ms() else { return };
        let now_s = now_ms.div_euclid(1_000);
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
