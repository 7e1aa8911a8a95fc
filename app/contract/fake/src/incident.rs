//! The page of an incident.

use contract::{
    Error, Span, Stat, Step,
    alert::{
        Band, BandPoint, Delivery, Entry, EntryKind, Incident, IncidentId, IncidentPage, IncidentState, Mute, MuteDraft,
    },
    series::{Points, QueryAnswer},
};

use crate::{
    NOW_S, OPEN_INCIDENTS,
    alert::incidents,
    alerts::undelivered,
    data::{changes, event, line},
};

pub(crate) fn page(id: IncidentId) -> Result<IncidentPage, Error> {
    let known = incidents().into_iter().find(|it| it.id == id);
    let incident = known.ok_or_else(|| Error::NotFound(format!("there is no incident {id}")))?;
    let began_s = incident.began_ms.div_euclid(1_000);
    let over_s = incident.resolved_ms.map_or(NOW_S, |it| it.div_euclid(1_000));
    let span = Span::clamped(began_s - 3_600, (over_s + 900).min(NOW_S));
    let is_silent = incident.state == IncidentState::Unknown;
    Ok(IncidentPage {
        at_ms: NOW_S * 1_000,
        entries: entries(&incident),
        release: (!is_silent).then(|| event(began_s - 180)),
        changes: changes(&[incident.id.0], began_s),
        events: if is_silent { vec![] } else { vec![event(began_s - 180)] },
        chart: chart(&incident, span).ok_or_else(|| "no metric shows this".to_owned()),
        usual: usual(span),
        limit: Some(24.0),
        lines: if is_silent { vec![] } else { (0..6).map(line).collect() },
        logs_query: "q=code%3DH12&kind=router".to_owned(),
        messages: messages(&incident),
        mutes: mutes(&incident),
        span,
        incident,
        open_incidents: OPEN_INCIDENTS,
    })
}

fn chart(incident: &Incident, span: Span) -> Option<QueryAnswer> {
    let step_s = 10;
    let began_s = incident.began_ms.div_euclid(1_000);
    let worst_s = incident.worst_ms.div_euclid(1_000);
    let value = |at_s: i64| {
        let wave = (at_s / step_s).rem_euclid(7) as f64;
        let over_s = incident.resolved_ms.map_or(NOW_S, |it| it.div_euclid(1_000));
        if (began_s..over_s).contains(&at_s) { 41.0 - (at_s - worst_s).abs() as f64 / 60.0 + wave } else { wave / 4.0 }
    };
    let from_s = span.from_s() - span.from_s().rem_euclid(step_s);
    let points = (0..span.length_s() / step_s).map(|it| from_s + it * step_s).map(|it| (it, value(it))).collect();
    (incident.state != IncidentState::Unknown).then(|| QueryAnswer {
        metric: incident.metric.clone().unwrap_or_default(),
        stat: if incident.metric.as_deref() == Some("db.query") { Stat::Percentile(95.0) } else { Stat::Count },
        unit: if incident.metric.as_deref() == Some("db.query") { "ms" } else { "" }.to_owned(),
        step: Step::clamped(step_s),
        series: vec![Points { labels: [].into(), points }],
        compared: None,
    })
}

fn usual(span: Span) -> Vec<BandPoint> {
    let first_s = span.from_s() - span.from_s().rem_euclid(3_600);
    let hours = (span.to_s() - first_s) / 3_600 + 1;
    let band = |hour: i64| Band { low: 0.2, mid: 2.0, high: 6.0 + hour as f64 };
    (0..hours).map(|hour| BandPoint { at_s: first_s + hour * 3_600, band: band(hour) }).collect()
}

fn entries(incident: &Incident) -> Vec<Entry> {
    let entry = |after_s: i64, kind, text: &str| Entry {
        at_ms: incident.began_ms + after_s * 1_000,
        kind,
        rule: Some(incident.rule),
        group: String::new(),
        text: text.to_owned(),
    };
    let mut entries = vec![
        entry(0, EntryKind::Opened, &format!("{}: {}.", incident.rule_name, incident.what)),
        entry(31, EntryKind::Sent, "Delivered to #ops."),
    ];
    match incident.state {
        IncidentState::Pending => entries.truncate(1),
        IncidentState::Unknown => {
            entries.push(entry(60, EntryKind::Unknown, "Its drain is silent; the state is kept."));
        }
        _ => entries.extend([
            entry(33, EntryKind::Failed, "Pager: hook.example.com answered 503."),
            entry(240, EntryKind::Joined, "Server errors joined: 13.1 % server errors."),
            entry(245, EntryKind::Escalated, "Now critical."),
            entry(300, EntryKind::Muted, "Muted by alice for 1 h."),
        ]),
    }
    if let Some(resolved_ms) = incident.resolved_ms {
        let after_s = (resolved_ms - incident.began_ms).div_euclid(1_000);
        entries.push(entry(after_s, EntryKind::Resolved, "Right again for 2 min."));
    }
    entries
}

fn messages(incident: &Incident) -> Vec<Delivery> {
    if incident.fired_ms.is_none() {
        return vec![];
    }
    let delivered = Delivery {
        message_id: "msg_1".to_owned(),
        channel: 1,
        channel_name: "#ops".to_owned(),
        attempts: 1,
        delivered_ms: Some(incident.began_ms + 31_000),
        next_ms: None,
        problem: None,
        ..undelivered(None, 1)
    };
    vec![delivered, undelivered(Some((NOW_S + 240) * 1_000), 3)]
}

fn mutes(incident: &Incident) -> Vec<Mute> {
    let draft = MuteDraft {
        app: None,
        rule: None,
        incident: Some(incident.id),
        until_ms: (NOW_S + 3_000) * 1_000,
        reason: String::new(),
    };
    let mute = Mute { id: 1, draft, created_ms: (NOW_S - 600) * 1_000, by: "link in Slack".to_owned(), hidden: 4 };
    if incident.id == IncidentId(15) { vec![mute] } else { vec![] }
}
