//! Background jobs that have ended: how long each took, how long it had waited where that is
//! stated, and whether it failed.
//!
//! ```text
//! pid=4 tid=oxk class=HardJob jid=b4a577edbccf1d805744efa9 elapsed=0.123 INFO: done                    (Sidekiq)
//! 4 TID-oxk HardJob JID-b4a577edbccf1d805744efa9 INFO: done: 0.123 sec                                 (Sidekiq before 6)
//! {"pid":4,"tid":"oxk","lvl":"INFO","msg":"done","ctx":{"class":"HardJob","jid":"b4a5","elapsed":"0.123"}}  (Sidekiq, JSON)
//! [ActiveJob] [MailJob] [1f2e] Performed MailJob (Job ID: 1f2e) from SolidQueue(mailers) in 35.3ms     (Active Job)
//! [2026-09-21 14:13:18,120: INFO/ForkPoolWorker-1] Task shop.mail[1f2e] succeeded in 0.054s: None      (Celery)
//! {"source":"oban","event":"job:stop","queue":"mail","duration":35300,"queue_time":2100,"worker":"A"}  (Oban, µs)
//! ```
//! `fail`, `Error performing`, `raised unexpected` and `job:exception` are failures. Sources of the
//! forms: Sidekiq's `job_logger.rb` and `logger.rb`, Rails' `active_job/log_subscriber.rb` (Solid
//! Queue, Good Job, Resque and others log through it), Celery's `app/trace.py`, and Oban's default
//! logger. queue_classic writes the pairs of l2met.
//!
//! They become `job.duration` and `job.wait` (ms, by dyno) and `job.errors`. Classes and queues are
//! not kept: each would be a series a dyno. Active Job's lines of Sidekiq are not read, since
//! Sidekiq logs the same jobs. Oban's lines of before 2.0 and without its JSON are not read.

use memchr::{memchr, memchr2, memmem, memrchr};

use super::{Context, Example, Measurement, Needle, Reader, Sink, Writer, json, prefix::is_prefix};
use crate::{Kind, Line, logfmt::Pairs, number, series::SeriesRef};

pub(super) const READER: Reader = Reader {
    name: "job",
    title: "Background jobs",
    writers: &[Writer::WebServer, Writer::App],
    examples: &[
        Example {
            app: "app",
            proc_id: "worker.1",
            msg: "pid=4 tid=oxk class=HardJob jid=b4a577edbccf1d805744efa9 elapsed=0.123 INFO: fail",
        },
        Example {
            app: "app",
            proc_id: "worker.1",
            msg: r#"{"source":"oban","event":"job:stop","queue":"mail","duration":35300,"queue_time":2100,"worker":"A"}"#,
        },
    ],
    metrics: &["job.duration", "job.errors", "job.wait"],
    events: &[],
    parts: None,
};

static PERFORMED: Needle = Needle::new(|| memmem::Finder::new("Performed "));
static FAILED: Needle = Needle::new(|| memmem::Finder::new("Error performing "));
static JOB_ID: Needle = Needle::new(|| memmem::Finder::new(" (Job ID: "));
static TASK: Needle = Needle::new(|| memmem::Finder::new("Task "));
static OBAN: Needle = Needle::new(|| memmem::Finder::new("\"oban\""));
static ELAPSED: Needle = Needle::new(|| memmem::Finder::new("\"elapsed\""));

/// A job that has ended.
#[derive(Clone, Copy, Debug, Default)]
struct Job {
    duration_ms: Option<f64>,
    wait_ms: Option<f64>,
    has_failed: bool,
}

/// Reads a line; whether it is of one of these formats.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let Some(job) = job(line.msg.trim_ascii_end()) else { return false };
    for (metric, value) in [("job.duration", job.duration_ms), ("job.wait", job.wait_ms)] {
        if let Some(value) = value {
            let series = SeriesRef {
                unit: b"ms",
                source: line.proc_id,
                ..SeriesRef::new(metric.as_bytes(), Kind::Distribution)
            };
            sink.measure(&Measurement { series, value });
        }
    }
    if job.has_failed {
        let series = SeriesRef { source: line.proc_id, ..SeriesRef::new(b"job.errors", Kind::Counter) };
        sink.measure(&Measurement { series, value: 1.0 });
    }
    true
}

fn job(msg: &[u8]) -> Option<Job> {
    let job = match msg.last()? {
        b'e' | b'l' if msg.ends_with(b" INFO: done") || msg.ends_with(b" INFO: fail") => sidekiq(msg),
        b'c' if msg.ends_with(b" sec") => old_sidekiq(msg),
        b'}' => json(msg),
        _ => None,
    };
    // The other two have brackets, which most lines don't.
    let has_brackets = || memchr2(b'(', b'[', msg).is_some();
    job.or_else(|| if has_brackets() { active_job(msg).or_else(|| celery(msg)) } else { None })
}

/// Milliseconds of a number of seconds.
fn seconds_ms(text: &[u8]) -> Option<f64> {
    number::l2met(text).filter(|it| it.1.is_empty() && !text.is_empty()).map(|it| it.0 * 1_000.0)
}

fn sidekiq(msg: &[u8]) -> Option<Job> {
    let (mut has_thread, mut has_id, mut elapsed) = (false, false, None);
    for pair in Pairs::new(msg) {
        match pair.key {
            b"tid" => has_thread = true,
            b"jid" => has_id = true,
            b"elapsed" if has_id => elapsed = elapsed.or(Some(pair.value)),
            _ => {}
        }
    }
    let duration_ms = seconds_ms(elapsed.filter(|_| has_thread)?)?;
    Some(Job { duration_ms: Some(duration_ms), has_failed: msg.ends_with(b"fail"), ..Job::default() })
}

fn old_sidekiq(msg: &[u8]) -> Option<Job> {
    let rest = msg.strip_suffix(b" sec")?;
    let at = memrchr(b' ', rest)?;
    let head = &rest[..at];
    let is_done = head.ends_with(b" INFO: done:");
    let is_job = memmem::find(head, b" TID-").is_some() && memmem::find(head, b" JID-").is_some();
    if !is_job || !(is_done || head.ends_with(b" INFO: fail:")) {
        return None;
    }
    Some(Job { duration_ms: Some(seconds_ms(&rest[at + 1..])?), has_failed: !is_done, ..Job::default() })
}

/// Active Job: the class has no blanks, and only the adapter and the queue stand behind its id.
fn active_job(msg: &[u8]) -> Option<Job> {
    let id = JOB_ID.find(msg)?;
    let done = PERFORMED.find(&msg[..id]).map(|at| (at, at + 10));
    let failed = || FAILED.find(&msg[..id]).map(|at| (at, at + 17));
    let (at, class) = done.or_else(failed)?;
    if !is_prefix(&msg[..at]) || memchr(b' ', &msg[class..id]).is_some() {
        return None;
    }
    let rest = &msg[id + 10..];
    let rest = rest[memchr(b')', rest)?..].strip_prefix(b") from ")?;
    let end = memchr(b' ', rest)?;
    if rest.starts_with(b"Sidekiq(") {
        return None;
    }
    let time = rest[end..].strip_prefix(b" in ")?;
    let time = &time[..time.iter().position(|it| matches!(it, b':' | b' ')).unwrap_or(time.len())];
    Some(Job { duration_ms: Some(number::duration_ms(time)?), has_failed: done.is_none(), ..Job::default() })
}

/// Celery: a task's name and id have no blanks. What it returned or raised stands behind them.
fn celery(msg: &[u8]) -> Option<Job> {
    let at = TASK.find(msg).filter(|at| is_prefix(&msg[..*at]))?;
    let task = &msg[at + 5..];
    let end = memchr(b' ', task)?;
    let name = task[..end].strip_suffix(b"]")?;
    let open = memchr(b'[', name)?;
    let is_id = |it: &u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_');
    if open == 0 || open + 1 == name.len() || !name[open + 1..].iter().all(is_id) {
        return None;
    }
    let rest = &task[end..];
    if rest.starts_with(b" raised unexpected: ") {
        return Some(Job { has_failed: true, ..Job::default() });
    }
    let time = rest.strip_prefix(b" succeeded in ")?;
    let time = &time[..memchr(b':', time)?];
    Some(Job { duration_ms: Some(number::duration_ms(time)?), ..Job::default() })
}

fn json(msg: &[u8]) -> Option<Job> {
    let (is_oban, is_sidekiq) = (OBAN.is_in(msg), ELAPSED.is_in(msg));
    if !is_oban && !is_sidekiq {
        return None;
    }
    let at = json::begin(msg).filter(|at| is_prefix(&msg[..*at]))?;
    let fields = json::Fields::of(&msg[at..])?;
    if is_oban { oban(fields) } else { sidekiq_json(fields) }
}

/// Oban: times are microseconds.
fn oban(fields: json::Fields<'_>) -> Option<Job> {
    let (mut source, mut event, mut duration, mut wait) = (&b""[..], &b""[..], None, None);
    for (key, value) in fields {
        match key {
            b"source" => source = value.bytes(),
            b"event" => event = value.bytes(),
            b"duration" => duration = microseconds_ms(value),
            b"queue_time" => wait = microseconds_ms(value),
            _ => {}
        }
    }
    let has_failed = match (source, event) {
        (b"oban", b"job:stop") => false,
        (b"oban", b"job:exception") => true,
        _ => return None,
    };
    Some(Job { duration_ms: Some(duration?), wait_ms: wait, has_failed })
}

/// Milliseconds of a whole number of microseconds. A job may have been fetched a little early by
/// another machine's clock: a negative wait is none.
fn microseconds_ms(value: json::Value<'_>) -> Option<f64> {
    let json::Value::Bare(text) = value else { return None };
    text.iter().all(u8::is_ascii_digit).then(|| number::whole(text)).flatten().map(|it| it as f64 / 1_000.0)
}

/// Sidekiq: what belongs to the job is nested. Seconds are text.
fn sidekiq_json(fields: json::Fields<'_>) -> Option<Job> {
    let (mut msg, mut has_thread, mut context) = (&b""[..], false, None);
    for (key, value) in fields {
        match key {
            b"msg" => msg = value.bytes(),
            b"tid" => has_thread = true,
            b"ctx" => context = json::Fields::of(value.bytes()),
            _ => {}
        }
    }
    let (mut has_id, mut elapsed) = (false, None);
    for (key, value) in context.filter(|_| has_thread)? {
        match key {
            b"jid" => has_id = true,
            b"elapsed" => elapsed = seconds_ms(value.bytes()),
            _ => {}
        }
    }
    let has_failed = match msg {
        b"done" => false,
        b"fail" => true,
        _ => return None,
    };
    Some(Job { duration_ms: Some(elapsed.filter(|_| has_id)?), has_failed, ..Job::default() })
}
