//! The server's own metrics: every counter of `telemetry`, what is in memory, and the process.
//! Their names are stable: alerts elsewhere depend on them.

use super::family::{Families, Family, Sample, Type};
use crate::{clock::now_ms, outlet::state::Outlet, telemetry::Counters};

/// Adds the server's own metrics.
pub(crate) fn add(outlet: &Outlet, families: &mut Families) {
    let since_ms = outlet.running.started_ms;
    for (name, help, total) in counters(&outlet.reader.aggregates.counters) {
        let sample = Sample::Counter { total: total as f64, since_ms };
        one(families, (name, Type::Counter, help), "", sample);
    }
    let remote = &outlet.remote;
    for (name, help, count) in [
        ("streamgauge_remote_write_samples", "Samples that the store of remote write accepted.", &remote.samples),
        ("streamgauge_remote_write_refused_samples", "Samples that it refused for good.", &remote.refused),
        ("streamgauge_remote_write_retries", "Requests to it that are made again.", &remote.retries),
        (
            "streamgauge_remote_write_overflowed_measurements",
            "Minutes of series left out of remote write because too many others are sent.",
            &remote.overflowed,
        ),
    ] {
        one(families, (name, Type::Counter, help), "", Sample::Counter { total: count.get() as f64, since_ms });
    }
    let at_ms = now_ms();
    for (name, help, unit, value) in gauges(outlet) {
        one(families, (name, Type::Gauge, help), unit, Sample::Gauge { value, at_ms });
    }
    let mut build = Family::new(Type::Gauge, "The version that runs; always 1.".to_owned(), String::new(), vec![]);
    let version = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
    build.add(version, Sample::Gauge { value: 1.0, at_ms });
    families.insert("streamgauge_build_info".to_owned(), build);
}

fn one(families: &mut Families, (name, of, help): (&str, Type, &str), unit: &str, sample: Sample) {
    let mut family = Family::new(of, help.to_owned(), unit.to_owned(), vec![]);
    family.add(vec![], sample);
    families.insert(name.to_owned(), family);
}

/// Every counter: its name without `_total`, what it counts, and its value.
#[rustfmt::skip]
fn counters(all: &Counters) -> Vec<(&'static str, &'static str, u64)> {
    // Named one by one, so that a new counter does not compile until it has its row.
    let Counters {
        batches, lines, duplicates, unauthorized, refused, shed, shares_refused, lines_paused, failed,
        series_overflowed, passwords_wrong, passwords_refused, oidc_refused, audits_lost, forbidden,
        subscribers_refused, searches_refused, tail_lines_skipped, panics, replies_late, connections_refused,
        connections_evicted, accepts_failed, heads_refused, handshakes_failed, plain_refused, datagrams,
        datagrams_lost_at_us: _, spans_ignored, statsd_ignored, datagrams_refused, datagrams_lost, bodies_slow, answers_slow, commit_us: _,
    } = all;
    let rows = [
        ("streamgauge_batches", "Batches committed and counted.", batches),
        ("streamgauge_lines", "Lines counted, of all apps.", lines),
        ("streamgauge_duplicate_batches", "Batches acknowledged again without counting.", duplicates),
        ("streamgauge_unauthorized_batches", "Batches refused because they had no valid token.", unauthorized),
        ("streamgauge_refused_requests", "Requests refused for their type, size, encoding, app name or head.", refused),
        ("streamgauge_shed_batches", "Batches refused with 503 because the queue stayed full.", shed),
        ("streamgauge_share_refused_batches", "Batches refused because their drain had too much in flight.", shares_refused),
        ("streamgauge_paused_lines", "Lines taken in and not kept, because their drain is paused.", lines_paused),
        ("streamgauge_ignored_spans", "Spans of OpenTelemetry that tell no request.", spans_ignored),
        ("streamgauge_ignored_statsd_packets", "Events and service checks of statsd.", statsd_ignored),
        ("streamgauge_failed_batches", "Batches that could not be stored.", failed),
        ("streamgauge_overflowed_measurements", "Measurements added to the series (other), because their app has too many.", series_overflowed),
        ("streamgauge_wrong_passwords", "Passwords that were compared and were wrong.", passwords_wrong),
        ("streamgauge_refused_passwords", "Passwords not compared, because too many others were waiting.", passwords_refused),
        ("streamgauge_refused_provider_sign_ins", "Sign-ins by the provider that led nowhere.", oidc_refused),
        ("streamgauge_lost_audits", "Changes not written down, because too many others were waiting.", audits_lost),
        ("streamgauge_forbidden_requests", "Requests refused because whoever asked may not do this.", forbidden),
        ("streamgauge_refused_subscribers", "Live streams refused because as many as allowed were open.", subscribers_refused),
        ("streamgauge_refused_searches", "Searches of log lines refused because too many were running.", searches_refused),
        ("streamgauge_skipped_tail_lines", "Lines left out of live tails because they came too fast.", tail_lines_skipped),
        ("streamgauge_panics", "Requests answered with 500 after a panic.", panics),
        ("streamgauge_late_replies", "Requests that exceeded the time limit for a reply.", replies_late),
        ("streamgauge_refused_connections", "Connections refused because all others were busy.", connections_refused),
        ("streamgauge_evicted_connections", "Idle or slow connections closed to admit a new one.", connections_evicted),
        ("streamgauge_failed_accepts", "Connections that the system could not accept.", accepts_failed),
        ("streamgauge_refused_heads", "Connections closed because a request's head was too slow or too long.", heads_refused),
        ("streamgauge_failed_handshakes", "TLS handshakes that failed.", handshakes_failed),
        ("streamgauge_refused_plain_connections", "Connections and requests without TLS where it is expected.", plain_refused),
        ("streamgauge_datagrams", "Syslog datagrams with a drain's token, and packets of statsd.", datagrams),
        ("streamgauge_refused_datagrams", "Syslog datagrams, and seconds of statsd, dropped because they had no known token.", datagrams_refused),
        ("streamgauge_lost_datagrams", "Datagrams dropped by the kernel, or that could not be stored.", datagrams_lost),
        ("streamgauge_slow_bodies", "Requests refused because their body was too slow.", bodies_slow),
        ("streamgauge_slow_answers", "Connections closed because the peer did not read the reply.", answers_slow),
    ];
    rows.into_iter().map(|(name, help, count)| (name, help, count.get())).collect()
}

type Row = (&'static str, &'static str, &'static str, f64);

fn gauges(outlet: &Outlet) -> Vec<Row> {
    let aggregates = &outlet.reader.aggregates;
    let (apps, series, without_buckets) = {
        let live = aggregates.live.lock();
        let series: usize = live.apps.keys().map(|it| live.registry.count(it)).sum();
        (live.apps.len(), series, live.totals.without_buckets())
    };
    let counters = &aggregates.counters;
    let mut rows: Vec<Row> = vec![
        ("streamgauge_apps", "Apps that are known.", "", apps as f64),
        ("streamgauge_series", "Series of all apps.", "", series as f64),
        ("streamgauge_queued_batches", "Batches that wait for the writer.", "", outlet.alerting.queue.waiting() as f64),
        (
            "streamgauge_histograms_without_buckets",
            "Distributions whose buckets were given up for want of memory.",
            "",
            without_buckets as f64,
        ),
        (
            "streamgauge_last_commit_seconds",
            "How long the last commit of batches took; 0 before the first.",
            "seconds",
            counters.commit_us.get() as f64 / 1e6,
        ),
        (
            "process_start_time_seconds",
            "When the process started, unix seconds.",
            "seconds",
            outlet.running.started_ms as f64 / 1e3,
        ),
    ];
    if let Some(sent_to_s) = outlet.remote.sent_to_s() {
        let lag_s = now_ms() as f64 / 1e3 - sent_to_s as f64;
        rows.push(("streamgauge_remote_write_lag_seconds", "Age of the newest minute sent.", "seconds", lag_s));
    }
    if let Some(free) = outlet.available.free_bytes() {
        rows.push(("streamgauge_disk_free_bytes", "Free space beside the database.", "bytes", free as f64));
    }
    if let Some(bytes) = resident_bytes() {
        rows.push(("process_resident_memory_bytes", "Memory of the process.", "bytes", bytes as f64));
    }
    rows
}

/// The memory of the process; `None` where the system doesn't say it in the way of Linux.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|it| it * 1_024)
}
