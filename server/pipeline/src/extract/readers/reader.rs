//! The description of a log format, and the writers whose lines may have it.

use crate::{EventKind, extract::parts::ReadParts};

/// The writer of a line, which decides which readers are asked.
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
    /// Our receiver of OpenTelemetry's spans and metrics: APP-NAME `otlp`.
    Otlp,
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
    /// The metrics of its examples: all that it gives, or a few if lines have names of their own.
    /// Requests with a path give `router.endpoints` too, and failed ones `router.endpoint_errors`.
    pub metrics: &'static [&'static str],
    /// The events of its examples.
    pub events: &'static [EventKind],
    /// How it reads a request for display; `None` if its lines describe none.
    pub(in crate::extract) parts: Option<ReadParts>,
}

impl Reader {
    /// Whether it is asked about lines of a writer, given as its number: a generic parameter can be
    /// no enum.
    pub(super) const fn is_for(&self, writer: u8) -> bool {
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
