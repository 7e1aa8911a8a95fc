//! How the server itself is: whether it judges, commits and delivers.

use contract::alert::{AlertsPage, Datagrams, RemoteWrite, ServerHealth};
use leptos::prelude::*;

use crate::{
    live::clock::Clock,
    part::{
        number::{digits, figure_text, grouped, latency},
        time::length,
        type_erasure::erased_view,
    },
};

/// Rules are judged every two seconds; later than this is wrong, seconds.
const JUDGED_MAX_S: i64 = 15;
/// A heartbeat goes out every minute; later than this is wrong, seconds.
const HEARTBEAT_MAX_S: i64 = 180;
/// Judging that takes longer leaves too little time for anything else, milliseconds.
const JUDGING_MAX_MS: f64 = 1_000.0;
/// A commit that takes longer delays senders, milliseconds.
const COMMIT_MAX_MS: f64 = 1_000.0;
/// Batches of the queue, of 256, from which senders soon have to wait.
const QUEUE_MAX: u32 = 192;
/// Less free disk than this is wrong, bytes.
const DISK_MIN_BYTES: u64 = 1_000_000_000;

/// Datagrams that were lost less long ago than this are wrong, seconds.
const LOST_MAX_S: i64 = 600;

/// A certificate that ends within this time is wrong, seconds.
const CERTIFICATE_LEFT_S_MIN: i64 = 14 * 86_400;

/// A minute is sent half a minute after its end; later than this is wrong, seconds.
const SENT_MAX_S: i64 = 300;

/// A figure: its name, its text, and whether it is wrong.
type Line = (&'static str, String, bool);

/// The figures at a time, unix seconds.
#[must_use]
pub fn lines(server: &ServerHealth, now_s: i64) -> Vec<Line> {
    let age = |at_ms: Option<i64>| at_ms.map(|it| (now_s - it.div_euclid(1_000)).max(0));
    let ago = |age_s: i64| format!("{} ago", length(age_s));
    let judged_s = age(server.judged_ms);
    let heartbeat_s = age(server.heartbeat_ms);
    let heartbeat = match (server.has_heartbeat, heartbeat_s) {
        (false, _) => "Not configured".to_owned(),
        (true, None) => "Never accepted".to_owned(),
        (true, Some(age_s)) => ago(age_s),
    };
    let is_heartbeat_bad = server.has_heartbeat && heartbeat_s.is_none_or(|it| it > HEARTBEAT_MAX_S);
    let outbox = match server.given_up {
        0 => format!("{} waiting", grouped(i64::from(server.outbox))),
        n => format!("{} waiting, {} given up", grouped(i64::from(server.outbox)), grouped(i64::from(n))),
    };
    let disk =
        server.disk_free_bytes.map_or_else(|| "–".to_owned(), |it| format!("{} GB free", digits(it as f64 / 1e9)));
    vec![
        (
            "Rules judged",
            judged_s.map_or_else(|| "Not yet".to_owned(), ago),
            judged_s.is_none_or(|it| it > JUDGED_MAX_S),
        ),
        ("Judging takes", figure_text(Some(latency(server.judging_ms))), server.judging_ms > JUDGING_MAX_MS),
        (
            "Last commit",
            figure_text(server.commit_ms.map(latency)),
            server.commit_ms.is_some_and(|it| it > COMMIT_MAX_MS),
        ),
        ("Queue", format!("{} waiting", grouped(i64::from(server.queue))), server.queue > QUEUE_MAX),
        ("Messages", outbox, server.given_up > 0),
        ("Disk", disk, server.disk_free_bytes.is_some_and(|it| it < DISK_MIN_BYTES)),
        ("Heartbeat", heartbeat, is_heartbeat_bad),
    ]
    .into_iter()
    .chain(server.datagrams.map(|it| datagrams(it, now_s)))
    .chain(server.remote_write.map(|it| remote_write(it, now_s)))
    .chain(server.certificate_until_s.map(|it| certificate(it - now_s)))
    .collect()
}

fn certificate(left_s: i64) -> Line {
    let text = if left_s > 0 { format!("Expires in {}", length(left_s)) } else { "Expired".to_owned() };
    ("TLS certificate", text, left_s < CERTIFICATE_LEFT_S_MIN)
}

fn remote_write(found: RemoteWrite, now_s: i64) -> Line {
    let sent_s = found.sent_to_s.map(|it| (now_s - it).max(0));
    let sent = sent_s.map_or_else(|| "Nothing sent yet".to_owned(), |it| format!("Sent up to {} ago", length(it)));
    let refused = match found.refused {
        0 => String::new(),
        n => format!(", {} samples refused", grouped(i64::try_from(n).unwrap_or(i64::MAX))),
    };
    let failing = if found.is_failing { "; failing, the log says why" } else { "" };
    let is_bad = found.is_failing || sent_s.is_some_and(|it| it > SENT_MAX_S);
    ("Remote write", format!("{sent}{refused}{failing}"), is_bad)
}

fn datagrams(found: Datagrams, now_s: i64) -> Line {
    let count = |n: u64| grouped(i64::try_from(n).unwrap_or(i64::MAX));
    let lost_s = found.lost_ms.map(|it| (now_s - it.div_euclid(1_000)).max(0));
    let when = lost_s.map(|it| format!(", last {} ago", length(it))).unwrap_or_default();
    let refused = match found.refused {
        0 => String::new(),
        n => format!(", {} without a token", count(n)),
    };
    let text = format!("{} taken, {} lost{when}{refused}", count(found.taken), count(found.lost));
    ("Datagrams", text, lost_s.is_some_and(|it| it < LOST_MAX_S))
}

/// The figures at a time, unix seconds, for a list of definitions.
#[must_use]
pub fn figures(server: &ServerHealth, now_s: i64) -> AnyView {
    let figure = |(name, text, is_bad): Line| {
        let mark = is_bad.then(|| view! { <span class="vh">" (needs attention)"</span> });
        view! { <div class:bad=is_bad><dt>{name}</dt><dd>{text}{mark}</dd></div> }
    };
    lines(server, now_s).into_iter().map(figure).collect_view().into_any()
}

/// The figures in a card.
pub fn card(state: RwSignal<AlertsPage>, clock: Clock) -> AnyView {
    let figures = erased_view(move || state.with(|it| figures(&it.server, clock.now_s.get())));
    view! {
        <section class="card server">
            <h2>"This server"<small>"whether it stores log lines, judges rules and sends messages"</small></h2>
            <dl>{figures}</dl>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_what_is_wrong_with_the_server() {
        let well = ServerHealth { judged_ms: Some(99_000), ..ServerHealth::default() };
        let wrong = |server: &ServerHealth| -> Vec<&str> {
            let lines = lines(server, 100).into_iter();
            lines.filter(|it| it.2).map(|it| it.0).collect()
        };
        assert_eq!(wrong(&well), [""; 0]);
        let ill = ServerHealth {
            judged_ms: Some(10_000),
            commit_ms: Some(5_000.0),
            queue: 250,
            given_up: 1,
            disk_free_bytes: Some(5),
            has_heartbeat: true,
            ..well
        };
        assert_eq!(wrong(&ill), ["Rules judged", "Last commit", "Queue", "Messages", "Disk", "Heartbeat"]);
        assert_eq!(wrong(&ServerHealth::default()), ["Rules judged"]);
        let lossy = |lost_ms| {
            let datagrams = Some(Datagrams { taken: 5_000, refused: 1, lost: 12, lost_ms });
            lines(&ServerHealth { datagrams, ..well }, 1_000).pop()
        };
        let text = "5,000 taken, 12 lost, last 1 min ago, 1 without a token".to_owned();
        assert_eq!(lossy(Some(940_000)), Some(("Datagrams", text, true)));
        assert!(lossy(Some(10_000)).is_some_and(|it| !it.2));
        let remote = |sent_to_s, refused, is_failing| {
            let remote_write = Some(RemoteWrite { sent_to_s, refused, is_failing });
            lines(&ServerHealth { remote_write, ..well }, 1_000).pop().map(|it| (it.1, it.2))
        };
        assert_eq!(remote(None, 0, false), Some(("Nothing sent yet".to_owned(), false)));
        assert_eq!(remote(Some(940), 0, false), Some(("Sent up to 1 min ago".to_owned(), false)));
        assert_eq!(remote(Some(600), 0, false).map(|it| it.1), Some(true));
        let failing = "Sent up to 1 min ago, 1,200 samples refused; failing, the log says why".to_owned();
        assert_eq!(remote(Some(940), 1_200, true), Some((failing, true)));
        let until = |left_s: i64| {
            let certificate_until_s = Some(1_000 + left_s);
            lines(&ServerHealth { certificate_until_s, ..well }, 1_000).pop().map(|it| (it.1, it.2))
        };
        assert_eq!(until(86_400 * 20), Some(("Expires in 20 d 0 h".to_owned(), false)));
        assert_eq!(until(86_400 * 13).map(|it| it.1), Some(true));
        assert_eq!(until(0), Some(("Expired".to_owned(), true)));
    }
}
