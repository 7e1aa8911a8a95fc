//! What is sent next to a channel, and when: order, retries, budget and digests. Pure; the worker
//! keeps what this computes with.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use contract::alert::{ChannelKind, IncidentId};

use crate::store::alert::outbox::Waiting;

/// The time that a budget is for, milliseconds.
const MINUTE_MS: i64 = 60_000;
/// Messages a minute to a channel that people read. The last of them is a digest of all that wait.
const READ_A_MINUTE_MAX: usize = 6;
/// Messages a minute to `PagerDuty`, which opens and closes an alert for each: half of what it
/// takes.
const EVENTS_A_MINUTE_MAX: usize = 60;
/// The waits before each further attempt; after the last one a message is given up, about a day
/// after it was made.
const RETRIES: [Duration; 11] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(300),
    Duration::from_secs(900),
    Duration::from_secs(1_800),
    Duration::from_secs(3_600),
    Duration::from_secs(7_200),
    Duration::from_secs(14_400),
    Duration::from_secs(28_800),
    Duration::from_secs(28_800),
];

/// What a channel may be sent in a minute, and whether the rest becomes a digest.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    sent_ms: VecDeque<i64>,
}

impl Budget {
    /// Nothing was sent yet.
    pub(super) const fn new() -> Self {
        Self { sent_ms: VecDeque::new() }
    }

    /// Counts a message.
    pub(super) fn spend(&mut self, now_ms: i64) {
        self.sent_ms.push_back(now_ms);
    }

    /// How many messages may be sent now. When the clock was set back, what was sent before no
    /// longer counts: otherwise the channel would wait until the old time comes again.
    pub(super) fn left(&mut self, kind: ChannelKind, now_ms: i64) -> usize {
        self.sent_ms.retain(|it| (0..MINUTE_MS).contains(&now_ms.saturating_sub(*it)));
        a_minute(kind).saturating_sub(self.sent_ms.len())
    }
}

const fn a_minute(kind: ChannelKind) -> usize {
    match kind {
        ChannelKind::PagerDuty => EVENTS_A_MINUTE_MAX,
        _ => READ_A_MINUTE_MAX,
    }
}

const fn has_digests(kind: ChannelKind) -> bool {
    !matches!(kind, ChannelKind::PagerDuty)
}

/// What is sent next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The message at this index, or the digest that it belongs to.
    Unit(Vec<usize>),
    /// These become a digest, which must be written down before it is sent.
    NewDigest(Vec<usize>),
    /// Nothing now.
    Nothing,
}

/// Chooses among the messages that wait for a channel, in the order in which they were made. `left`
/// is what the budget leaves.
///
/// Nothing is sent of an incident of which something earlier waits: it would be told to be over
/// before it was told to fire. Within a digest both are told.
pub(super) fn next(kind: ChannelKind, rows: &[Waiting], left: usize, now_ms: i64) -> Next {
    if left == 0 {
        return Next::Nothing;
    }
    let mut blocked: BTreeSet<IncidentId> = BTreeSet::new();
    let mut digests: BTreeSet<&str> = BTreeSet::new();
    let (mut ready, mut open, mut due) = (None, Vec::new(), 0);
    for (index, row) in rows.iter().enumerate() {
        let is_due = row.next_ms <= now_ms;
        if let Some(digest) = row.digest_id.as_deref() {
            if digests.insert(digest) {
                let unit: Vec<usize> =
                    (0..rows.len()).filter(|it| rows[*it].digest_id.as_deref() == Some(digest)).collect();
                let is_free = !unit.iter().filter_map(|it| rows[*it].incident).any(|it| blocked.contains(&it));
                if is_due && is_free && ready.is_none() {
                    ready = Some(unit.clone());
                }
                blocked.extend(unit.iter().filter_map(|it| rows[*it].incident));
            }
            continue;
        }
        let is_free = row.incident.is_none_or(|it| !blocked.contains(&it));
        due += usize::from(is_due);
        if is_free && is_due && ready.is_none() {
            ready = Some(vec![index]);
        }
        open.push(index);
        blocked.extend(row.incident);
    }
    let Some(ready) = ready else { return Next::Nothing };
    let may_join = rows[ready[0]].digest_id.is_none() && !rows[ready[0]].is_unsettled;
    if may_join && has_digests(kind) && left == 1 && due > 1 {
        let unit = joinable(rows, &open);
        if unit.len() > 1 {
            return Next::NewDigest(unit);
        }
    }
    Next::Unit(ready)
}

/// The messages that may become one digest. A message that may have arrived is sent again by
/// itself, under its own id, or it would arrive twice. What is about its incident waits behind it,
/// as what is about an incident of an earlier digest waits behind that.
fn joinable(rows: &[Waiting], open: &[usize]) -> Vec<usize> {
    let elsewhere: BTreeSet<IncidentId> =
        rows.iter().filter(|it| it.digest_id.is_some() || it.is_unsettled).filter_map(|it| it.incident).collect();
    let joins = |row: &Waiting| !row.is_unsettled && row.incident.is_none_or(|it| !elsewhere.contains(&it));
    open.iter().copied().filter(|it| joins(&rows[*it])).collect()
}

/// The wait before the next attempt: `None` once there were enough. `attempts` were made, this one
/// included. `after` is what the receiver asks for, and `random` of 0 to 1 spreads channels that
/// failed together by a fifth.
pub(super) fn retry_ms(attempts: u32, after: Option<Duration>, random: f64) -> Option<i64> {
    let index = usize::try_from(attempts).ok()?.checked_sub(1)?;
    let wait = RETRIES.get(index)?.mul_f64(0.9 + 0.2 * random.clamp(0.0, 1.0));
    i64::try_from(wait.max(after.unwrap_or_default()).as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLACK: ChannelKind = ChannelKind::Slack;

    fn row(id: i64, incident: i64, next_ms: i64, digest_id: Option<&str>) -> Waiting {
        Waiting {
            id,
            message_id: format!("msg_{id}"),
            incident: Some(IncidentId(incident)),
            notice: None,
            attempts: 0,
            next_ms,
            digest_id: digest_id.map(str::to_owned),
            is_unsettled: false,
        }
    }

    #[test]
    fn ok_one_after_the_other() {
        let rows = [row(1, 1, 0, None), row(2, 1, 0, None), row(3, 2, 0, None)];
        assert_eq!(next(SLACK, &rows, 6, 0), Next::Unit(vec![0]));
        // The first waits for its next attempt: its incident waits with it, the other does not.
        let rows = [row(1, 1, 10, None), row(2, 1, 0, None), row(3, 2, 0, None)];
        assert_eq!(next(SLACK, &rows, 6, 0), Next::Unit(vec![2]));
        assert_eq!(next(SLACK, &rows[..2], 6, 0), Next::Nothing);
        assert_eq!(next(SLACK, &rows[..2], 6, 10), Next::Unit(vec![0]));
        assert_eq!(next(SLACK, &rows, 0, 10), Next::Nothing);
        assert_eq!(next(SLACK, &[], 6, 0), Next::Nothing);
    }

    #[test]
    fn ok_the_last_of_a_minute_is_a_digest_of_all() {
        let rows: Vec<Waiting> = (1..=300).map(|it| row(it, it, 0, None)).collect();
        assert_eq!(next(SLACK, &rows, 2, 0), Next::Unit(vec![0]));
        assert_eq!(next(SLACK, &rows, 1, 0), Next::NewDigest((0..300).collect()));
        assert_eq!(next(SLACK, &rows[..1], 1, 0), Next::Unit(vec![0]));
        assert_eq!(next(ChannelKind::PagerDuty, &rows, 1, 0), Next::Unit(vec![0]));
    }

    #[test]
    fn ok_a_digest_is_sent_as_it_was_written_down() {
        let rows = [
            row(1, 1, 5, Some("d")),
            row(2, 2, 5, Some("d")),
            row(3, 1, 0, None),
            row(4, 3, 0, None),
            row(5, 4, 0, None),
        ];
        // It waits, and what is about its incidents waits behind it.
        assert_eq!(next(SLACK, &rows, 6, 0), Next::Unit(vec![3]));
        assert_eq!(next(SLACK, &rows, 1, 0), Next::NewDigest(vec![3, 4]));
        assert_eq!(next(SLACK, &rows, 1, 5), Next::Unit(vec![0, 1]));
    }

    #[test]
    fn ok_what_may_have_arrived_keeps_its_id() {
        let mut rows: Vec<Waiting> = (1..=4).map(|it| row(it, it, 0, None)).collect();
        rows.push(row(5, 2, 0, None));
        // Something earlier is due: the message that may have arrived joins nothing, nor does what
        // is about its incident.
        rows[1].is_unsettled = true;
        assert_eq!(next(SLACK, &rows, 1, 0), Next::NewDigest(vec![0, 2, 3]));
        // It is the next.
        rows[0].is_unsettled = true;
        assert_eq!(next(SLACK, &rows, 1, 0), Next::Unit(vec![0]));
    }

    #[test]
    fn ok_a_minute_is_a_minute() {
        let mut budget = Budget::new();
        for at_ms in 0..6 {
            assert_eq!(budget.left(SLACK, at_ms), 6 - usize::try_from(at_ms).unwrap_or(0));
            budget.spend(at_ms);
        }
        assert_eq!((budget.left(SLACK, 59_999), budget.left(SLACK, 60_000), budget.left(SLACK, 60_005)), (0, 1, 6));
        // The clock was set back by a day.
        budget.spend(100_000_000);
        assert_eq!(budget.left(SLACK, 70_000), 6);
    }

    #[test]
    fn ok_retries() {
        assert_eq!(
            (retry_ms(1, None, 0.5), retry_ms(3, None, 0.0), retry_ms(3, None, 1.0)),
            (Some(5_000), Some(108_000), Some(132_000))
        );
        assert_eq!(retry_ms(1, Some(Duration::from_secs(60)), 0.5), Some(60_000));
        assert_eq!(
            (retry_ms(11, None, 0.5), retry_ms(12, None, 0.5), retry_ms(0, None, 0.5)),
            (Some(28_800_000), None, None)
        );
        let total: i64 = (1..=11).filter_map(|it| retry_ms(it, None, 0.5)).sum();
        assert!((20 * 3_600_000..28 * 3_600_000).contains(&total));
    }
}
