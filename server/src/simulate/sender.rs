//! Sends an app's lines to a drain: first the past, then each second when it is over.
//!
//! Each app has a thread with its own outlet of the shuttle, so that requests, batch ids and
//! retries are real. After an outage of the server, the missed seconds are sent as fast as one
//! batch at a time allows.

use std::{sync::Arc, thread, time::Duration};

use super::{app::App, simulation::Simulation};
use crate::{
    clock,
    shuttle::{
        batch::{BatchBuilder, BatchIds},
        losses::Losses,
        outlet::{self, Outlet},
    },
};

/// Most lines of a batch; in effect its bytes are the limit.
const FRAMES_MAX: u64 = 10_000;
/// Most seconds that are sent together while catching up.
const CATCH_UP_S: i64 = 30;

/// The seconds to send, unix time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub from_s: i64,
    /// The second after the last; `None` for no end.
    pub to_s: Option<i64>,
}

/// Sends the lines of one app.
#[derive(Debug)]
pub(crate) struct Sender {
    simulation: Simulation,
    app: App,
    builder: BatchBuilder,
    outlet: Outlet,
    losses: Arc<Losses>,
}

impl Sender {
    /// A sender for one app.
    #[must_use]
    pub(crate) fn new(simulation: Simulation, app: App, ids: BatchIds, settings: outlet::Settings) -> Self {
        let losses = Arc::new(Losses::default());
        let outlet = Outlet::new(settings, Arc::clone(&losses));
        Self { simulation, app, builder: BatchBuilder::new(ids, FRAMES_MAX), outlet, losses }
    }

    /// Sends until the end of the span. Returns the number of lines that were not delivered.
    #[must_use]
    pub(crate) fn run(mut self, span: Span) -> u64 {
        let mut next_s = span.from_s;
        while span.to_s.is_none_or(|it| next_s < it) {
            let now_us = clock::now_us();
            let over_s = now_us.div_euclid(1_000_000).min(span.to_s.unwrap_or(i64::MAX));
            if next_s >= over_s {
                let left_us = (next_s + 1) * 1_000_000 - now_us;
                thread::sleep(Duration::from_micros(u64::try_from(left_us).unwrap_or(0).max(1_000)));
                continue;
            }
            let to_s = over_s.min(next_s + CATCH_UP_S);
            self.send(next_s, to_s);
            next_s = to_s;
        }
        self.losses.undelivered()
    }

    fn send(&mut self, from_s: i64, to_s: i64) {
        let mut frame = Vec::new();
        for entry in (from_s..to_s).flat_map(|it| self.simulation.second(&self.app, it)) {
            frame.clear();
            entry.push_frame(&mut frame);
            if let Some(batch) = self.builder.push(&frame) {
                self.losses.take(batch.frames);
                self.outlet.deliver(batch);
            }
        }
        if let Some(batch) = self.builder.close() {
            self.losses.take(batch.frames);
            self.outlet.deliver(batch);
        }
    }
}
