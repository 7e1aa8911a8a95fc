//! When maintenance windows begin and end: on days of the week, by the wall clock of a zone.
//!
//! A window ends when the clock shows its end, so on a day of 23 or 25 hours it may be an hour
//! shorter or longer. What it holds back is decided in `mute`.

use contract::alert::{Window, WindowDraft};
use jiff::{ToSpan, civil::Time};

use super::zone::{Twice, UnknownZone, Zone};
use crate::store::alert::mutes::StoredWindow;

/// Occurrences that are shown.
const SHOWN: usize = 5;
/// Days in which [`SHOWN`] occurrences of a window on one day of the week are found, though one of
/// them may be skipped with its whole day.
const DAYS_MAX: i32 = 50;
/// A window that began this many days ago may still last.
const DAYS_BEFORE: i32 = 2;

/// One occurrence of a window, unix milliseconds; its end does not belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    /// When it begins.
    pub from_ms: i64,
    /// When it ends.
    pub to_ms: i64,
}

/// A window and its zone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Maintenance {
    /// The window.
    pub draft: WindowDraft,
    /// Its zone.
    pub zone: Zone,
}

impl Maintenance {
    /// A window whose zone exists.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub(crate) fn new(draft: WindowDraft) -> Result<Self, UnknownZone> {
        let zone = Zone::named(&draft.zone)?;
        Ok(Self { draft, zone })
    }

    /// The occurrences that are not over, the next first.
    pub(crate) fn next(&self, now_ms: i64) -> impl Iterator<Item = Occurrence> {
        let today = self.zone.date(now_ms);
        let dates = (-DAYS_BEFORE..DAYS_MAX).filter_map(move |it| today.checked_add(it.days()).ok());
        let days = dates.filter(|day| {
            let place = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
            self.draft.weekdays.get(place).is_some_and(|is_on| *is_on)
        });
        days.filter_map(|day| self.on(day)).filter(move |it| it.to_ms > now_ms)
    }

    /// The occurrence that lasts now.
    #[must_use]
    pub(crate) fn now(&self, now_ms: i64) -> Option<Occurrence> {
        self.next(now_ms).next().filter(|it| it.from_ms <= now_ms)
    }

    /// The occurrence that begins on a day; `None` where the clock skips all of it.
    fn on(&self, day: jiff::civil::Date) -> Option<Occurrence> {
        let starts = day.to_datetime(Time::midnight()).checked_add(i64::from(self.draft.start_min).minutes()).ok()?;
        let ends = starts.checked_add(i64::from(self.draft.length_min).minutes()).ok()?;
        let from_ms = self.zone.moment(starts, Twice::First)?;
        let to_ms = self.zone.moment(ends, Twice::Second)?;
        (to_ms > from_ms).then_some(Occurrence { from_ms, to_ms })
    }
}

/// A window as pages and the API show it; without occurrences where its zone is no longer known.
#[must_use]
pub(crate) fn shown(window: StoredWindow, now_ms: i64) -> Window {
    let next = Maintenance::new(window.draft.clone()).map_or(vec![], |maintenance| {
        let seconds = |it: Occurrence| (it.from_ms.div_euclid(1_000), it.to_ms.div_euclid(1_000));
        maintenance.next(now_ms).take(SHOWN).map(seconds).collect()
    });
    Window { id: window.id, draft: window.draft, next, by: window.by }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn window(zone: &str, days: &str, start_min: u16, length_min: u16) -> Maintenance {
        let mut weekdays = [false; 7];
        days.bytes().for_each(|it| weekdays[usize::from(it - b'1')] = true);
        Maintenance::new(WindowDraft {
            name: "Backup".to_owned(),
            app: None,
            zone: zone.to_owned(),
            weekdays,
            start_min,
            length_min,
        })
        .unwrap()
    }

    #[track_caller]
    fn check(window: &Maintenance, now: &str, expected: &[(&str, &str)]) {
        let found: Vec<_> = window.next(ms(now)).take(expected.len()).map(|it| (it.from_ms, it.to_ms)).collect();
        let expected: Vec<_> = expected.iter().map(|it| (ms(it.0), ms(it.1))).collect();
        assert_eq!(found, expected, "after {now}");
    }

    #[test]
    fn ok_occurrences() {
        // Friday 2026-11-27.
        check(
            &window("Europe/Berlin", "57", 22 * 60, 120),
            "2026-11-27T12:00:00Z",
            &[
                ("2026-11-27T21:00:00Z", "2026-11-27T23:00:00Z"),
                ("2026-11-29T21:00:00Z", "2026-11-29T23:00:00Z"),
                ("2026-12-04T21:00:00Z", "2026-12-04T23:00:00Z"),
                ("2026-12-06T21:00:00Z", "2026-12-06T23:00:00Z"),
                ("2026-12-11T21:00:00Z", "2026-12-11T23:00:00Z"),
            ],
        );
        // It began yesterday and lasts.
        let night = window("UTC", "4", 23 * 60, 1_440);
        check(&night, "2026-11-27T12:00:00Z", &[("2026-11-26T23:00:00Z", "2026-11-27T23:00:00Z")]);
        assert!(night.now(ms("2026-11-27T12:00:00Z")).is_some());
        assert_eq!(night.now(ms("2026-11-27T23:00:00Z")), None);
        assert_eq!(night.now(ms("2026-11-26T22:59:59Z")), None);
        assert!(night.now(ms("2026-11-26T23:00:00Z")).is_some());
    }

    #[test]
    fn ok_days_of_23_and_25_hours() {
        let night = |start_min, length_min| window("Europe/Berlin", "1234567", start_min, length_min);
        // Of 01:30 to 03:30 half is skipped; of 02:00 to 02:30 everything, of 02:30 to 03:30 the
        // first half.
        let spring = "2026-03-29T00:00:00Z";
        check(&night(90, 120), spring, &[("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")]);
        check(&night(120, 30), spring, &[("2026-03-30T00:00:00Z", "2026-03-30T00:30:00Z")]);
        check(&night(150, 60), spring, &[("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z")]);
        // What comes twice is held twice.
        let autumn = "2026-10-25T00:00:00Z";
        check(&night(120, 30), autumn, &[("2026-10-25T00:00:00Z", "2026-10-25T01:30:00Z")]);
        check(&night(60, 180), autumn, &[("2026-10-24T23:00:00Z", "2026-10-25T03:00:00Z")]);
    }
}
