//! Which metrics describe a queue, by their names: people choose them freely, and these are the
//! forms in use.
//!
//! `queue.depth`, `queues.mailers.size`, `jobs.enqueued`, `sidekiq.queue.latency`,
//! `solid_queue.oldest_wait` and the like, as gauges or distributions; `qc.time-to-lock` of
//! queue_classic; `job.wait` of Oban. A wait without a unit of time is not read.

use contract::sizing::QueueFigure;
use pipeline::{Kind, SeriesKey};

/// The last words of names that say how many jobs wait.
const DEPTH: [&str; 8] = ["depth", "size", "length", "backlog", "enqueued", "queued", "pending", "waiting"];
/// The last words of names that say how long they wait.
const WAIT: [&str; 6] = ["latency", "wait", "age", "lag", "oldest", "delay"];
/// Words of which a name must have one, since other things have a size as well.
const SUBJECTS: [&str; 8] = ["queue", "queues", "job", "jobs", "sidekiq", "resque", "celery", "qc"];

/// What a series says of a queue, and the factor to jobs or milliseconds.
pub(super) fn figure(key: &SeriesKey) -> Option<(QueueFigure, f64)> {
    if key.kind == Kind::Counter || key.metric.starts_with("router.") {
        return None;
    }
    if &*key.metric == "qc.time-to-lock" {
        return Some((QueueFigure::Wait, milliseconds(&key.unit)?));
    }
    let name = key.metric.to_ascii_lowercase();
    let mut words = name.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let last = words.clone().next_back()?;
    if !words.any(|it| SUBJECTS.contains(&it)) {
        return None;
    }
    if DEPTH.contains(&last) {
        let is_number = matches!(&*key.unit, "" | "jobs" | "messages" | "tasks");
        return is_number.then_some((QueueFigure::Depth, 1.0));
    }
    if WAIT.contains(&last) { Some((QueueFigure::Wait, milliseconds(&key.unit)?)) } else { None }
}

fn milliseconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" => 1.0,
        "s" | "sec" | "seconds" => 1_000.0,
        "us" => 0.001,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(metric: &str, unit: &str, expected: Option<(QueueFigure, f64)>) {
        let key = SeriesKey {
            metric: metric.into(),
            kind: Kind::Gauge,
            unit: unit.into(),
            source: "".into(),
            status: 0,
            method: "".into(),
            path: "".into(),
            code: "".into(),
        };
        assert_eq!(figure(&key), expected, "{metric} {unit}");
        assert_eq!(figure(&SeriesKey { kind: Kind::Counter, ..key }), None, "{metric}");
    }

    #[test]
    fn ok_names() {
        for metric in ["queue.depth", "Queue_Length", "queues.mailers.size", "jobs.enqueued", "sidekiq-queue-backlog"] {
            check(metric, "", Some((QueueFigure::Depth, 1.0)));
        }
        check("queue.depth", "jobs", Some((QueueFigure::Depth, 1.0)));
        check("sidekiq.queue.latency", "s", Some((QueueFigure::Wait, 1_000.0)));
        check("qc.time-to-lock", "ms", Some((QueueFigure::Wait, 1.0)));
        check("job.wait", "ms", Some((QueueFigure::Wait, 1.0)));
    }

    #[test]
    fn err_names() {
        for (metric, unit) in [
            ("queue.depth", "MB"),
            ("queue.latency", ""),
            ("router.queue", "ms"),
            ("db_size", ""),
            ("waiting-connections", ""),
            ("memory.size", ""),
            ("job.duration", "ms"),
            ("queue", ""),
            ("", ""),
        ] {
            check(metric, unit, None);
        }
    }
}
