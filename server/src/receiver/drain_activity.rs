//! What has arrived on one drain: its last hour by the minute, who sent it, and what was seen in
//! it. For people: nothing is counted by it, and what is not remembered is lost with a crash.

use std::collections::VecDeque;

use contract::{
    EventKind,
    drain::{DrainHour, DrainLoss, DrainMemory, Seen, SeenAt, Sender, TokenAge},
};
use pipeline::{Delta, Kind, Loss, SeriesKey};

/// Senders kept of one drain: platforms send from a handful of addresses at a time.
pub(crate) const SENDERS_MAX: usize = 8;
/// Apps kept of one shared drain.
pub(crate) const APPS_MAX: usize = 50;
/// Longest name of a sender, bytes.
const AGENT_BYTES_MAX: usize = 100;
/// Reasons of losses kept of one minute; senders choose the codes of their own reports.
const REASONS_MAX: usize = 24;
/// The reason for lines that arrived while the drain was paused.
pub(crate) const PAUSED: &str = "paused";

/// What arrived in one minute.
#[derive(Debug)]
struct Minute {
    /// Unix minutes.
    at: i64,
    lines: u64,
    bytes: u64,
    unmatched: u64,
    losses: Vec<(Box<str>, u64)>,
}

/// What has arrived on one drain.
#[derive(Debug, Default)]
pub(super) struct DrainActivity {
    pub(super) memory: DrainMemory,
    /// Whether `memory` has changed since it was taken.
    pub(super) is_changed: bool,
    /// When a batch was first noted since the start of the server, unix milliseconds.
    pub(super) noted_ms: Option<i64>,
    /// The newest last.
    minutes: VecDeque<Minute>,
    /// The latest of each reason.
    samples: Vec<(Box<str>, Box<str>)>,
    unmatched: Option<Box<str>>,
    refused: u64,
    refusal: Option<String>,
}

impl DrainActivity {
    /// A batch was committed.
    pub(super) fn count(&mut self, app: &str, delta: &Delta, bytes: u64, received_ms: i64) {
        self.arrived(received_ms);
        let apps = &mut self.memory.apps;
        if apps.first().is_none_or(|it| it != app) {
            apps.retain(|it| it != app);
            apps.insert(0, app.to_owned());
            apps.truncate(APPS_MAX);
        }
        self.see(delta, received_ms);
        for sample in &delta.samples {
            self.keep_sample(sample.loss.word(), &sample.text);
        }
        if let Some(line) = delta.unmatched.last() {
            self.unmatched = Some(line.text.clone());
        }
        let minute = self.minute(received_ms);
        minute.lines += delta.lines;
        minute.bytes += bytes;
        minute.unmatched += delta.unmatched_lines;
        for (loss, count) in &delta.losses {
            minute.lose(loss.word(), *count);
        }
        for (index, key) in delta.series.iter().enumerate().filter(|it| &*it.1.metric == "drain.lost") {
            let cells = delta.cells.iter().filter(|it| it.series as usize == index);
            minute.lose(&key.code, cells.map(|it| it.cell.sum as u64).sum());
        }
    }

    /// A batch arrived while the drain was paused, and is not kept.
    pub(super) fn pause(&mut self, lines: u64, bytes: u64, now_ms: i64) {
        self.arrived(now_ms);
        self.memory.paused_lines += lines;
        let minute = self.minute(now_ms);
        minute.bytes += bytes;
        minute.lose(PAUSED, lines);
    }

    /// A batch was refused.
    pub(super) fn refuse(&mut self, why: String) {
        self.refused += 1;
        self.refusal = Some(why);
    }

    /// Somebody sent a batch.
    pub(super) fn send(&mut self, address: String, agent: &str, token: TokenAge, now_ms: i64) {
        let agent = &agent[..agent.floor_char_boundary(AGENT_BYTES_MAX)];
        let senders = &mut self.memory.senders;
        let is_same = |it: &Sender| it.address == address && it.agent == agent && it.token == token;
        let batches = match senders.iter().position(is_same) {
            Some(at) => senders.remove(at).batches,
            None => 0,
        };
        senders.insert(0, Sender { address, agent: agent.to_owned(), token, last_ms: now_ms, batches: batches + 1 });
        senders.truncate(SENDERS_MAX);
        self.is_changed = true;
    }

    fn arrived(&mut self, now_ms: i64) {
        self.memory.first_ms.get_or_insert(now_ms);
        self.memory.last_ms = self.memory.last_ms.max(Some(now_ms));
        self.noted_ms.get_or_insert(now_ms);
        self.is_changed = true;
    }

    fn see(&mut self, delta: &Delta, now_ms: i64) {
        let mut seen = [false; Seen::COUNT];
        seen[Seen::Lines as usize] = delta.lines > 0;
        delta.series.iter().filter_map(|key| of_series(key)).for_each(|it| seen[it as usize] = true);
        delta.events.iter().filter_map(|event| of_event(event.kind)).for_each(|it| seen[it as usize] = true);
        for what in Seen::ALL.into_iter().filter(|it| seen[*it as usize]) {
            match self.memory.seen.iter_mut().find(|it| it.what == what) {
                Some(known) => known.at_ms = known.at_ms.max(now_ms),
                None => self.memory.seen.push(SeenAt { what, at_ms: now_ms }),
            }
        }
    }

    fn keep_sample(&mut self, reason: &str, text: &str) {
        self.samples.retain(|it| &*it.0 != reason);
        self.samples.push((reason.into(), text.into()));
    }

    /// The minute of a time. One that is older than the hour counts in the oldest that is kept.
    fn minute(&mut self, at_ms: i64) -> &mut Minute {
        let at = at_ms.div_euclid(60_000);
        if self.minutes.back().is_none_or(|it| it.at < at) {
            self.minutes.push_back(Minute { at, lines: 0, bytes: 0, unmatched: 0, losses: vec![] });
            if self.minutes.len() > DrainHour::MINUTES {
                self.minutes.pop_front();
            }
        }
        let place = self.minutes.partition_point(|it| it.at < at).min(self.minutes.len() - 1);
        &mut self.minutes[place]
    }

    /// The last hour.
    pub(super) fn hour(&self, now_ms: i64) -> DrainHour {
        let newest = now_ms.div_euclid(60_000);
        let oldest = newest - DrainHour::MINUTES as i64 + 1;
        let mut hour = DrainHour { per_minute: vec![0; DrainHour::MINUTES], ..DrainHour::default() };
        for minute in self.minutes.iter().filter(|it| (oldest..=newest).contains(&it.at)) {
            hour.lines += minute.lines;
            hour.bytes += minute.bytes;
            hour.unmatched += minute.unmatched;
            hour.per_minute[(minute.at - oldest) as usize] = minute.lines;
            for (reason, count) in &minute.losses {
                match hour.losses.iter_mut().find(|it| it.reason == **reason) {
                    Some(known) => known.count += count,
                    None => hour.losses.push(self.loss(reason, *count)),
                }
            }
        }
        hour.losses.sort_by_key(|it| std::cmp::Reverse(it.count));
        hour.unmatched_sample = self.unmatched.as_deref().filter(|_| hour.unmatched > 0).map(str::to_owned);
        (hour.refused_batches, hour.refusal) = (self.refused, self.refusal.clone());
        hour
    }

    fn loss(&self, reason: &str, count: u64) -> DrainLoss {
        let means = match Loss::from_word(reason) {
            Some(loss) => loss.meaning(),
            None if reason == PAUSED => "the drain was paused",
            None => "",
        };
        let sample = self.samples.iter().find(|it| &*it.0 == reason).map(|it| it.1.to_string());
        DrainLoss { reason: reason.to_owned(), means: means.to_owned(), count, sample }
    }
}

impl Minute {
    fn lose(&mut self, reason: &str, count: u64) {
        match self.losses.iter().position(|it| &*it.0 == reason) {
            Some(at) => self.losses[at].1 += count,
            None if self.losses.len() < REASONS_MAX && count > 0 => self.losses.push((reason.into(), count)),
            None => {}
        }
    }
}

/// What a series shows to be sent; `None` for our own counters.
fn of_series(key: &SeriesKey) -> Option<Seen> {
    let metric = &*key.metric;
    if !key.path.is_empty() || metric == "router.requests" {
        return Some(Seen::Requests);
    }
    if metric.starts_with("drain.") || metric.starts_with("router.") {
        return None;
    }
    if metric.starts_with("dyno.") {
        return Some(Seen::Processes);
    }
    let is_gauge = key.kind == Kind::Gauge;
    let starts = |words: &[&str]| words.iter().any(|it| metric.starts_with(it));
    Some(if is_gauge && starts(&["memory_", "load_avg_"]) {
        Seen::RuntimeMetrics
    } else if metric.starts_with("postgres.")
        || is_gauge && starts(&["db_size", "load-avg-", "active-connections", "memory-redis", "hit-rate"])
    {
        Seen::Addons
    } else {
        Seen::Measurements
    })
}

fn of_event(kind: EventKind) -> Option<Seen> {
    match kind {
        EventKind::Release | EventKind::Deploy | EventKind::Config | EventKind::Scale => Some(Seen::Releases),
        EventKind::Note => None,
        _ => Some(Seen::Processes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW_MS: i64 = 1_800_000_000_000;

    fn delta(lines: u64) -> Delta {
        Delta { lines, ..Delta::default() }
    }

    #[test]
    fn ok_an_hour_has_its_minutes_and_no_older_ones() {
        let mut drain = DrainActivity::default();
        for minute in 0..90 {
            drain.count("shop", &delta(1), 10, NOW_MS + minute * 60_000);
        }
        let hour = drain.hour(NOW_MS + 89 * 60_000);
        assert_eq!((hour.lines, hour.bytes, hour.per_minute.len()), (60, 600, 60));
        assert!(hour.per_minute.iter().all(|it| *it == 1));
        assert_eq!(drain.hour(NOW_MS + 200 * 60_000).lines, 0);
        // A clock that steps back makes no minute of its own.
        drain.count("shop", &delta(1), 10, NOW_MS);
        assert_eq!(drain.minutes.len(), DrainHour::MINUTES);
    }

    #[test]
    fn ok_senders_and_apps_are_bounded_and_the_latest_come_first() {
        let mut drain = DrainActivity::default();
        for n in 0..20 {
            drain.send(format!("192.0.2.{n}"), &"ü".repeat(80), TokenAge::Current, NOW_MS + n);
            drain.send("192.0.2.200".to_owned(), "curl/8", TokenAge::Old, NOW_MS + n);
        }
        (0..90).for_each(|n| drain.count(&format!("app-{n}"), &delta(1), 1, NOW_MS));
        let memory = &drain.memory;
        assert_eq!((memory.senders.len(), memory.apps.len()), (SENDERS_MAX, APPS_MAX));
        assert_eq!((&*memory.senders[0].address, memory.senders[0].batches), ("192.0.2.200", 20));
        assert_eq!(memory.senders[1].agent.len(), AGENT_BYTES_MAX);
        assert_eq!(memory.last_user(TokenAge::Old).map(|it| it.last_ms), Some(NOW_MS + 19));
        assert_eq!(memory.apps[0], "app-89");
    }

    #[test]
    fn ok_lines_of_a_pause_are_a_loss() {
        let mut drain = DrainActivity::default();
        drain.pause(7, 700, NOW_MS);
        let hour = drain.hour(NOW_MS);
        assert_eq!((hour.lines, hour.bytes, drain.memory.paused_lines), (0, 700, 7));
        assert_eq!((&*hour.losses[0].reason, hour.losses[0].count), (PAUSED, 7));
    }
}
