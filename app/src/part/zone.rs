//! The time zone in which a page shows times, and the clock of its walls. The server decides which
//! one it is, by the address or by a cookie, and writes it into the document; the page's module
//! reads it there. Neither knows the world's zones here: a zone is a list of its changes.

use std::{cell::RefCell, sync::Arc};

use leptos::prelude::*;

/// The name in the address: `?tz=Europe/Berlin`.
pub const PARAMETER: &str = "tz";
/// The name of a zone without changes.
const UTC: &str = "UTC";

/// From when on clocks show which time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Unix seconds.
    pub from_s: i64,
    /// What clocks show beyond UTC, seconds.
    pub offset_s: i64,
    /// The short name of this time, such as `CEST`.
    pub short: String,
}

/// A time zone within the years that pages show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zone {
    /// Its name, such as `Europe/Berlin`; empty for UTC.
    pub name: String,
    /// In order of time. The first one also holds before its time. None for UTC.
    pub changes: Vec<Change>,
}

thread_local! {
    static HERE: RefCell<Arc<Zone>> = RefCell::default();
}

impl Zone {
    /// The text for an attribute of the document: `Europe/Berlin;1774746000 7200 CEST;…`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.name.clone();
        for Change { from_s, offset_s, short } in &self.changes {
            text.push_str(&format!(";{from_s} {offset_s} {short}"));
        }
        text
    }

    /// Reads such a text. What is not understood is left out.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split(';');
        let name = parts.next().unwrap_or_default().to_owned();
        let change = |part: &str| {
            let mut words = part.splitn(3, ' ');
            let (from_s, offset_s) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
            Some(Change { from_s, offset_s, short: words.next()?.to_owned() })
        };
        Self { name, changes: parts.filter_map(change).collect() }
    }

    fn at(&self, at_s: i64) -> Option<&Change> {
        self.changes.iter().rev().find(|it| it.from_s <= at_s).or(self.changes.first())
    }
}

/// Shows times in this zone from now on, on this thread. Returns the zone until now.
pub fn enter(zone: Arc<Zone>) -> Arc<Zone> {
    HERE.with(|it| it.replace(zone))
}

/// The zone in which times are shown.
#[must_use]
pub fn here() -> Arc<Zone> {
    HERE.with(|it| it.borrow().clone())
}

/// What clocks show beyond UTC at a time, seconds.
#[must_use]
pub fn offset_s(at_s: i64) -> i64 {
    HERE.with(|zone| zone.borrow().at(at_s).map_or(0, |it| it.offset_s))
}

/// The time at which clocks show this, both in unix seconds. What comes twice is the first of both;
/// what clocks skip is the time that they would have shown without the change.
#[must_use]
pub fn from_wall(wall_s: i64) -> i64 {
    let (before_s, after_s) = (offset_s(wall_s - 86_400), offset_s(wall_s + 86_400));
    let found = [before_s.max(after_s), before_s.min(after_s)].into_iter().map(|it| wall_s - it);
    found.into_iter().find(|it| it + offset_s(*it) == wall_s).unwrap_or(wall_s - before_s)
}

/// The time of the next change after a time, unix seconds.
#[must_use]
pub fn next_change(at_s: i64) -> Option<i64> {
    // The first one is no change: it only says what held before.
    HERE.with(|zone| zone.borrow().changes.iter().skip(1).map(|it| it.from_s).find(|it| *it > at_s))
}

/// The short name of the time at a time, such as `CEST`, where clocks change within an hour of it
/// and a time of day alone could mean two.
#[must_use]
pub fn short_near_change(at_s: i64) -> Option<String> {
    let is_near = next_change(at_s - 3_600).is_some_and(|it| it - at_s <= 3_600);
    is_near.then(|| short(at_s))
}

/// The short name of the time that clocks show at a time, such as `CEST` or `UTC`.
#[must_use]
pub fn short(at_s: i64) -> String {
    HERE.with(|zone| zone.borrow().at(at_s).map_or_else(|| UTC.to_owned(), |it| it.short.clone()))
}

/// The name of the zone, for a sentence.
#[must_use]
pub fn name() -> String {
    let name = HERE.with(|it| it.borrow().name.clone());
    if name.is_empty() { UTC.to_owned() } else { name }
}

/// The hidden field of a form that sends times as clocks show them.
#[must_use]
pub fn field() -> AnyView {
    view! { <input type="hidden" name=PARAMETER value=name() /> }.into_any()
}

/// The sentence at the foot of a page: which zone its times are in, and a link to choose another.
/// `more` follows it.
#[must_use]
pub fn note(more: &str) -> AnyView {
    let html = ["<a href=\"/settings/time\">Times are ", &name(), "</a>. ", more].concat();
    view! { <span class="zone-note" inner_html=html></span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Berlin in 2026: summer from 29 March 01:00 UTC to 25 October 01:00 UTC.
    fn berlin() -> Arc<Zone> {
        let text = "Europe/Berlin;0 3600 CET;1774746000 7200 CEST;1792890000 3600 CET";
        assert_eq!(Zone::parse(text).text(), text);
        Arc::new(Zone::parse(text))
    }

    #[test]
    fn ok_offsets_change_with_the_year() {
        enter(berlin());
        for (at_s, expected) in [(-1, 3_600), (1_774_745_999, 3_600), (1_774_746_000, 7_200), (1_792_890_000, 3_600)] {
            assert_eq!(offset_s(at_s), expected, "{at_s}");
        }
        assert_eq!(name(), "Europe/Berlin");
        enter(Arc::default());
        assert_eq!((offset_s(1_774_746_000), name()), (0, "UTC".to_owned()));
    }

    #[test]
    fn ok_wall_clocks_become_times() {
        enter(berlin());
        for at_s in [0, 1_774_740_000, 1_774_745_999, 1_774_746_000, 1_780_000_000, 1_792_886_399, 1_792_893_600] {
            assert_eq!(from_wall(at_s + offset_s(at_s)), at_s, "{at_s}");
        }
        // 02:30 comes twice on 25 October: the first one is in summer.
        assert_eq!(from_wall(1_792_890_000 + 5_400), 1_792_888_200);
        // 02:30 is skipped on 29 March: 03:30 is meant.
        assert_eq!(from_wall(1_774_746_000 + 5_400), 1_774_747_800);
        enter(Arc::default());
    }

    #[test]
    fn ok_times_that_could_mean_two_are_named() {
        enter(berlin());
        for (at_s, expected) in [
            (1_792_880_000, None),
            (1_792_887_000, Some("CEST")),
            (1_792_890_000, Some("CET")),
            (1_792_893_599, Some("CET")),
            (1_792_897_200, None),
        ] {
            assert_eq!(short_near_change(at_s).as_deref(), expected, "{at_s}");
        }
        enter(Arc::default());
    }

    #[test]
    fn err_texts_that_are_no_zone() {
        for (text, changes) in [("", 0), ("x;", 0), ("x;1", 0), ("x;1 2", 0), ("x;a b c;1 2 d", 1)] {
            assert_eq!(Zone::parse(text).changes.len(), changes, "{text}");
        }
    }
}
