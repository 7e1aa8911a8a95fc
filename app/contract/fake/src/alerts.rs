//! The Alerts page: with one of everything, and with nothing.

use contract::{
    OpenIncidents,
    alert::{
        AlertsPage, BuiltIn, BuiltInRule, Channel, ChannelKind, Datagrams, Delivery, IncidentId, IncidentState, Mute,
        MuteDraft, OwnRule, RuleDraft, ServerHealth, Severity, Signal, Verdict, Window, WindowDraft,
    },
};

use crate::{
    NOW_S, OPEN_INCIDENTS,
    alert::{incidents, rule},
    data::apps,
};

/// Nothing is wrong and nothing was made; without apps where `is_empty`.
pub(crate) fn quiet(is_empty: bool) -> AlertsPage {
    let apps = if is_empty { vec![] } else { apps().into_iter().map(|it| it.app).collect() };
    AlertsPage {
        at_ms: NOW_S * 1_000,
        apps,
        open: vec![],
        history: vec![],
        built_in: BuiltIn::ALL.map(built_in).to_vec(),
        rules: vec![],
        channels: vec![],
        undelivered: vec![],
        mutes: vec![],
        windows: vec![],
        server: ServerHealth {
            judged_ms: Some(NOW_S * 1_000 - 400),
            judging_ms: 1.2,
            commit_ms: Some(3.8),
            disk_free_bytes: Some(41_000_000_000),
            ..ServerHealth::default()
        },
        open_incidents: OpenIncidents::default(),
    }
}

/// One of everything.
pub(crate) fn page() -> AlertsPage {
    let (history, open) = incidents().into_iter().partition(|it| it.state == IncidentState::Resolved);
    let (open_incidents, channels) = (OPEN_INCIDENTS, channels());
    let mut page = AlertsPage { open, history, rules: rules(), channels, open_incidents, ..quiet(false) };
    page.built_in[2].off = vec!["staging".to_owned()];
    page.undelivered = vec![undelivered(Some((NOW_S + 240) * 1_000), 3), undelivered(None, 9)];
    let draft = |incident, app: Option<&str>, until_s: i64, reason: &str| MuteDraft {
        app: app.map(str::to_owned),
        rule: None,
        incident,
        until_ms: until_s * 1_000,
        reason: reason.to_owned(),
    };
    page.mutes = vec![
        mute(1, draft(Some(IncidentId(15)), None, NOW_S + 3_000, ""), "link in Slack", 4),
        mute(2, draft(None, Some("staging"), NOW_S + 60_000, "Moving to a new database"), "alice", 0),
    ];
    page.windows = vec![Window {
        id: 1,
        draft: WindowDraft {
            name: "Nightly import".to_owned(),
            app: Some("storefront".to_owned()),
            zone: "Europe/Berlin".to_owned(),
            weekdays: [true, true, true, true, true, false, false],
            start_min: 150,
            length_min: 90,
        },
        next: (0..5).map(|day| (NOW_S + 37_180 + day * 86_400, NOW_S + 42_580 + day * 86_400)).collect(),
        by: "alice".to_owned(),
    }];
    page.server = ServerHealth {
        outbox: 1,
        given_up: 1,
        queue: 3,
        heartbeat_ms: Some((NOW_S - 12) * 1_000),
        has_heartbeat: true,
        datagrams: Some(Datagrams { taken: 48_210, refused: 3, lost: 120, lost_ms: Some((NOW_S - 95) * 1_000) }),
        ..page.server
    };
    page
}

fn built_in(rule: BuiltIn) -> BuiltInRule {
    let (name, sentence, remedy, severity) = match rule {
        BuiltIn::Errors => (
            "Server errors",
            "More requests fail than chance explains at the usual share, in 5 min and in 6 h.",
            "Compare with the release before it.",
            Severity::Critical,
        ),
        BuiltIn::Silence => (
            "Silence",
            "No log lines for longer than the app's usual gaps.",
            "Check that the app runs and that its drain still exists.",
            Severity::Warning,
        ),
        _ => (
            rule.word(),
            "The figure is worse than it usually is at this hour of the week.",
            "Look at the chart, and at the release before it.",
            Severity::Warning,
        ),
    };
    let [name, sentence, remedy] = [name, sentence, remedy].map(str::to_owned);
    BuiltInRule { rule, name, sentence, remedy, severity, off: vec![] }
}

fn rules() -> Vec<OwnRule> {
    let verdict = |group: &str, value, state| Verdict {
        app: "api".to_owned(),
        group: group.to_owned(),
        at_ms: NOW_S * 1_000 - 400,
        value: Some(value),
        limit: Some(400.0),
        usual: None,
        state,
    };
    let verdicts =
        vec![verdict("source=web.1", 512.0, Some(IncidentState::Firing)), verdict("source=web.2", 38.0, None)];
    let search = Signal::Search { q: "\"pool exhausted\"".to_owned(), source: String::new(), field: None };
    let gone = RuleDraft { name: "Pool exhausted".to_owned(), app: None, signal: search, ..rule() };
    let own = |id, rule, unit: &str, verdicts, problem: Option<&str>| OwnRule {
        id,
        rule,
        created_ms: (NOW_S - 400_000) * 1_000,
        unit: unit.to_owned(),
        verdicts,
        problem: problem.map(str::to_owned),
    };
    let problem = "checkout has no metric named jobs.done";
    vec![own(3, rule(), "ms", verdicts, None), own(4, gone, "", vec![], Some(problem))]
}

fn channels() -> Vec<Channel> {
    let channel = |id, kind, name: &str, target: &str| Channel {
        id,
        kind,
        name: name.to_owned(),
        target: target.to_owned(),
        zone: "Europe/Berlin".to_owned(),
        severity: Severity::Warning,
        apps: vec![],
        created_ms: (NOW_S - 900_000) * 1_000,
        delivered_ms: Some((NOW_S - 1_440) * 1_000),
        waiting: 0,
        problem: None,
    };
    vec![
        channel(1, ChannelKind::Slack, "#ops", "hooks.slack.com"),
        Channel {
            severity: Severity::Critical,
            apps: vec!["checkout".to_owned(), "api".to_owned()],
            delivered_ms: None,
            waiting: 1,
            problem: Some("hook.example.com answered 503".to_owned()),
            ..channel(2, ChannelKind::Webhook, "Pager", "hook.example.com")
        },
    ]
}

/// A message that waits for its next attempt, or was given up.
pub(crate) fn undelivered(next_ms: Option<i64>, attempts: u32) -> Delivery {
    Delivery {
        message_id: format!("msg_{attempts}"),
        channel: 2,
        channel_name: "Pager".to_owned(),
        incident: Some(IncidentId(12)),
        text: "Critical: checkout, H12 request timeouts, 41/min".to_owned(),
        created_ms: (NOW_S - 1_470) * 1_000,
        attempts,
        delivered_ms: None,
        next_ms,
        problem: Some("hook.example.com answered 503".to_owned()),
    }
}

fn mute(id: i64, draft: MuteDraft, by: &str, hidden: u32) -> Mute {
    Mute { id, draft, created_ms: (NOW_S - 600) * 1_000, by: by.to_owned(), hidden }
}
