//! Who tells an app's requests. A router's or proxy's log, the router's spans and the app's own
//! spans may all tell the same ones; only the best of those that were heard lately counts.
//!
//! The decision is made here, while a span arrives, and stands in its line, so that a replay counts
//! the same. It is forgotten at a restart: until the better teller is heard again, a few requests
//! may count twice.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use pipeline::Delta;
use rustc_hash::FxHashMap;

/// How long a teller counts as heard, milliseconds.
const HEARD_MS: i64 = 10 * 60_000;
/// Most apps that are remembered: more than there may be.
const APPS_MAX: usize = 10_000;

/// Who tells requests, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Teller {
    /// A line: a router's, proxy's or server's log.
    Line,
    /// A span of Heroku's router.
    RouterSpan,
    /// A span of the app.
    AppSpan,
}

impl Teller {
    /// How a line calls it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Line => "log",
            Self::RouterSpan => "router",
            Self::AppSpan => "app",
        }
    }
}

/// Who has told requests of each app that sends spans, and when.
#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Whether any app sends spans; otherwise nothing is looked at.
    has_spans: AtomicBool,
    /// When each teller was last heard, unix milliseconds.
    apps: Mutex<FxHashMap<Box<str>, [Option<i64>; 3]>>,
}

impl Told {
    /// Notes that a span tells a request of an app. The better teller, if one was heard lately.
    pub(crate) fn tell(&self, app: &str, teller: Teller, now_ms: i64) -> Option<Teller> {
        self.has_spans.store(true, Relaxed);
        let mut apps = self.lock();
        if !apps.contains_key(app) {
            if apps.len() >= APPS_MAX {
                apps.retain(|_, heard| heard.iter().flatten().any(|it| now_ms - it < HEARD_MS));
            }
            apps.insert(app.into(), [None; 3]);
        }
        let heard = apps.get_mut(app)?;
        heard[teller as usize] = Some(now_ms);
        let better = [Teller::Line, Teller::RouterSpan].into_iter().filter(|it| *it < teller);
        better.into_iter().find(|it| heard[*it as usize].is_some_and(|at_ms| now_ms - at_ms < HEARD_MS))
    }

    /// Notes whether the lines of a batch told requests. Only for batches that hold no spans.
    pub(crate) fn note_lines(&self, app: &str, delta: &Delta, now_ms: i64) {
        if !self.has_spans.load(Relaxed) || !delta.series.iter().any(|it| &*it.metric == "router.requests") {
            return;
        }
        if let Some(heard) = self.lock().get_mut(app) {
            heard[Teller::Line as usize] = Some(now_ms);
        }
    }

    fn lock(&self) -> MutexGuard<'_, FxHashMap<Box<str>, [Option<i64>; 3]>> {
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
    fn ok_the_best_teller_counts() {
        let told = Told::default();
        let requests = delta(b"2026-11-27T10:00:00.000000+00:00 heroku[router]: at=info method=GET path=\"/\" host=a request_id=1 fwd=\"1.2.3.4\" dyno=web.1 connect=1ms service=2ms status=200 bytes=1 protocol=https\n");
        assert_eq!(told.tell("shop", Teller::AppSpan, 0), None);
        assert_eq!(told.tell("shop", Teller::RouterSpan, 1), None);
        assert_eq!(told.tell("shop", Teller::AppSpan, 2), Some(Teller::RouterSpan));
        told.note_lines("shop", &delta(b"no request\n"), 3);
        assert_eq!(told.tell("shop", Teller::RouterSpan, 3), None);
        told.note_lines("shop", &requests, 4);
        assert_eq!(told.tell("shop", Teller::RouterSpan, 5), Some(Teller::Line));
        assert_eq!(told.tell("other", Teller::AppSpan, 5), None);
        assert_eq!(told.tell("shop", Teller::AppSpan, 4 + HEARD_MS), Some(Teller::RouterSpan));
        assert_eq!(told.tell("shop", Teller::AppSpan, 5 + HEARD_MS), None);
    }
}
