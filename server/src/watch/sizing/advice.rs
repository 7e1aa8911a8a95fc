//! From the figures of a process type to a recommendation and its sentence. Pure.
//!
//! Requests decide by Little's law at the peak, and memory may be the limit before them. Jobs
//! decide by how long they wait: a worker is busy all the time while its queue is long, so that its
//! concurrency alone says nothing.

use contract::sizing::{Advice, DynoChoice, MemorySizing, PeakLoad, Verdict, Work};

use crate::watch::rule::{
    memory,
    words::{counted, duration, grouped, latency},
};

/// Above this share of what dynos handle at once there are too few of them.
const BUSY_MAX: f64 = 1.0;
/// The busy share that advice to add dynos aims at.
const BUSY_AFTER_MORE: f64 = 0.9;
/// The busy share that advice to remove dynos aims at: those that stay need room for a rise.
const BUSY_AFTER_FEWER: f64 = 0.7;
/// Least time with requests for advice, seconds.
const MEASURED_S_MIN: i64 = 1_800;
/// Where data covers a smaller share of the span than this, the advice says so.
const KNOWN_MIN: f64 = 0.75;
/// Memory that is full within this time is the limit, seconds. Dynos are restarted every day.
const FULL_IN_S: i64 = 86_400;
/// Jobs that waited longer than this waited for long, milliseconds.
const WAIT_MS_MAX: f64 = 60_000.0;
/// The most dynos that are advised.
const DYNOS_MAX: f64 = 10_000.0;

/// What is known of the dynos of one process type.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures<'a> {
    /// The process type.
    pub process: &'a str,
    /// What the dynos work on.
    pub work: Work,
    /// Dynos that run now.
    pub dynos: u32,
    /// How much a dyno handles at once.
    pub at_once: u32,
    /// The peak of requests or jobs.
    pub peak: Option<&'a PeakLoad>,
    /// How much of the span had requests or jobs, seconds.
    pub measured_s: i64,
    /// How long before the end of the span they began, seconds.
    pub known_s: i64,
    /// Length of the span, seconds.
    pub span_s: i64,
    pub memory: Option<&'a MemorySizing>,
    /// The longest that jobs waited, milliseconds.
    pub wait_ms: Option<f64>,
}

/// The law: requests or jobs at once a dyno.
#[must_use]
pub(crate) fn at_once(per_s: f64, mean_ms: f64, dynos: u32) -> f64 {
    per_s * mean_ms / 1_000.0 / f64::from(dynos.max(1))
}

/// The law in words: `41.2 requests/s × 180 ms ÷ 4 dynos = 1.85 requests at once a dyno`.
#[must_use]
pub(crate) fn arithmetic(work: Work, per_s: f64, mean_ms: f64, dynos: u32) -> String {
    let things = things(work);
    let dynos_text = counted(u64::from(dynos), "dyno", "dynos");
    let result = number(at_once(per_s, mean_ms, dynos));
    format!("{} {things}/s × {} ÷ {dynos_text} = {result} {things} at once a dyno", number(per_s), mean(mean_ms))
}

/// One dyno fewer than now, as many, and one more.
#[must_use]
pub(crate) fn choices(dynos: u32, limit: u32, peak: &PeakLoad) -> Vec<DynoChoice> {
    let choice = |dynos: u32| {
        let at_once = at_once(peak.per_s, peak.mean_ms, dynos);
        DynoChoice { dynos, at_once, busy: at_once / f64::from(limit.max(1)) }
    };
    let around = dynos.saturating_sub(1)..=dynos.saturating_add(1);
    if dynos == 0 { vec![] } else { around.filter(|it| *it > 0).map(choice).collect() }
}

/// The recommendation.
#[must_use]
pub(crate) fn advise(figures: &Figures<'_>) -> Advice {
    let mut advice = judged(figures);
    let is_short = figures.known_s > 0 && (figures.known_s as f64) < KNOWN_MIN * figures.span_s as f64;
    if is_short && advice.dynos.is_some() {
        advice.says += &format!(" Only the last {} have data.", duration(figures.known_s));
    }
    advice
}

fn judged(figures: &Figures<'_>) -> Advice {
    let Figures { process, dynos, .. } = *figures;
    let full = figures.memory.and_then(full_memory);
    let unknown = |verdict: Verdict, says: String| match &full {
        Some(full) => Advice { verdict: Verdict::Memory, dynos: None, says: format!("Memory is the limit: {full}.") },
        None => Advice { verdict, dynos: None, says },
    };
    if dynos == 0 {
        let says = format!("No {process} dyno ran at the end of this range.");
        return Advice { verdict: Verdict::Unknown, dynos: None, says };
    }
    let Some(peak) = figures.peak else {
        let says = format!("Nothing in the log says how much {} do.", counted_dynos(dynos, process));
        return unknown(Verdict::Unknown, says);
    };
    if figures.work == Work::Jobs {
        return of_jobs(figures, peak).unwrap_or_else(|says| unknown(Verdict::Unknown, says));
    }
    if figures.measured_s < MEASURED_S_MIN {
        let says = format!(
            "Too little data: {} with requests in this range, advice needs {}.",
            duration(figures.measured_s),
            duration(MEASURED_S_MIN)
        );
        return unknown(Verdict::TooLittle, says);
    }
    of_requests(figures, peak, full.as_deref())
}

fn of_requests(figures: &Figures<'_>, peak: &PeakLoad, full: Option<&str>) -> Advice {
    let Figures { process, dynos, at_once: limit, .. } = *figures;
    let work = at_once(peak.per_s, peak.mean_ms, 1);
    let each = |dynos: u32| work / f64::from(dynos.max(1));
    let enough_at = |busy: f64| (work / f64::from(limit.max(1)) / busy).ceil().clamp(1.0, DYNOS_MAX) as u32;
    let advice = |verdict, dynos, says| Advice { verdict, dynos: Some(dynos), says };
    let now = counted_dynos(dynos, process);
    let had = number(each(dynos));
    if each(dynos) > BUSY_MAX * f64::from(limit) {
        let more = enough_at(BUSY_AFTER_MORE).max(dynos + 1);
        let mut says = format!(
            "{now} {} too few if each handles {} at once: at the peak {} {had}; {more} would have handled {} each.",
            are(dynos),
            counted(u64::from(limit), "request", "requests"),
            if dynos == 1 { "it had" } else { "each had" },
            number(each(more))
        );
        if let Some(full) = full {
            says += &format!(" Memory is a limit too: {full}.");
        }
        return advice(Verdict::More, more, says);
    }
    if let Some(full) = full {
        let says =
            format!("Memory is the limit, not requests: {full}; at the peak a dyno handled {had} requests at once.");
        return advice(Verdict::Memory, dynos, says);
    }
    let least = if dynos > 1 { 2 } else { 1 };
    let wanted = enough_at(BUSY_AFTER_FEWER);
    let fewer = wanted.max(least);
    let redundant = if wanted < least { " Two stay, so that one can restart." } else { "" };
    if fewer < dynos {
        let says = format!(
            "{} would be enough: at the peak each would have handled {} {} at once; with {dynos} it was {had}.{redundant}",
            counted_dynos(fewer, process),
            number(each(fewer)),
            plural_of(each(fewer))
        );
        return advice(Verdict::Fewer, fewer, says);
    }
    let handled = if dynos == 1 { "it handled" } else { "each handled" };
    let mut says = format!("{now} {} enough: at the peak {handled} {had} requests at once", are(dynos));
    if dynos > 1 {
        says += &format!("; {} would have handled {}", dynos - 1, number(each(dynos - 1)));
    }
    says += ".";
    says += redundant;
    advice(Verdict::Enough, dynos, says)
}

/// The recommendation for workers; a sentence where no wait is known.
fn of_jobs(figures: &Figures<'_>, peak: &PeakLoad) -> Result<Advice, String> {
    let now = counted_dynos(figures.dynos, figures.process);
    let had = number(peak.at_once);
    let each = if peak.dynos == 1 { "it ran" } else { "each ran" };
    let Some(wait_ms) = figures.wait_ms else {
        return Err(format!(
            "At the peak {each} {had} jobs at once. Log how long jobs wait, such as sample#queue.latency=2s, for advice."
        ));
    };
    let wait = if wait_ms < WAIT_MS_MAX { latency(wait_ms) } else { duration((wait_ms / 1_000.0) as i64) };
    if wait_ms > WAIT_MS_MAX {
        let says = format!(
            "Jobs waited up to {wait}: more {} dynos or threads shorten that. At the peak {each} {had} jobs at once.",
            figures.process
        );
        return Ok(Advice { verdict: Verdict::Waiting, dynos: Some(figures.dynos.saturating_add(1)), says });
    }
    let says = format!(
        "{now} {} enough: jobs waited at most {wait}, and at the peak {each} {had} jobs at once.",
        are(figures.dynos)
    );
    Ok(Advice { verdict: Verdict::Enough, dynos: Some(figures.dynos), says })
}

/// Why memory is the limit; `None` where it is not.
fn full_memory(memory: &MemorySizing) -> Option<String> {
    let quota_mb = memory.quota_mb.filter(|it| *it > 0.0)?;
    let mb = |it: f64| grouped(it.max(0.0).round() as u64);
    if memory.peak_mb >= quota_mb * memory::FULL {
        let MemorySizing { dyno, peak_mb, .. } = memory;
        return Some(format!("{dyno} used {} of {} MB", mb(*peak_mb), mb(quota_mb)));
    }
    let growth = memory.growth.as_ref()?;
    let full_in_s = growth.full_in_s.filter(|it| *it <= FULL_IN_S)?;
    Some(format!(
        "{} grows by {} MB an hour and is full in {}",
        growth.dyno,
        mb(growth.mb_per_day / 24.0),
        duration(full_in_s)
    ))
}

const fn things(work: Work) -> &'static str {
    if matches!(work, Work::Jobs) { "jobs" } else { "requests" }
}

const fn are(n: u32) -> &'static str {
    if n == 1 { "is" } else { "are" }
}

/// `request` for exactly one of them.
fn plural_of(n: f64) -> &'static str {
    if number(n) == "1.00" { "request" } else { "requests" }
}

fn counted_dynos(n: u32, process: &str) -> String {
    format!("{} {process} {}", grouped(u64::from(n)), if n == 1 { "dyno" } else { "dynos" })
}

/// Three digits.
fn number(value: f64) -> String {
    match value {
        ..9.995 => format!("{value:.2}"),
        ..99.95 => format!("{value:.1}"),
        _ => grouped(value.round() as u64),
    }
}

fn mean(ms: f64) -> String {
    if ms < 9.95 { format!("{ms:.1} ms") } else { latency(ms) }
}

#[cfg(test)]
mod tests;
