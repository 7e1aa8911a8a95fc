//! What happened: the timeline with the last change before it, the messages and their delivery, and
//! the log lines of the worst moment.

use contract::alert::{Delivery, Entry, EntryKind, IncidentPage};
use leptos::prelude::*;

use crate::{
    live::clock::Clock,
    page::{
        alert_words::{attempts_text, group_value},
        log_line,
    },
    part::{
        event::event_text,
        time::{clock_seconds, day},
        type_erasure::{erased_text, erased_view},
    },
};

/// The word of a kind of entry, and the class that gives it its shape and colour.
const fn kind(kind: EntryKind) -> (&'static str, &'static str) {
    match kind {
        EntryKind::Opened => ("Opened", "bad"),
        EntryKind::Joined => ("Joined", "bad"),
        EntryKind::Escalated => ("Escalated", "bad"),
        EntryKind::Eased => ("Partly over", "moved"),
        EntryKind::Unknown => ("Unknown", "moved"),
        EntryKind::Known => ("Lines again", "plain"),
        EntryKind::Reminder => ("Reminder", "plain"),
        EntryKind::Flapping => ("Flapping", "moved"),
        EntryKind::Muted => ("Muted", "plain"),
        EntryKind::Sent => ("Sent", "plain"),
        EntryKind::Failed => ("Not sent", "bad"),
        EntryKind::Resolved => ("Resolved", "done"),
    }
}

/// The timeline.
pub fn timeline(state: RwSignal<IncidentPage>) -> AnyView {
    let entries = Memo::new(move |_| state.with(|it| (it.release.clone(), it.entries.clone())));
    let rows = erased_view(move || {
        let (release, entries) = entries.get();
        let release = release.map(|event| {
            view! { <li class="made"><time>{moment(event.at_s)}</time><i aria-hidden="true"></i><b>"Last change"</b><span>{event_text(&event)}</span></li> }
        });
        view! { {release}{entries.into_iter().map(entry).collect_view()} }.into_any()
    });
    view! { <section class="card story"><h2>"Timeline"</h2><ol class="events timeline">{rows}</ol></section> }
        .into_any()
}

fn entry(entry: Entry) -> AnyView {
    let (word, class) = kind(entry.kind);
    let group = group_value(&entry.group);
    let group = (!group.is_empty()).then(|| view! { <small>{group.to_owned()}</small> });
    view! {
        <li class=class><time>{moment(entry.at_ms.div_euclid(1_000))}</time><i aria-hidden="true"></i><b>{word}</b><span>{entry.text}" "{group}</span></li>
    }
    .into_any()
}

fn moment(at_s: i64) -> String {
    format!("{} {}", day(at_s), clock_seconds(at_s))
}

/// The messages about it.
pub fn messages(state: RwSignal<IncidentPage>, clock: Clock) -> AnyView {
    let messages = Memo::new(move |_| state.with(|it| it.messages.clone()));
    let shown = erased_view(move || {
        let messages = messages.get();
        if messages.is_empty() {
            return view! { <p class="none">"No messages."</p> }.into_any();
        }
        view! { <ul class="rules">{messages.into_iter().map(|it| message(it, clock)).collect_view()}</ul> }.into_any()
    });
    view! { <section class="card story"><h2>"Messages"</h2>{shown}</section> }.into_any()
}

fn message(message: Delivery, clock: Clock) -> AnyView {
    let class = match (message.delivered_ms, message.next_ms) {
        (Some(_), _) => "good",
        (None, Some(_)) => "warn",
        (None, None) => "bad",
    };
    let problem = message.problem.clone().map(|it| view! { <p class="bad">"Last attempt: "{it}"."</p> });
    let (channel, text) = (message.channel_name.clone(), message.text.clone());
    let status = erased_text(move || match (message.delivered_ms, message.next_ms) {
        (Some(at_ms), _) => format!("Delivered {}", moment(at_ms.div_euclid(1_000))),
        (None, Some(_)) => format!("Not delivered, {}", attempts_text(&message, clock.now_s.get())),
        (None, None) => attempts_text(&message, clock.now_s.get()),
    });
    view! {
        <li>
            <div class="rule-text"><b>{channel}</b><p>{text}</p></div>
            <div class="verdicts"><p class=class>{status}</p>{problem}</div>
        </li>
    }
    .into_any()
}

/// Log lines of the worst moment.
pub fn lines(state: RwSignal<IncidentPage>) -> AnyView {
    let lines = Memo::new(move |_| state.with(|it| (it.lines.clone(), it.incident.app.clone(), it.logs_query.clone())));
    let shown = erased_view(move || {
        let (lines, app, query) = lines.get();
        if lines.is_empty() {
            return view! { <section class="card story"><h2>"Log lines"</h2><p class="none">"No log lines from that moment."</p></section> }.into_any();
        }
        let href = format!("/apps/{app}/logs?{query}");
        let rows = lines.into_iter().map(|it| log_line::line(it).into_any()).collect_view();
        view! {
            <section class="card story log-lines">
                <div class="card-head"><h2>"Log lines"<small>"at its worst"</small></h2><a class="more" href=href>"Open in Logs"</a></div>
                <ol class="lines">{rows}</ol>
            </section>
        }
        .into_any()
    });
    view! { {shown} }.into_any()
}
