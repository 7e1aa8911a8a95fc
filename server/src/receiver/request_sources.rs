//! Which source an app's requests are counted from. A router's or proxy's log, the router's spans
//! and the app's own spans may all report the same ones; only the best recent source counts.
//!
//! The decision is made here, while a span arrives, and stands in its line, so that a replay counts
//! the same. It is forgotten at a restart: until the better source reports again, a few requests
//! may count twice.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use pipeline::Delta;
use rustc_hash::FxHashMap;

/// How long a source counts as recent after its last report, milliseconds.
const RECENT_MS: i64 = 10 * 60_000;
/// Most apps that are remembered: more than there may be. Spans of further ones all count.
const APPS_MAX: usize = 10_000;
/// Least time between two sweeps for room, milliseconds.
const SWEEP_EVERY_MS: i64 = 60_000;

/// What reports requests, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RequestSource {
    /// A line: a router's, proxy's or server's log.
    Line,
    /// A span of Heroku's router.
    RouterSpan,
    /// A span of the app.
    AppSpan,
}

impl RequestSource {
    /// How a line calls it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Line => "log",
            Self::RouterSpan => "router",
            Self::AppSpan => "app",
        }
    }
}

/// The sources of each app that sends spans.
#[derive(Debug, Default)]
pub(crate) struct RequestSources {
    /// Whether any app sends spans; otherwise nothing is looked at.
    has_spans: AtomicBool,
    apps: Mutex<Apps>,
}

#[derive(Debug, Default)]
struct Apps {
    /// When each source last reported a request, unix milliseconds.
    last_ms: FxHashMap<Box<str>, [Option<i64>; 3]>,
    /// When apps without a recent source were last forgotten, unix milliseconds.
    swept_ms: i64,
}

impl Apps {
    /// The sources of an app; `None` if it is new and there is no room.
    fn of(&mut self, app: &str, now_ms: i64) -> Option<&mut [Option<i64>; 3]> {
        if !self.last_ms.contains_key(app) {
            if self.last_ms.len() >= APPS_MAX && now_ms - self.swept_ms >= SWEEP_EVERY_MS {
                self.last_ms.retain(|_, last_ms| last_ms.iter().flatten().any(|it| now_ms - it < RECENT_MS));
                self.swept_ms = now_ms;
            }
            if self.last_ms.len() >= APPS_MAX {
                return None;
            }
            self.last_ms.insert(app.into(), [None; 3]);
        }
        self.last_ms.get_mut(app)
    }
}

impl RequestSources {
    /// Notes that a span reports a request of an app. The better source, if there is a recent one.
    pub(crate) fn note_span(&self, app: &str, source: RequestSource, now_ms: i64) -> Option<RequestSource> {
        self.has_spans.store(true, Relaxed);
        let mut apps = self.lock();
        let last_ms = apps.of(app, now_ms)?;
        last_ms[source as usize] = Some(now_ms);
        let better = [RequestSource::Line, RequestSource::RouterSpan].into_iter().filter(|it| *it < source);
        better.into_iter().find(|it| last_ms[*it as usize].is_some_and(|at_ms| now_ms - at_ms < RECENT_MS))
    }

    /// Notes whether the lines of a batch report requests. Only for batches that hold no spans.
    pub(crate) fn note_lines(&self, app: &str, delta: &Delta, now_ms: i64) {
        if !self.has_spans.load(Relaxed) || !delta.series.iter().any(|it| &*it.metric == "router.requests") {
            return;
        }
        if let Some(last_ms) = self.lock().last_ms.get_mut(app) {
            last_ms[RequestSource::Line as usize] = Some(now_ms);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Apps> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use pipeline::{Origin, Reducer};

    use super::*;

    fn delta(text: &[u8]) -> Delta {
        Reducer::new().reduce_text(text, &Origin::default())
    }

    #[test]
    fn ok_the_best_source_counts() {
        let sources = RequestSources::default();
        let requests = delta(b"2026-11-27T10:00:00.000000+00:00 heroku[router]: at=info method=GET path=\"/\" host=a request_id=1 fwd=\"1.2.3.4\" dyno=web.1 connect=1ms service=2ms status=200 bytes=1 protocol=https\n");
        assert_eq!(sources.note_span("shop", RequestSource::AppSpan, 0), None);
        assert_eq!(sources.note_span("shop", RequestSource::RouterSpan, 1), None);
        assert_eq!(sources.note_span("shop", RequestSource::AppSpan, 2), Some(RequestSource::RouterSpan));
        sources.note_lines("shop", &delta(b"no request\n"), 3);
        assert_eq!(sources.note_span("shop", RequestSource::RouterSpan, 3), None);
        sources.note_lines("shop", &requests, 4);
        assert_eq!(sources.note_span("shop", RequestSource::RouterSpan, 5), Some(RequestSource::Line));
        assert_eq!(sources.note_span("other", RequestSource::AppSpan, 5), None);
        assert_eq!(sources.note_span("shop", RequestSource::AppSpan, 4 + RECENT_MS), Some(RequestSource::RouterSpan));
        assert_eq!(sources.note_span("shop", RequestSource::AppSpan, 5 + RECENT_MS), None);
    }

    #[test]
    fn err_more_apps_than_are_remembered() {
        let sources = RequestSources::default();
        for app in 0..APPS_MAX + 10 {
            assert_eq!(sources.note_span(&app.to_string(), RequestSource::RouterSpan, RECENT_MS), None);
        }
        assert_eq!(sources.lock().last_ms.len(), APPS_MAX);
        assert_eq!(sources.note_span("0", RequestSource::AppSpan, RECENT_MS), Some(RequestSource::RouterSpan));
        // There is room once the others are no longer recent.
        sources.note_span("new", RequestSource::RouterSpan, 3 * RECENT_MS);
        assert_eq!(sources.lock().last_ms.len(), 1);
    }
}
