//! Asks the readers about a line. Its writer decides which of them are asked.
//!
//! What a reader finds is not changed here. If the text of a line is a whole exported line, or a
//! line of a container's file, that one is read instead.

use super::{
    container,
    measurement::Measurement,
    readers::{self, Buffers, Context, Writer},
    request::Request,
    routed::is_routed,
    sink::{EventText, Sink},
};
use crate::{Cell, Line, Loss, Origin, export, series::SeriesRef, time};

/// Reads lines. Keeps its buffers from line to line and no values.
#[derive(Clone, Debug, Default)]
pub struct Extractor {
    buffers: Buffers,
    times: time::Parser,
    /// The text of a container's line without its escapes.
    plain: Vec<u8>,
}

impl Extractor {
    /// Gives everything that a line holds to `sink`.
    #[inline]
    pub fn extract(&mut self, line: &Line<'_>, origin: &Origin<'_>, sink: &mut impl Sink) {
        let context = Context::new(origin, &mut self.buffers);
        let mut reading = Reading { context, sink };
        dispatch(line, origin, &mut self.times, &mut self.plain, &mut reading);
    }

    /// The names of the readers that find something in a line, in the order in which they are
    /// asked.
    #[must_use]
    pub fn readers_of(&mut self, line: &Line<'_>, origin: &Origin<'_>) -> Vec<&'static str> {
        let context = Context::new(origin, &mut self.buffers);
        let mut watching = Watching { context, finds: Finds(0), used: Vec::new() };
        dispatch(line, origin, &mut self.times, &mut self.plain, &mut watching);
        watching.used
    }

    /// Asks one reader alone, whoever wrote the line. For tests.
    #[doc(hidden)]
    pub fn ask_one(&mut self, name: &str, line: &Line<'_>, origin: &Origin<'_>, sink: &mut impl Sink) {
        readers::read_one(name, line, &mut Context::new(origin, &mut self.buffers), sink);
    }
}

/// Asks the readers for lines of a writer.
trait Ask {
    /// Asks those of `WRITER`, the number of a [`Writer`]; whether one of them has read the line
    /// whole.
    fn ask<const WRITER: u8>(&mut self, line: &Line<'_>) -> bool;

    /// Takes the time of a line whose transport gave none.
    fn date(&mut self, at_ms: i64);
}

/// Reads into a sink.
struct Reading<'a, S> {
    context: Context<'a>,
    sink: &'a mut S,
}

impl<S: Sink> Ask for Reading<'_, S> {
    #[inline]
    fn ask<const WRITER: u8>(&mut self, line: &Line<'_>) -> bool {
        readers::read::<WRITER>(line, &mut self.context, self.sink)
    }

    fn date(&mut self, at_ms: i64) {
        self.sink.date(at_ms);
    }
}

/// Notes which readers find something.
struct Watching<'a> {
    context: Context<'a>,
    finds: Finds,
    used: Vec<&'static str>,
}

impl Ask for Watching<'_> {
    fn ask<const WRITER: u8>(&mut self, line: &Line<'_>) -> bool {
        let Self { context, finds, used } = self;
        readers::read_watched::<WRITER, _>(line, context, finds, |finds| finds.0, used)
    }

    fn date(&mut self, _: i64) {}
}

/// How many things readers have found.
struct Finds(usize);

impl Sink for Finds {
    fn request(&mut self, _: &Request<'_>) {
        self.0 += 1;
    }

    fn measure(&mut self, _: &Measurement<'_>) {
        self.0 += 1;
    }

    fn merge(&mut self, _: &SeriesRef<'_>, _: &Cell) {
        self.0 += 1;
    }

    fn event(&mut self, _: &EventText<'_>) {
        self.0 += 1;
    }

    fn date(&mut self, _: i64) {}

    fn lost(&mut self, _: &[u8], _: u64) {
        self.0 += 1;
    }

    fn lose(&mut self, _: Loss) {
        self.0 += 1;
    }
}

#[inline]
fn dispatch(
    line: &Line<'_>,
    origin: &Origin<'_>,
    times: &mut time::Parser,
    plain: &mut Vec<u8>,
    readers: &mut impl Ask,
) {
    if line.proc_id == b"router" && readers.ask::<{ Writer::Router as u8 }>(line) {
        return;
    }
    dispatch_other(line, origin, times, plain, readers);
}

fn dispatch_other(
    line: &Line<'_>,
    origin: &Origin<'_>,
    times: &mut time::Parser,
    plain: &mut Vec<u8>,
    readers: &mut impl Ask,
) {
    if line.app == b"heroku" || is_routed(line, origin) {
        return dispatch_by_process(line, origin, readers);
    }
    match export::read(times, line.msg) {
        Some(copy) if copy.proc_id == b"router" && readers.ask::<{ Writer::Router as u8 }>(&copy) => {}
        Some(copy) => dispatch_by_process(&copy, origin, readers),
        None => dispatch_contained(line, origin, plain, readers),
    }
}

/// Asks about what a container wrote if the line is one of its file. A part of a line is nothing.
fn dispatch_contained(line: &Line<'_>, origin: &Origin<'_>, plain: &mut Vec<u8>, readers: &mut impl Ask) {
    match container::read(line.msg, plain) {
        Some(entry) if entry.is_partial => {}
        Some(entry) => {
            if let Some(at_ms) = entry.time_ms.filter(|_| line.time_ms.is_none()) {
                readers.date(at_ms);
            }
            let time_ms = line.time_ms.or(entry.time_ms);
            dispatch_by_process(&Line { msg: entry.text, time_ms, ..*line }, origin, readers);
        }
        None => dispatch_by_process(line, origin, readers),
    }
}

fn dispatch_by_process(line: &Line<'_>, origin: &Origin<'_>, readers: &mut impl Ask) {
    match line.proc_id {
        b"logplex" | b"log-shuttle" => readers.ask::<{ Writer::LogSender as u8 }>(line),
        b"receiver" if line.app == b"streamgauge" => readers.ask::<{ Writer::LogSender as u8 }>(line),
        b"api" => readers.ask::<{ Writer::PlatformApi as u8 }>(line),
        _ if line.app == b"otlp" => readers.ask::<{ Writer::Otlp as u8 }>(line),
        _ if line.app == b"heroku" => readers.ask::<{ Writer::DynoManager as u8 }>(line),
        // R13 is logged under the app's name, for the one-off dyno that could not be attached to.
        proc_id if proc_id.starts_with(b"run.") && readers.ask::<{ Writer::OneOffDyno as u8 }>(line) => true,
        proc_id if proc_id.starts_with(b"heroku-") => readers.ask::<{ Writer::Addon as u8 }>(line),
        proc_id if proc_id.starts_with(b"postgres") => readers.ask::<{ Writer::Postgres as u8 }>(line),
        _ if is_routed(line, origin) => readers.ask::<{ Writer::App as u8 }>(line),
        _ => readers.ask::<{ Writer::WebServer as u8 }>(line),
    };
}
