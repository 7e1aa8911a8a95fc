//! What is usual for every app now, worked out in the background and read without waiting.
//!
//! Every app once after the start, then again in the last minutes of each hour for the next one.
//! One app at a time and with pauses, so that senders and searches don't notice.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use contract::{
    Span,
    alert::{BandPoint, Figure, FigureBands},
};
use tokio_util::sync::CancellationToken;

use super::{
    app_usual::AppUsual,
    calculation::at_hours,
    history::HOUR_S,
    reading::{Detail, Known, SPAN_MAX_S, history},
};
use crate::{
    clock::now_ms,
    store::{
        query::{Error, Reader},
        resolution::Resolution,
    },
};

/// Time between two looks for apps that lack an hour.
const EVERY: Duration = Duration::from_secs(30);
/// How long before an hour its values are worked out, seconds.
const AHEAD_S: i64 = 12 * 60;
/// In how long all apps should be through before an hour begins.
const ROUND: Duration = Duration::from_mins(6);
/// The pause after each app: at least this, and at most a second.
const PAUSE_MIN: Duration = Duration::from_millis(20);
const PAUSE_MAX: Duration = Duration::from_secs(1);
/// Most points of a figure's bands: a week by hours. Longer spans have every second hour, or fewer.
pub(crate) const POINTS_MAX: i64 = 200;
/// What is known of an app for an hour: `None` where its history is too short.
type OfHour = (i64, Option<Arc<AppUsual>>);

/// What is kept of an app.
#[derive(Default)]
struct Entry {
    /// The hour before, the present hour, and in its last minutes the next one.
    hours: Vec<OfHour>,
    /// What those were worked out from, for the next hour and for charts.
    known: Arc<Known>,
}

/// A handle to what is usual for every app. Cheap to clone.
#[derive(Clone)]
pub struct UsualTable {
    reader: Reader,
    apps: Arc<Mutex<BTreeMap<Arc<str>, Entry>>>,
}

impl UsualTable {
    /// Starts to work out what is usual, until `shutdown` is cancelled.
    #[must_use]
    pub fn start(reader: Reader, shutdown: CancellationToken) -> Self {
        let table = Self { reader, apps: Arc::default() };
        let working = table.clone();
        tokio::spawn(async move { shutdown.run_until_cancelled(working.keep_filled()).await });
        table
    }

    /// What is usual for an app at this hour; `None` where its history is too short, and in the
    /// first moments after the start.
    #[must_use]
    pub(crate) fn of(&self, app: &str) -> Option<Arc<AppUsual>> {
        self.at(app, now_ms().div_euclid(1_000))
    }

    /// What is usual for an app at a time of the present hour or of the one before, unix seconds.
    #[must_use]
    pub(crate) fn at(&self, app: &str, at_s: i64) -> Option<Arc<AppUsual>> {
        let hour_s = Resolution::Hour.bucket_s(at_s);
        let apps = self.lock();
        apps.get(app)?.hours.iter().find(|it| it.0 == hour_s)?.1.clone()
    }

    /// The usual ranges of some figures over a span, worked out now by the same calculation: a
    /// point an hour, at most [`POINTS_MAX`]. Figures and hours without a usual range are left out.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such an app, [`Error::Invalid`] for a span that is longer than
    /// [`SPAN_MAX_S`] or has too many rows, [`Error::TooLong`] and [`Error::Store`].
    pub(crate) async fn bands(&self, app: &str, figures: &[Figure], span: Span) -> Result<Vec<FigureBands>, Error> {
        if span.length_s() > SPAN_MAX_S {
            return Err(Error::Invalid(format!(
                "expected a span of at most {} days, found {} s",
                SPAN_MAX_S / 86_400,
                span.length_s()
            )));
        }
        let now_s = now_ms().div_euclid(1_000);
        let (from_s, to_s) = (Resolution::Hour.bucket_s(span.from_s()), span.to_s().min(now_s + HOUR_S));
        let step = (span.length_s() / HOUR_S / POINTS_MAX + 1) * HOUR_S;
        // Counted from 1970, so that a range that moves shows the same hours.
        let first_s = from_s + (-from_s).rem_euclid(step);
        let hours: Vec<i64> = (0..POINTS_MAX + 2).map(|it| first_s + it * step).take_while(|it| *it < to_s).collect();
        let Some(last_s) = hours.last() else { return Ok(vec![]) };
        let known = self.known(app);
        let history = history(&self.reader, app, (first_s, last_s + HOUR_S), now_s, (&known, Detail::Bands)).await?;
        // Merging hundreds of sketches takes some hundredths of a second.
        let usual = tokio::task::spawn_blocking(move || at_hours(&history, &hours)).await;
        let usual = usual.unwrap_or_default();
        let bands = |figure: &Figure| {
            let point = |it: &AppUsual| Some(BandPoint { at_s: it.hour_s, band: it.usual.band(*figure)? });
            FigureBands { figure: *figure, points: usual.iter().filter_map(point).collect() }
        };
        Ok(figures.iter().map(bands).filter(|it| !it.points.is_empty()).collect())
    }

    async fn keep_filled(self) {
        loop {
            self.fill().await;
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Works out what is missing for the hour before, for the present one, and for the next one if
    /// it begins soon.
    async fn fill(&self) {
        let names: Vec<Arc<str>> = self.reader.aggregates.live.lock().apps.keys().cloned().collect();
        self.lock().retain(|it, _| names.binary_search(it).is_ok());
        let apart = ROUND / u32::try_from(names.len()).unwrap_or(u32::MAX).max(1);
        for name in names {
            let now_s = now_ms().div_euclid(1_000);
            let present_s = Resolution::Hour.bucket_s(now_s);
            let next_s = Resolution::Hour.bucket_s(now_s + AHEAD_S);
            let mut wanted = vec![present_s - HOUR_S, present_s, next_s];
            wanted.dedup();
            if let Some(known) = self.lock().get(&name) {
                wanted.retain(|hour_s| !known.hours.iter().any(|it| it.0 == *hour_s));
            }
            if wanted.is_empty() {
                continue;
            }
            let is_awaited = wanted.contains(&present_s);
            self.work_out(&name, wanted, now_s).await;
            let pause = if is_awaited { PAUSE_MIN } else { apart.clamp(PAUSE_MIN, PAUSE_MAX) };
            tokio::time::sleep(pause).await;
        }
    }

    async fn work_out(&self, app: &Arc<str>, wanted: Vec<i64>, now_s: i64) {
        let (known, found) = match self.calculated(app, &wanted, now_s).await {
            Ok(found) => found,
            // It has just been removed.
            Err(Error::NotFound(_)) => return,
            Err(Error::Store(error)) => {
                tracing::warn!(app = &**app, %error, "what is usual could not be read; it is tried again");
                return;
            }
            Err(error) => {
                tracing::warn!(app = &**app, %error, "what is usual is not known for this hour");
                (self.known(app), vec![])
            }
        };
        let mut found: BTreeMap<i64, AppUsual> = found.into_iter().map(|it| (it.hour_s, it)).collect();
        let mut apps = self.lock();
        let entry = apps.entry(Arc::clone(app)).or_default();
        entry.known = known;
        let oldest_s = Resolution::Hour.bucket_s(now_s) - HOUR_S;
        entry.hours.retain(|it| (oldest_s..=oldest_s + 2 * HOUR_S).contains(&it.0) && !wanted.contains(&it.0));
        entry.hours.extend(wanted.into_iter().map(|hour_s| (hour_s, found.remove(&hour_s).map(Arc::new))));
    }

    async fn calculated(&self, app: &str, wanted: &[i64], now_s: i64) -> Result<(Arc<Known>, Vec<AppUsual>), Error> {
        let (first_s, last_s) = (wanted[0], wanted[wanted.len() - 1]);
        let known = Arc::new(self.known(app).extended(&self.reader, app, now_s).await?);
        let history = history(&self.reader, app, (first_s, last_s + HOUR_S), now_s, (&known, Detail::Whole)).await?;
        Ok((known, at_hours(&history, wanted)))
    }

    fn known(&self, app: &str) -> Arc<Known> {
        self.lock().get(app).map(|it| Arc::clone(&it.known)).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Arc<str>, Entry>> {
        self.apps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
