//! Recent events of one app, and samples of lines that were lost or gave no measurement. For
//! reading only; the counts are elsewhere.

use std::collections::VecDeque;

use pipeline::{Delta, Event, EventKind, Loss};

/// Events of one app kept in memory; the store has all.
pub(crate) const EVENTS_MAX: usize = 500;
/// Samples kept for each reason of loss.
pub(crate) const SAMPLES_MAX: usize = 5;

/// Samples kept of lines that gave no measurement, one for each shape.
pub(crate) const UNMATCHED_MAX: usize = 5;

/// Part of a line, for reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When the line arrived, unix milliseconds.
    pub at_ms: i64,
    /// The text, masked and cut off.
    pub text: Box<str>,
}

/// Part of a line that gave no measurement.
#[derive(Clone, Debug)]
struct UnmatchedSample {
    /// Hash of the line's shape.
    shape: u64,
    sample: Sample,
}

/// Recent events and samples of one app.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// Ordered by time.
    events: VecDeque<Event>,
    /// By reason, newest last.
    samples: [VecDeque<Sample>; Loss::COUNT],
    /// Lines that gave no measurement, newest last.
    unmatched: VecDeque<UnmatchedSample>,
}

impl Events {
    /// Adds the events and samples of a delta.
    pub fn add_delta(&mut self, delta: &Delta, received_ms: i64) {
        for event in &delta.events {
            self.add(event.clone());
        }
        for sample in &delta.samples {
            let samples = &mut self.samples[sample.loss as usize];
            if samples.len() >= SAMPLES_MAX {
                samples.pop_front();
            }
            samples.push_back(Sample { at_ms: received_ms, text: sample.text.clone() });
        }
        self.add_unmatched(delta, received_ms);
    }

    /// Adds lines that gave no measurement; a newer line replaces one of the same shape.
    fn add_unmatched(&mut self, delta: &Delta, received_ms: i64) {
        for line in &delta.unmatched {
            self.unmatched.retain(|it| it.shape != line.shape);
            if self.unmatched.len() >= UNMATCHED_MAX {
                self.unmatched.pop_front();
            }
            let sample = Sample { at_ms: received_ms, text: line.text.clone() };
            self.unmatched.push_back(UnmatchedSample { shape: line.shape, sample });
        }
    }

    /// Lines that gave no measurement, one for each shape, newest last.
    pub fn unmatched(&self) -> impl DoubleEndedIterator<Item = &Sample> {
        self.unmatched.iter().map(|it| &it.sample)
    }

    /// Adds an event, and drops the oldest when there are too many.
    pub fn add(&mut self, event: Event) {
        let at = self.events.partition_point(|it| it.at_ms <= event.at_ms);
        self.events.insert(at, event);
        if self.events.len() > EVENTS_MAX {
            self.events.pop_front();
        }
    }

    /// The events in `[from_ms, to_ms)`.
    pub fn range(&self, from_ms: i64, to_ms: i64) -> impl DoubleEndedIterator<Item = &Event> {
        let start = self.events.partition_point(|it| it.at_ms < from_ms);
        let end = self.events.partition_point(|it| it.at_ms < to_ms).max(start);
        self.events.range(start..end)
    }

    /// The newest event. A start or stop of a process counts only when there is no other event,
    /// since it belongs to a release, a scaling or a crash.
    #[must_use]
    pub fn newest(&self) -> Option<&Event> {
        let is_telling =
            |it: &&Event| !matches!(it.kind, EventKind::Start | EventKind::Up | EventKind::Stop | EventKind::Exit);
        self.events.iter().rev().find(is_telling).or(self.events.back())
    }

    /// The samples of one reason, newest last.
    pub fn samples(&self, loss: Loss) -> impl Iterator<Item = &Sample> {
        self.samples[loss as usize].iter()
    }
}

/// Converts an event for pages.
#[must_use]
pub(crate) fn page_event(event: &Event) -> contract::Mark {
    contract::Mark {
        at_s: event.at_ms.div_euclid(1_000),
        kind: event.kind.word().to_owned(),
        source: event.source.to_string(),
        text: event.text.to_string(),
    }
}
