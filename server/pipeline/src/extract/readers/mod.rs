//! The table of readers: one log format is one file in this folder.
//!
//! A reader's file holds its description ([`Reader`], as `READER`) and its function `read`. To add a format, write that
//! file, name it twice below (`mod` and `readers!`), and put cases into `tests/formats/NAME.txt`. The README's table
//! must hold its title; a test compares them.
//!
//! Every reader is asked through one generic function for each [`Writer`], so that the compiler inlines the readers of
//! that writer and drops the others.

/// Access logs of web servers in the Common and Combined formats.
mod access_log;

/// Gauges of data add-ons.
mod addon;

/// Caddy's access log, JSON.
mod caddy;

/// Error codes in the lines of the dyno manager.
mod dyno_error;

/// Memory and load of dynos.
mod dyno_metrics;

/// States, starts and exits of dynos.
mod dyno_state;

/// Times inside the app, as web frameworks log them.
mod framework;

/// The conventions of l2met.
mod l2met;

/// Reports of senders about lines that they lost.
mod loss_report;

/// Notes that an app logs.
mod note;

/// Releases, deploys, config and scaling.
mod platform_api;

/// Lines of a Postgres server.
mod postgres;

/// Request lines of Heroku's router.
pub mod router;

use super::{
    EventText, Measurement, Needle, Request, RequestParts, Sink, is_error_code, json, prefix, request,
    request_parts::ReadParts, sample,
};
use crate::{EventKind, Line, Origin, date};

/// Who wrote a line, which decides what readers are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    /// Heroku's router: PROCID `router`.
    Router,
    /// A sender of logs about itself: PROCID `logplex` or `log-shuttle`.
    LogSender,
    /// Heroku's API: PROCID `api`.
    PlatformApi,
    /// Heroku's dyno manager: any other line of APP-NAME `heroku`.
    DynoManager,
    /// A one-off dyno: PROCID `run.N`.
    OneOffDyno,
    /// A data add-on: PROCID `heroku-…`.
    Addon,
    /// A Postgres server: PROCID `postgres…`.
    Postgres,
    /// A program whose requests no router has counted.
    WebServer,
    /// A program behind the router: a dyno.
    App,
}

/// A line that shows a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// APP-NAME of its syslog header.
    pub app: &'static str,
    /// PROCID of its syslog header.
    pub proc_id: &'static str,
    /// Its text.
    pub msg: &'static str,
}

/// The description of one log format.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The name of its file in this folder.
    pub name: &'static str,
    /// What people call the format; the README's table holds it.
    pub title: &'static str,
    /// Whose lines it is asked about.
    pub writers: &'static [Writer],
    /// Lines that it reads and no other reader does.
    pub examples: &'static [Example],
    /// The metrics of its examples: all that it gives, or a few where lines bring names of their own.
    pub metrics: &'static [&'static str],
    /// The events of its examples.
    pub events: &'static [EventKind],
    /// How it reads a request for display; `None` if its lines describe none.
    pub(super) parts: Option<ReadParts>,
}

impl Reader {
    /// Whether it is asked about lines of a writer, given as its number: a generic parameter can be no enum.
    const fn is_for(&self, writer: u8) -> bool {
        let mut at = 0;
        while at < self.writers.len() {
            if self.writers[at] as u8 == writer {
                return true;
            }
            at += 1;
        }
        false
    }
}

/// What readers share beside the line and the sink.
pub(super) struct Context<'a> {
    pub(super) origin: &'a Origin<'a>,
    pub(super) buffers: &'a mut Buffers,
    /// Whether `buffers.message` takes the place of the line's text.
    pub(super) has_message: bool,
}

/// Room that is kept from line to line.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers {
    /// Whatever one reader needs.
    scratch: Vec<u8>,
    /// The message of a line that is a JSON object, without its escapes.
    message: Vec<u8>,
    dates: date::Reader,
}

impl<'a> Context<'a> {
    pub(super) const fn new(origin: &'a Origin<'a>, buffers: &'a mut Buffers) -> Self {
        Self { origin, buffers, has_message: false }
    }

    /// The text that readers of conventions search, and a buffer.
    fn text<'t>(&'t mut self, line: &Line<'t>) -> (&'t [u8], &'t mut Vec<u8>) {
        let Buffers { scratch, message, .. } = &mut *self.buffers;
        (if self.has_message { message } else { line.msg }, scratch)
    }
}

macro_rules! readers {
    ($($name:ident),+ $(,)?) => {
        /// Every reader, in the order in which they are asked: the first that has read a line whole ends the round.
        pub const READERS: &[Reader] = &[$($name::READER),+];

        /// Asks the readers for lines of one writer; whether one of them has read the line whole.
        #[inline]
        pub(super) fn read<const WRITER: u8>(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
            $((const { $name::READER.is_for(WRITER) } && $name::read(line, context, sink)))||+
        }

        /// As [`read`], and `used` hears each reader that gave the sink something; `given` counts what a sink got.
        pub(super) fn read_watched<const WRITER: u8, S: Sink>(
            line: &Line<'_>,
            context: &mut Context<'_>,
            sink: &mut S,
            given: fn(&S) -> usize,
            used: &mut Vec<&'static str>,
        ) -> bool {
            $(
                if const { $name::READER.is_for(WRITER) } {
                    let before = given(sink);
                    let is_whole = $name::read(line, context, sink);
                    if given(sink) > before {
                        used.push($name::READER.name);
                    }
                    if is_whole {
                        return true;
                    }
                }
            )+
            false
        }
    };
}

readers!(
    router,
    loss_report,
    platform_api,
    dyno_metrics,
    dyno_error,
    dyno_state,
    addon,
    postgres,
    access_log,
    caddy,
    framework,
    note,
    l2met,
);
