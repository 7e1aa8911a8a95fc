//! How live events change the state of a page. Pure, so that it is tested without a browser.
//!
//! An event replaces the data of its time. Receiving it twice changes nothing.

use contract::{AppDelta, AppPage, AppSummary, ChartBucket, Overview, OverviewDelta, Span, SparkPoint};

/// The state of a page that a stream keeps up to date.
pub trait Feed: Sized {
    /// A change of the state.
    type Delta: serde::de::DeserializeOwned;

    /// The position in the stream up to which changes are in it.
    fn id(&self) -> u64;

    /// The server's time when it was last changed, unix milliseconds.
    fn at_ms(&self) -> i64;

    fn apply(&mut self, delta: Self::Delta);

    /// Replaces the whole state.
    fn replace(&mut self, whole: Self);
}

impl Feed for Overview {
    type Delta = OverviewDelta;

    fn id(&self) -> u64 {
        self.id
    }

    fn at_ms(&self) -> i64 {
        self.at_ms
    }

    fn apply(&mut self, delta: OverviewDelta) {
        (self.at_ms, self.id, self.totals) = (delta.at_ms, delta.id, delta.totals);
        // Apps arrive nearly in the order of this list, so the search for each begins after the one
        // before.
        let mut at = 0;
        for now in delta.apps {
            let n = self.apps.len();
            match (at..n).chain(0..at.min(n)).find(|it| self.apps[*it].app == now.app) {
                Some(found) => {
                    update(&mut self.apps[found], now);
                    at = found + 1;
                }
                None => self.apps.push(now),
            }
        }
        let at_ms = self.at_ms;
        self.apps.sort_by(|a, b| (a.rank(at_ms), &a.app).cmp(&(b.rank(at_ms), &b.app)));
        let oldest_s = self.at_ms.div_euclid(1_000) - SparkPoint::STEP_S * (SparkPoint::STEPS as i64 + 1);
        for app in &mut self.apps {
            app.spark.retain(|it| it.at_s >= oldest_s);
        }
    }

    fn replace(&mut self, whole: Self) {
        *self = whole;
    }
}

impl Feed for AppPage {
    type Delta = AppDelta;

    fn id(&self) -> u64 {
        self.id
    }

    fn at_ms(&self) -> i64 {
        self.at_ms
    }

    fn apply(&mut self, delta: AppDelta) {
        (self.at_ms, self.id, self.open_incidents) = (delta.at_ms, delta.id, delta.open_incidents);
        update(&mut self.summary, delta.summary);
        if let Some(marks) = delta.incidents {
            self.incidents.retain(|known| marks.iter().all(|it| it.id != known.id));
            self.incidents.extend(marks);
        }
        if self.range != contract::Range::Live {
            return;
        }
        self.span = window(self.at_ms);
        self.window_s = delta.window_s;
        for bucket in delta.buckets {
            put(&mut self.buckets, bucket);
        }
        let (from_s, to_s) = self.span.ends();
        self.buckets.retain(|it| it.at_s >= from_s);
        for mark in self.incidents.iter_mut().filter(|it| it.is_open) {
            mark.span = Span::clamped(mark.span.from_s(), to_s);
        }
    }

    /// Streams always carry the live range. A page of a longer range keeps its columns and takes
    /// only the summary.
    fn replace(&mut self, whole: Self) {
        if self.range == contract::Range::Live {
            *self = whole;
        } else {
            (self.at_ms, self.id, self.summary) = (whole.at_ms, whole.id, whole.summary);
            self.open_incidents = whole.open_incidents;
        }
    }
}

/// The live range at a time in unix milliseconds, as unix seconds. It ends with the current second.
#[must_use]
pub const fn window(at_ms: i64) -> Span {
    let to_s = at_ms.div_euclid(1_000) + 1;
    Span::clamped(to_s - contract::Range::Live.length_s(), to_s)
}

fn put(buckets: &mut Vec<ChartBucket>, bucket: ChartBucket) {
    match buckets.binary_search_by_key(&bucket.at_s, |it| it.at_s) {
        Ok(at) => buckets[at] = bucket,
        Err(at) => buckets.insert(at, bucket),
    }
}

/// Replaces a summary. Its sparkline holds only points that are new or changed, so the known ones
/// are kept.
fn update(known: &mut AppSummary, now: AppSummary) {
    let mut spark = std::mem::take(&mut known.spark);
    for point in &now.spark {
        match spark.binary_search_by_key(&point.at_s, |it| it.at_s) {
            Ok(at) => spark[at] = *point,
            Err(at) => spark.insert(at, *point),
        }
    }
    *known = AppSummary { spark, ..now };
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use contract::{Backend, OpenIncidents, Range, alert::IncidentId};
    use fake::Fake;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn now<T>(future: impl Future<Output = T>) -> T {
        match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(value) => value,
            Poll::Pending => unreachable!("the fake answers at once"),
        }
    }

    fn page(range: Range) -> AppPage {
        now(Fake::default().app("api".to_owned(), range)).unwrap()
    }

    fn delta(page: &AppPage, later_s: i64, buckets: Vec<ChartBucket>) -> AppDelta {
        let (summary, open_incidents) = (page.summary.clone(), page.open_incidents);
        let (at_ms, id, window_s) = (page.at_ms + later_s * 1_000, page.id + 1, page.window_s);
        AppDelta { at_ms, id, summary, window_s, buckets, incidents: None, open_incidents }
    }

    #[test]
    fn ok_a_second_is_neither_lost_nor_doubled() {
        let mut live = page(Range::Live);
        let at_s = live.span.to_s() - 10;
        let changed = ChartBucket { at_s, lines: 7, ..ChartBucket::default() };
        for _ in 0..2 {
            live.apply(delta(&page(Range::Live), 0, vec![changed.clone()]));
        }
        assert_eq!(live.buckets.iter().filter(|it| it.at_s == at_s).collect::<Vec<_>>(), [&changed]);
        assert!(live.buckets.is_sorted_by_key(|it| it.at_s));
    }

    #[test]
    fn ok_old_seconds_leave_the_window() {
        let mut live = page(Range::Live);
        live.apply(delta(&page(Range::Live), 100, vec![]));
        assert_eq!(live.span.length_s(), 300);
        assert!(live.buckets.iter().all(|it| it.at_s >= live.span.from_s()));
        assert!(live.buckets.len() >= 199 && live.buckets.len() <= 200, "{}", live.buckets.len());
    }

    #[test]
    fn ok_a_long_range_keeps_its_columns() {
        let mut hour = page(Range::Hour);
        let before = hour.buckets.clone();
        hour.apply(delta(&page(Range::Live), 5, vec![ChartBucket::default()]));
        hour.replace(page(Range::Live));
        assert_eq!((hour.buckets, hour.range), (before, Range::Hour));
    }

    #[test]
    fn ok_marks_of_incidents_come_with_the_stream() {
        for range in [Range::Live, Range::Hour] {
            let mut page = page(range);
            let before = page.incidents.len();
            let mut new = page.incidents[0].clone();
            new.id = IncidentId(99);
            let open = OpenIncidents { count: 4, is_critical: true };
            let changed = AppDelta {
                incidents: Some(vec![page.incidents[0].clone(), new]),
                open_incidents: open,
                ..delta(&page, 5, vec![])
            };
            page.apply(changed);
            assert_eq!(page.incidents.len(), before + 1, "{range:?}");
            assert_eq!(page.open_incidents, open);
            page.apply(delta(&page.clone(), 5, vec![]));
            assert_eq!(page.incidents.len(), before + 1, "a second without news keeps them");
        }
    }

    #[test]
    fn ok_the_mark_of_an_open_incident_grows() {
        let mut live = page(Range::Live);
        let open = live.incidents.iter().position(|it| it.is_open).unwrap();
        live.apply(delta(&page(Range::Live), 100, vec![]));
        assert_eq!(live.incidents[open].span.to_s(), live.span.to_s());
    }

    #[test]
    fn ok_a_new_app_finds_its_place_and_sparks_join() {
        let mut overview = now(Fake::default().overview()).unwrap();
        let mut changed = overview.apps[2].clone();
        let last = *changed.spark.last().unwrap();
        let next = SparkPoint { at_s: last.at_s + SparkPoint::STEP_S, ..last };
        changed.spark = vec![last, next];
        let fresh = AppSummary { app: "aa".to_owned(), spark: vec![], ..changed.clone() };
        let delta =
            OverviewDelta { at_ms: overview.at_ms + 1, id: 2, apps: vec![changed, fresh], totals: overview.totals };
        overview.apply(delta);
        let names: Vec<&str> = overview.apps.iter().map(|it| &*it.app).collect();
        assert_eq!(names, ["checkout", "api", "aa", "storefront", "staging"]);
        assert_eq!(overview.apps[3].spark.len(), SparkPoint::STEPS + 1);
    }
}
