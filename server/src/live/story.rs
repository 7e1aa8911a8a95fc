//! What happened to one app lately, and pieces of the lines that could not be used: for reading, not for counting.

use std::collections::VecDeque;

use pipeline::{Delta, Event, Loss};

/// Events of one app that are kept in memory; the store has all.
pub const EVENTS_MAX: usize = 500;
/// Pieces of one reason that are kept.
pub const SAMPLES_MAX: usize = 5;

/// Lines that gave no measurement and are kept, one a kind.
pub const UNMATCHED_MAX: usize = 5;

/// A piece of what could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When it arrived, unix milliseconds.
    pub at_ms: i64,
    /// Masked and cut.
    pub text: Box<str>,
}

/// Events and samples of one app.
#[derive(Clone, Debug, Default)]
pub struct Story {
    /// In the order of their times.
    events: VecDeque<Event>,
    /// By reason, newest last.
    samples: [VecDeque<Sample>; Loss::COUNT],
    /// Lines that gave no measurement, each with its shape, newest last.
    unmatched: VecDeque<(u64, Sample)>,
}

impl Story {
    /// Takes in what a delta tells.
    pub fn add(&mut self, delta: &Delta, received_ms: i64) {
        for event in &delta.events {
            self.remember(event.clone());
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

    /// Takes in lines that gave no measurement; a newer one takes the place of one of its kind.
    fn add_unmatched(&mut self, delta: &Delta, received_ms: i64) {
        for line in &delta.unmatched {
            self.unmatched.retain(|it| it.0 != line.shape);
            if self.unmatched.len() >= UNMATCHED_MAX {
                self.unmatched.pop_front();
            }
            self.unmatched.push_back((line.shape, Sample { at_ms: received_ms, text: line.text.clone() }));
        }
    }

    /// Lines that gave no measurement, one a kind, newest last.
    pub fn unmatched(&self) -> impl DoubleEndedIterator<Item = &Sample> {
        self.unmatched.iter().map(|it| &it.1)
    }

    /// Takes in an event; the oldest leaves when there are too many.
    pub fn remember(&mut self, event: Event) {
        let at = self.events.partition_point(|it| it.at_ms <= event.at_ms);
        self.events.insert(at, event);
        if self.events.len() > EVENTS_MAX {
            self.events.pop_front();
        }
    }

    /// The events that began in `[from_ms, to_ms)`.
    pub fn events(&self, from_ms: i64, to_ms: i64) -> impl DoubleEndedIterator<Item = &Event> {
        let start = self.events.partition_point(|it| it.at_ms < from_ms);
        let end = self.events.partition_point(|it| it.at_ms < to_ms).max(start);
        self.events.range(start..end)
    }

    /// The newest event; a start or an end only where nothing else is known, since those belong to a release, a scaling or a crash.
    #[must_use]
    pub fn newest(&self) -> Option<&Event> {
        self.events.iter().rev().find(|it| !it.kind.is_dyno_lifecycle()).or(self.events.back())
    }

    /// The pieces of a reason, newest last.
    pub fn samples(&self, loss: Loss) -> impl Iterator<Item = &Sample> {
        self.samples[loss as usize].iter()
    }
}

/// An event, as pages show it.
#[must_use]
pub fn page_event(event: &Event) -> contract::Event {
    contract::Event {
        at_s: event.at_ms.div_euclid(1_000),
        kind: event.kind,
        source: event.source.to_string(),
        text: event.text.to_string(),
    }
}
