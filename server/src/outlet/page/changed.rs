//! What changed before an incident: releases and changes of configuration, the dynos that restarted
//! or crashed, and the incident's own beginning, each with a link.
//!
//! It lists what came before and names no cause. Read from the store, so that it is known of an
//! incident as long as its events are kept.

use contract::{
    Error, Event, EventKind, LogQuery, LogTime, Range, Span, SpanMs,
    alert::{ChangeLink, Incident, IncidentId},
};
use dashboard::{
    chart::pin::Pin,
    page::app::{
        address::address,
        reasons::{code_of, lines_of},
        restart::put_together,
    },
    part::{compare_address::compare_address, event::short_event_text, log_address::log_address},
};

use crate::{
    live::events::page_event,
    outlet::{alerts::unreadable, state::Outlet},
    store::{
        alert::incidents,
        events::{self, EventQuery},
    },
    watch::{
        rule::words::{duration, time_of_day},
        sizing::process::is_one_off,
    },
};

/// A release longer than this before an incident most likely has nothing to do with it, seconds.
const BEFORE_S: i64 = 3_600;
/// Dynos that restart or crash by themselves show within this time, seconds.
const DYNOS_BEFORE_S: i64 = 900;
/// Most releases and changes of a row, and most restarts and crashes: the newest.
const CHANGES_MAX: usize = 3;
const DYNOS_MAX: usize = 2;
/// What a link shows before and after its moment, seconds.
const AROUND_S: i64 = 900;

/// A step of the way to an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    at_s: i64,
    kind: ChangeKind,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChangeKind {
    /// A release.
    Release,
    /// A deploy, a changed configuration or another number of dynos.
    Made,
    /// Dynos restarted or crashed.
    Dynos,
    /// The incident itself.
    Symptom,
}

/// What changed before the most urgent of an app's incidents; empty where nothing did.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(super) async fn before_worst(outlet: &Outlet, open: &[i64], now_ms: i64) -> Result<Vec<ChangeLink>, Error> {
    let Some(number) = open.first() else { return Ok(vec![]) };
    let found = incidents::find(&outlet.reader.store.readers, IncidentId(*number)).await.map_err(unreadable)?;
    match found {
        Some(found) => before(outlet, &found.incident, now_ms).await,
        None => Ok(vec![]),
    }
}

/// What changed before an incident, in order of time, the incident last; empty where nothing did.
///
/// # Errors
/// [`Error::Internal`] when the store can't be read.
pub(super) async fn before(outlet: &Outlet, incident: &Incident, now_ms: i64) -> Result<Vec<ChangeLink>, Error> {
    let span = SpanMs { from_ms: incident.began_ms - BEFORE_S * 1_000, to_ms: incident.began_ms + 1_000 };
    let (store, aggregates) = (&outlet.reader.store, &outlet.reader.aggregates);
    let query = EventQuery { app: incident.app.clone(), span, kind: None, limit: events::EVENTS_MAX };
    let mut found = events::find(store, aggregates, &query).await.map_err(unreadable)?;
    if let Some(oldest_ms) = found.last().map(|it| it.at_ms).filter(|_| found.len() == events::EVENTS_MAX) {
        // Dynos that crash without end must not push out the release that began it.
        let releases = events::releases(store, aggregates, &incident.app, span, CHANGES_MAX).await;
        found.extend(releases.map_err(unreadable)?.into_iter().filter(|it| it.at_ms < oldest_ms));
    }
    let found: Vec<Event> = found.iter().rev().map(page_event).collect();
    let symptom = code_of(&incident.what).unwrap_or(&incident.rule_name);
    let steps = steps(&found, incident.began_ms.div_euclid(1_000), symptom);
    let link = |it: Change| ChangeLink { href: href(&it, incident, now_ms), text: it.text };
    Ok(steps.into_iter().map(link).collect())
}

/// The steps, from the events of an app in order of time.
fn steps(events: &[Event], began_s: i64, symptom: &str) -> Vec<Change> {
    let within = |at_s: i64, length_s: i64| (began_s - length_s..=began_s).contains(&at_s);
    let made: Vec<&Event> = events.iter().filter(|it| is_made(it.kind) && within(it.at_s, BEFORE_S)).collect();
    // A release says more than the build and the deploy that led to it.
    let has_release = made.iter().any(|it| it.kind == EventKind::Release);
    let made = made.into_iter().filter(|it| !has_release || it.kind != EventKind::Deploy);
    let kind = |it: &Event| if it.kind == EventKind::Release { ChangeKind::Release } else { ChangeKind::Made };
    let made: Vec<Change> = made.map(|it| at(it.at_s, kind(it), &short_event_text(it))).collect();
    let newest_s = made.last().map(|it| it.at_s);
    let follows = |at_s: i64| newest_s.is_some_and(|made_s| (made_s..made_s + DYNOS_BEFORE_S).contains(&at_s));
    let dynos = dynos(events).into_iter().filter(|it| it.at_s <= began_s);
    let dynos: Vec<Change> = dynos.filter(|it| within(it.at_s, DYNOS_BEFORE_S) || follows(it.at_s)).collect();
    let mut steps: Vec<Change> = newest(made, CHANGES_MAX).chain(newest(dynos, DYNOS_MAX)).collect();
    // Stable: a release stands before the restart of the same second.
    steps.sort_by_key(|it| it.at_s);
    if let Some(from_s) = newest_s.or(steps.first().map(|it| it.at_s)) {
        let text = format!("{symptom} from {} (+{})", time_of_day(began_s), duration(began_s - from_s));
        steps.push(Change { at_s: began_s, kind: ChangeKind::Symptom, text });
    }
    steps
}

const fn is_made(kind: EventKind) -> bool {
    matches!(kind, EventKind::Release | EventKind::Deploy | EventKind::Config | EventKind::Scale)
}

/// Restarts and crashes; those of several dynos together are one.
fn dynos(events: &[Event]) -> Vec<Change> {
    // Dynos that run one command each come and go all day.
    let is_dyno = |it: &&Event| !is_made(it.kind) && !is_one_off(&it.source);
    let own: Vec<Event> = events.iter().filter(is_dyno).cloned().collect();
    let all = put_together(&own).into_iter().filter(|it| matches!(it.kind, EventKind::Restart | EventKind::Crash));
    let told = all.map(|told| {
        let is_single = |it: &&Event| told.parts.is_empty() && it.at_s == told.at_s && it.kind == told.kind;
        let text = own.iter().find(is_single).map_or_else(|| told.text.clone(), short_event_text);
        at(told.at_s, ChangeKind::Dynos, &text)
    });
    told.collect()
}

fn at(at_s: i64, kind: ChangeKind, text: &str) -> Change {
    Change { at_s, kind, text: format!("{text} {}", time_of_day(at_s)) }
}

fn newest(changes: Vec<Change>, most: usize) -> impl Iterator<Item = Change> {
    let more = changes.len().saturating_sub(most);
    changes.into_iter().skip(more)
}

/// The address that shows a step: the endpoints before and after a release, the App page around
/// anything else, or the lines of the symptom.
fn href(change: &Change, incident: &Incident, now_ms: i64) -> String {
    let app = &incident.app;
    match change.kind {
        ChangeKind::Release => return compare_address(app, Some(change.at_s)),
        ChangeKind::Made | ChangeKind::Dynos => {
            let range = Range::between(change.at_s - AROUND_S, change.at_s + AROUND_S);
            return address(app, range, None, Some(&Pin::moment(change.at_s, 1)));
        }
        ChangeKind::Symptom => {}
    }
    let ended_s = incident.resolved_ms.unwrap_or(now_ms).div_euclid(1_000) + 1;
    let time = LogTime::Span(Span::clamped(change.at_s, (change.at_s + AROUND_S).min(ended_s)));
    let lines = lines_of(&incident.what, time).unwrap_or(LogQuery { time, ..LogQuery::default() });
    log_address(app, &lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 01:46:00 of some day, unix seconds.
    const BEGAN_S: i64 = 1_790_041_560;

    fn event(before_s: i64, kind: EventKind, source: &str, text: &str) -> Event {
        Event { at_s: BEGAN_S - before_s, kind, source: source.to_owned(), text: text.to_owned() }
    }

    fn release(before_s: i64, version: &str) -> Event {
        event(before_s, EventKind::Release, "", &format!("Release {version} created by user ***"))
    }

    fn restart(before_s: i64, dynos: &[&str]) -> Vec<Event> {
        let of = |after_s: i64, kind| dynos.iter().map(move |it| event(before_s - after_s, kind, it, "state"));
        of(0, EventKind::Restart).chain(of(2, EventKind::Exit)).chain(of(9, EventKind::Up)).collect()
    }

    #[track_caller]
    fn check(events: &[Vec<Event>], expected: &[&str]) {
        let found = steps(&events.concat(), BEGAN_S, "H12");
        assert_eq!(found.iter().map(|it| &*it.text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn ok_a_release_and_its_restart() {
        let three = ["web.1", "web.2", "web.3"];
        check(
            &[vec![release(120, "v400")], restart(118, &three)],
            &["v400 released 01:44", "3 dynos restarted 01:44", "H12 from 01:46 (+2 min)"],
        );
        // In the same second, the release is first.
        check(
            &[restart(40, &["web.1"]), vec![release(40, "v400")]],
            &["v400 released 01:45", "web.1 restarted 01:45", "H12 from 01:46 (+40 s)"],
        );
    }

    #[test]
    fn ok_what_people_did() {
        let config = event(121, EventKind::Config, "", "Set A, B config vars by user ***");
        check(
            &[vec![config.clone(), release(120, "v401")]],
            &["config changed 01:43", "v401 released 01:44", "H12 from 01:46 (+2 min)"],
        );
        check(&[vec![config]], &["config changed 01:43", "H12 from 01:46 (+2 min)"]);
        let deploy = event(300, EventKind::Deploy, "", "Deploy 9a8b7c6d by user ***");
        check(&[vec![deploy.clone()]], &["deployed 9a8b7c6d 01:41", "H12 from 01:46 (+5 min)"]);
        check(&[vec![deploy, release(290, "v9")]], &["v9 released 01:41", "H12 from 01:46 (+4 min)"]);
        let scale = event(60, EventKind::Scale, "", "Scaled to web@1:Standard-2X by user ***");
        check(&[vec![scale]], &["scaled to web@1:Standard-2X 01:45", "H12 from 01:46 (+1 min)"]);
    }

    #[test]
    fn ok_the_newest_of_several_releases() {
        let releases = [3_000, 2_000, 1_000, 180].into_iter().zip(["v1", "v2", "v3", "v4"]);
        check(
            &[releases.map(|(before_s, version)| release(before_s, version)).collect()],
            &["v2 released 01:12", "v3 released 01:29", "v4 released 01:43", "H12 from 01:46 (+3 min)"],
        );
    }

    #[test]
    fn ok_dynos_without_a_release() {
        check(&[restart(600, &["web.1"])], &["web.1 restarted 01:36", "H12 from 01:46 (+10 min)"]);
        let crash = event(30, EventKind::Crash, "web.3", "State changed from up to crashed");
        check(&[vec![crash]], &["web.3 crashed 01:45", "H12 from 01:46 (+30 s)"]);
        // Half an hour ago, by itself, and after a release.
        check(&[restart(1_800, &["web.1"])], &[]);
        check(
            &[vec![release(1_810, "v7")], restart(1_800, &["web.1"])],
            &["v7 released 01:15", "web.1 restarted 01:16", "H12 from 01:46 (+30 min)"],
        );
        check(&[restart(60, &["run.1234", "scheduler.7"])], &[]);
    }

    #[test]
    fn ok_what_is_no_step() {
        check(&[], &[]);
        check(&[vec![release(BEFORE_S + 1, "v1")]], &[]);
        check(&[vec![release(-1, "v1")], restart(-3, &["web.1"])], &[]);
        check(&[vec![event(9, EventKind::Up, "web.1", "up"), event(5, EventKind::Note, "", "Migrated")]], &[]);
    }

    #[test]
    fn ok_each_step_has_an_address() {
        let incident = Incident {
            id: IncidentId(1),
            app: "shop".to_owned(),
            cause: contract::alert::Cause::Requests,
            severity: contract::alert::Severity::Critical,
            state: contract::alert::IncidentState::Resolved,
            rule: contract::alert::RuleId::BuiltIn(contract::alert::BuiltIn::RouterCodes),
            rule_name: "Router errors".to_owned(),
            what: "H12 request timeouts, 41/min".to_owned(),
            detail: String::new(),
            remedy: String::new(),
            began_ms: BEGAN_S * 1_000,
            fired_ms: None,
            resolved_ms: Some((BEGAN_S + 60) * 1_000),
            worst_ms: BEGAN_S * 1_000,
            metric: None,
        };
        let of = |kind, incident: &Incident| href(&at(BEGAN_S, kind, ""), incident, (BEGAN_S + 9_000) * 1_000);
        let (from_s, to_s) = (BEGAN_S - AROUND_S, BEGAN_S + AROUND_S);
        let around = format!("/apps/shop?from={from_s}&to={to_s}&at={BEGAN_S}&step=1");
        assert_eq!([of(ChangeKind::Made, &incident), of(ChangeKind::Dynos, &incident)], [around.clone(), around]);
        assert_eq!(of(ChangeKind::Release, &incident), format!("/apps/shop/compare?at={BEGAN_S}"));
        let lines = format!("/apps/shop/logs?q=code%3DH12&kind=router&from={BEGAN_S}&to={}", BEGAN_S + 61);
        assert_eq!(of(ChangeKind::Symptom, &incident), lines);
        let slow = Incident { what: "p99 2.19 s".to_owned(), resolved_ms: None, ..incident };
        let lines = format!("/apps/shop/logs?from={BEGAN_S}&to={}", BEGAN_S + AROUND_S);
        assert_eq!(of(ChangeKind::Symptom, &slow), lines);
    }
}
