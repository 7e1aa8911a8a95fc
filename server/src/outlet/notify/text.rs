//! What a message says, the same for every kind of channel: title, figures, remedy and links. How
//! it is written down is decided by each kind.

use contract::alert::{Incident, IncidentId, Severity};
use jiff::{Timestamp, tz::TimeZone};

use super::cut::{Group, Unit, cut, one_line, plain};
use crate::store::alert::notice::{Notice, NoticeKind};

/// Longest title, characters.
const TITLE_CHARS_MAX: usize = 250;
/// Longest sentence: the detail, the remedy, what another rule says.
const SENTENCE_CHARS_MAX: usize = 400;
/// Most other rules that are named.
const OTHERS_MAX: usize = 5;

/// How a message is coloured, and which emoji ntfy shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// An incident fires.
    Firing(Severity),
    /// It is over, or somebody tries the channel.
    Good,
}

/// A link of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its text, ours and plain.
    pub text: String,
    /// Its address: ASCII, and without characters that need escaping but `&`.
    pub url: String,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// How it is coloured.
    pub tone: Tone,
    /// The first line: `Critical: checkout: H12 request timeouts 41/min`.
    pub title: String,
    /// How much that is; may be empty.
    pub detail: String,
    /// Names and values: `Limit` and `5/min`.
    pub facts: Vec<(&'static str, String)>,
    /// What other rules of the incident say.
    pub others: Vec<String>,
    /// What to do about it; may be empty.
    pub remedy: String,
    /// Of a digest, all of its incidents.
    pub groups: Vec<Group>,
    /// That messages were lost; may be empty.
    pub note: String,
    /// Where to look.
    pub links: Vec<Link>,
    /// Links that mute the incident.
    pub mutes: Vec<Link>,
}

impl Text {
    /// The sentences below the title without empty ones: the detail, the note, those of `between`,
    /// what other rules say, and the remedy.
    pub(super) fn sentences<'a>(&'a self, between: &'a [String]) -> impl Iterator<Item = &'a str> {
        let all = [&self.detail, &self.note].into_iter().chain(between).chain(&self.others).chain([&self.remedy]);
        all.map(String::as_str).filter(|it| !it.trim().is_empty())
    }

    /// Each fact as a line: `Limit: 5/min`.
    pub(super) fn fact_lines(&self) -> Vec<String> {
        self.facts.iter().map(|(name, value)| format!("{name}: {value}")).collect()
    }

    /// The links where to look and those that mute, each as one row; no empty row.
    pub(super) fn link_rows(&self) -> impl Iterator<Item = &[Link]> {
        [&self.links, &self.mutes].into_iter().map(Vec::as_slice).filter(|it| !it.is_empty())
    }
}

/// Something to be sent, as one.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Its id, the same over all attempts.
    pub id: String,
    /// What it is about: one notice, or those of a digest in order of time.
    pub notices: Vec<Notice>,
    /// What it says.
    pub text: Text,
    /// The address of the dashboard, without a slash at its end; `None` where it is not known.
    pub base: Option<String>,
    /// Whether it is a digest, also where that has one notice.
    pub is_digest: bool,
    /// The time of this attempt, unix milliseconds.
    pub now_ms: i64,
}

impl Message {
    /// The page of an incident.
    #[must_use]
    pub(crate) fn incident_url(&self, incident: IncidentId) -> Option<String> {
        self.base.as_ref().map(|it| format!("{it}/incidents/{}", incident.0))
    }
}

/// The words of one notice, without links.
#[must_use]
pub(crate) fn of_notice(notice: &Notice, zone: &TimeZone) -> Text {
    let sentence = |it: &str| cut(&one_line(it), SENTENCE_CHARS_MAX, Unit::Chars, plain);
    let title = cut(&one_line(&notice.line()), TITLE_CHARS_MAX, Unit::Chars, plain);
    let mut text = empty(Tone::Good, title);
    let Some(incident) = &notice.incident else {
        "Nothing is wrong. Somebody tried this channel.".clone_into(&mut text.detail);
        text.facts = vec![("Sent", clock(notice.at_ms, zone))];
        return text;
    };
    if notice.kind != NoticeKind::Resolved {
        text.tone = Tone::Firing(incident.severity);
        text.remedy = sentence(&incident.remedy);
        text.others = notice.others.iter().take(OTHERS_MAX).map(|it| sentence(it)).collect();
    }
    text.detail = sentence(&incident.detail);
    text.facts = facts(notice, incident, zone);
    text
}

/// The words of a digest, without links. `dropped` messages more found no room to wait.
#[must_use]
pub(crate) fn of_digest(notices: &[Notice], dropped: u32) -> Text {
    let mut groups: Vec<(Severity, bool, Group)> = Vec::new();
    for (notice, incident) in notices.iter().filter_map(|it| it.incident.as_ref().map(|incident| (it, incident))) {
        let is_over = notice.kind == NoticeKind::Resolved;
        let head = match notice.line().split_once(": ") {
            Some((begin, _)) => one_line(&format!("{begin}, {}", incident.rule_name)),
            None => one_line(&incident.rule_name),
        };
        let name = one_line(&incident.app);
        match groups.iter_mut().find(|it| it.2.head == head) {
            Some((.., group)) => group.names.push(name),
            None => groups.push((incident.severity, is_over, Group { head, names: vec![name] })),
        }
    }
    // What fires before what is over, and the most urgent first.
    groups.sort_by_key(|it| (it.1, it.0));
    let count = |over: bool| groups.iter().filter(|it| it.1 == over).map(|it| it.2.names.len()).sum::<usize>();
    let tone = groups.first().map_or(Tone::Good, |it| if it.1 { Tone::Good } else { Tone::Firing(it.0) });
    let (firing, over) = (count(false), count(true));
    let mut text = empty(tone, format!("{} alerts: {firing} firing, {over} resolved", firing + over));
    text.groups = groups.into_iter().map(|it| it.2).collect();
    if dropped > 0 {
        text.note = format!("{dropped} more messages found no room to wait and were dropped");
    }
    text
}

fn empty(tone: Tone, title: String) -> Text {
    let (detail, remedy, note) = Default::default();
    let (facts, others, groups, links, mutes) = Default::default();
    Text { tone, title, detail, facts, others, remedy, groups, note, links, mutes }
}

fn facts(notice: &Notice, incident: &Incident, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let unit = cut(&one_line(&notice.unit), 20, Unit::Chars, plain);
    let shown = |it: f64| number(it, &unit);
    let mut facts = Vec::new();
    if notice.kind == NoticeKind::Resolved {
        let ended_ms = incident.resolved_ms.unwrap_or(notice.at_ms);
        facts.push(("Lasted", duration(ended_ms.saturating_sub(incident.began_ms))));
        facts.push(("Began", clock(incident.began_ms, zone)));
        facts.push(("Ended", clock(ended_ms, zone)));
        facts.extend(notice.value.map(|it| ("Worst", format!("{} at {}", shown(it), clock(incident.worst_ms, zone)))));
    } else {
        facts.extend(notice.value.map(|it| ("Value", shown(it))));
    }
    facts.extend(notice.limit.map(|it| ("Limit", shown(it))));
    facts.extend(notice.usual.map(|it| ("Usually", shown(it))));
    if notice.kind != NoticeKind::Resolved {
        facts.push(("Since", clock(incident.began_ms, zone)));
    }
    facts
}

/// A moment by the clock of a zone: `27 Nov 10:02 CET`.
#[must_use]
pub(crate) fn clock(at_ms: i64, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else { return "an unknown time".to_owned() };
    let date = zone.to_datetime(at).strftime("%-d %b %H:%M").to_string();
    format!("{date} {}", zone.to_offset_info(at).abbreviation())
}

/// A moment in UTC, as JSON has it: `2026-11-27T10:02:00Z`.
#[must_use]
pub(crate) fn rfc3339(at_ms: i64) -> String {
    crate::clock::rfc3339(at_ms.div_euclid(1_000))
}

/// How long something took, in its two largest units: `3 h 5 min`.
#[must_use]
pub(crate) fn duration(ms: i64) -> String {
    let seconds = ms.max(0) / 1_000;
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, ..) => format!("{hours} h {minutes} min"),
        _ => format!("{days} d {hours} h"),
    }
}

/// A number with at most three significant digits behind the point, and its unit.
fn number(value: f64, unit: &str) -> String {
    let digits = if value.abs() >= 100.0 || value == value.round() { 0 } else { 1 + usize::from(value.abs() < 10.0) };
    let mut text = format!("{value:.digits$}");
    if text.len() > 24 {
        text = format!("{value:.3e}");
    }
    match unit {
        "" => text,
        unit if unit.starts_with('/') => text + unit,
        unit => format!("{text} {unit}"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::outlet::notify::sample;

    #[test]
    fn ok_what_a_message_says() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let text = of_notice(&sample::notice(NoticeKind::Opened, 12, "checkout"), &berlin);
        assert_eq!(text.title, "Critical: checkout: H12 request timeouts 41/min");
        let expected =
            [("Value", "41/min"), ("Limit", "5/min"), ("Usually", "0.25/min"), ("Since", "27 Nov 10:02 CET")];
        assert_eq!(text.facts, expected.map(|it| (it.0, it.1.to_owned())));
        let text = of_notice(&sample::notice(NoticeKind::Resolved, 12, "checkout"), &berlin);
        assert_eq!(text.title, "Resolved: checkout: H12 request timeouts 41/min");
        let expected = [
            ("Lasted", "12 min"),
            ("Began", "27 Nov 10:02 CET"),
            ("Ended", "27 Nov 10:14 CET"),
            ("Worst", "41/min at 27 Nov 10:07 CET"),
            ("Limit", "5/min"),
            ("Usually", "0.25/min"),
        ];
        assert_eq!(text.facts, expected.map(|it| (it.0, it.1.to_owned())));
        assert_eq!((text.tone, text.remedy.as_str()), (Tone::Good, ""));
    }

    #[test]
    fn ok_a_digest_names_all() {
        let mut notices: Vec<Notice> =
            (1..=3).map(|it| sample::notice(NoticeKind::Opened, it, &format!("app-{it}"))).collect();
        notices.insert(0, sample::notice(NoticeKind::Resolved, 1, "app-1"));
        let text = of_digest(&notices, 7);
        assert_eq!(text.title, "4 alerts: 3 firing, 1 resolved");
        let heads: Vec<(&str, usize)> = text.groups.iter().map(|it| (it.head.as_str(), it.names.len())).collect();
        assert_eq!(heads, [("Critical, Platform errors", 3), ("Resolved, Platform errors", 1)]);
        assert!(text.note.starts_with("7 more messages"));
    }

    #[test]
    fn ok_numbers_and_durations() {
        for (value, unit, expected) in [
            (8.0, "%", "8 %"),
            (0.25, "/s", "0.25/s"),
            (41.3, "/min", "41.3/min"),
            (1_404.2, "ms", "1404 ms"),
            (1e30, "", "1.000e30"),
            (f64::NAN, "", "NaN"),
            (-3.456, "", "-3.46"),
        ] {
            assert_eq!(number(value, unit), expected);
        }
        for (seconds, expected) in [(59, "59 s"), (60, "1 min"), (3_900, "1 h 5 min"), (90_000, "1 d 1 h"), (-5, "0 s")]
        {
            assert_eq!(duration(seconds * 1_000), expected);
        }
        assert_eq!(rfc3339(1_790_000_000_000), "2026-09-21T14:13:20Z");
        assert_eq!(clock(i64::MAX, &TimeZone::UTC), "an unknown time");
    }
}
