//! Time zones by name, and moments by their wall clocks.
//!
//! A wall clock skips an hour when summer begins and repeats one when it ends. A time that is
//! skipped means the moment of the jump. A time that comes twice means the first when something
//! begins and the second when it ends.

use contract::error::quoted;
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{AmbiguousOffset, TimeZone},
};

/// Longest name of a zone, bytes; the longest known one has 32.
const NAME_BYTES_MAX: usize = 64;
/// When a working day begins, for mutes "until tomorrow".
const MORNING_HOUR: i8 = 9;

/// There is no zone of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected the name of a time zone, such as Europe/Berlin or UTC, found {}", quoted(.0))]
pub(crate) struct UnknownZone(String);

/// A time zone that exists.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Zone(TimeZone);

/// Which of the two moments is meant by a time that comes twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Twice {
    First,
    Second,
}

impl Zone {
    /// Coordinated universal time.
    pub(crate) const UTC: Self = Self(TimeZone::UTC);

    /// The zone of a name, in any case; UTC where it is empty.
    ///
    /// # Errors
    /// [`UnknownZone`].
    pub(crate) fn named(name: &str) -> Result<Self, UnknownZone> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(Self::UTC);
        }
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"/_+-".contains(&it);
        let zone = (name.len() <= NAME_BYTES_MAX && name.bytes().all(is_plain)).then(|| TimeZone::get(name).ok());
        let known = zone.flatten().filter(|it| !it.is_unknown());
        known.map(Self).ok_or_else(|| UnknownZone(name.to_owned()))
    }

    /// Its name as the list of zones writes it.
    #[must_use]
    pub(crate) fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// Its rules.
    #[must_use]
    pub(crate) const fn rules(&self) -> &TimeZone {
        &self.0
    }

    /// The moment as its clock shows it: `2026-11-28 09:00 CET`.
    #[must_use]
    pub(crate) fn text(&self, at_ms: i64) -> String {
        let Ok(at) = Timestamp::from_millisecond(at_ms) else { return String::new() };
        let info = self.0.to_offset_info(at);
        format!("{} {}", self.0.to_datetime(at).strftime("%Y-%m-%d %H:%M"), info.abbreviation())
    }

    /// A time in unix seconds as its clock shows it, with what that is beyond UTC:
    /// `2026-11-28T09:00:00+01:00`.
    #[must_use]
    pub(crate) fn rfc3339(&self, at_s: i64) -> String {
        let Ok(at) = Timestamp::from_second(at_s) else { return String::new() };
        self.0.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string() + &offset_text(self.0.to_offset(at).seconds())
    }

    /// The date of its clock.
    #[must_use]
    pub(crate) fn date(&self, at_ms: i64) -> Date {
        Timestamp::from_millisecond(at_ms).map_or(Date::MIN, |it| self.0.to_datetime(it).date())
    }

    /// Nine o'clock of the next day, unix milliseconds.
    #[must_use]
    pub(crate) fn tomorrow_morning_ms(&self, now_ms: i64) -> i64 {
        let tomorrow = self.date(now_ms).tomorrow().ok();
        let morning = Time::new(MORNING_HOUR, 0, 0, 0).ok();
        let at = tomorrow.zip(morning).and_then(|(day, time)| self.moment(day.to_datetime(time), Twice::First));
        at.unwrap_or(now_ms)
    }

    /// The moment at which its clock shows this time, unix milliseconds; `None` beyond the year
    /// 9999.
    #[must_use]
    pub(crate) fn moment(&self, at: DateTime, twice: Twice) -> Option<i64> {
        let found = self.0.to_ambiguous_timestamp(at);
        if let AmbiguousOffset::Gap { .. } = found.offset() {
            let before = found.earlier().ok()?;
            return Some(self.0.following(before).next()?.timestamp().as_millisecond());
        }
        let at = if twice == Twice::First { found.earlier() } else { found.later() };
        Some(at.ok()?.as_millisecond())
    }
}

/// Seconds beyond UTC as RFC 3339 writes them: `+01:00`.
fn offset_text(offset_s: i32) -> String {
    let (sign, minutes) = (if offset_s < 0 { '-' } else { '+' }, offset_s.abs() / 60);
    format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The names of all zones, in order.
#[must_use]
pub(crate) fn names() -> Vec<String> {
    let mut names: Vec<_> = jiff::tz::db().available().map(|it| it.to_string()).collect();
    names.sort();
    names
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[track_caller]
    fn check(zone: &str, wall: &str, twice: Twice, expected: &str) {
        let found = Zone::named(zone).unwrap().moment(wall.parse().unwrap(), twice).unwrap();
        assert_eq!(found, ms(expected), "{wall} in {zone}");
    }

    #[test]
    fn ok_moments_of_wall_clocks() {
        use Twice::{First, Second};
        check("UTC", "2026-11-27T09:00", First, "2026-11-27T09:00:00Z");
        check("Europe/Berlin", "2026-11-27T09:00", First, "2026-11-27T08:00:00Z");
        // The clock jumps from 02:00 to 03:00.
        check("Europe/Berlin", "2026-03-29T01:59", First, "2026-03-29T00:59:00Z");
        check("Europe/Berlin", "2026-03-29T02:00", First, "2026-03-29T01:00:00Z");
        check("Europe/Berlin", "2026-03-29T02:30", Second, "2026-03-29T01:00:00Z");
        check("Europe/Berlin", "2026-03-29T03:00", First, "2026-03-29T01:00:00Z");
        // 02:00 to 03:00 comes twice.
        check("Europe/Berlin", "2026-10-25T02:30", First, "2026-10-25T00:30:00Z");
        check("Europe/Berlin", "2026-10-25T02:30", Second, "2026-10-25T01:30:00Z");
        check("America/New_York", "2026-11-01T01:30", Second, "2026-11-01T06:30:00Z");
        // Half an hour of summer time, and a day that never was.
        check("Australia/Lord_Howe", "2026-10-04T02:15", First, "2026-10-03T15:30:00Z");
        check("Pacific/Apia", "2011-12-30T12:00", First, "2011-12-30T10:00:00Z");
        check("Asia/Kathmandu", "2026-01-01T00:00", First, "2025-12-31T18:15:00Z");
    }

    #[test]
    fn ok_tomorrow_morning() {
        let check = |zone: &str, now: &str, expected: &str| {
            let found = Zone::named(zone).unwrap().tomorrow_morning_ms(ms(now));
            assert_eq!(found, ms(expected), "{now} in {zone}");
        };
        check("UTC", "2026-11-27T23:59:59Z", "2026-11-28T09:00:00Z");
        check("UTC", "2026-11-28T00:00:00Z", "2026-11-29T09:00:00Z");
        // Already the 28th in Berlin.
        check("Europe/Berlin", "2026-11-27T23:30:00Z", "2026-11-29T08:00:00Z");
        check("Europe/Berlin", "2026-03-28T20:00:00Z", "2026-03-29T07:00:00Z");
        check("Pacific/Auckland", "2026-11-27T12:00:00Z", "2026-11-28T20:00:00Z");
        check("", "2026-12-31T12:00:00Z", "2027-01-01T09:00:00Z");
    }

    #[test]
    fn ok_names_and_texts() {
        let berlin = Zone::named(" europe/berlin ").unwrap();
        assert_eq!((berlin.name(), Zone::named("").unwrap().name()), ("Europe/Berlin", "UTC"));
        assert_eq!(berlin.text(ms("2026-11-28T08:00:00Z")), "2026-11-28 09:00 CET");
        assert_eq!(berlin.text(ms("2026-07-28T07:00:00Z")), "2026-07-28 09:00 CEST");
        assert_eq!(Zone::UTC.text(0), "1970-01-01 00:00 UTC");
    }

    #[test]
    fn err_names() {
        let long = "Europe/".repeat(1_500);
        for name in ["Europe/Atlantis", "../../etc/passwd", "Etc/Unknown", "+02:00", "🕰", "a\0b", &long] {
            let error = Zone::named(name).unwrap_err().to_string();
            assert!(error.contains("such as Europe/Berlin") && error.len() < 250, "{error}");
        }
    }
}
