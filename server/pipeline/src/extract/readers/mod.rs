//! The table of readers: one log format is one file in this folder.
//!
//! A reader's file holds its description ([`Reader`], as `READER`) and its function `read`. To add
//! a format, write that file, name it twice below (`mod`, in alphabetical order, and `readers!`),
//! and put cases into `tests/formats/NAME.txt`. The README's table must hold its title; a test
//! compares them. CONTRIBUTING.md has the whole list.
//!
//! Every reader is asked through one generic function for each [`Writer`], so that the compiler
//! inlines the readers of that writer and drops the others.

/// Access logs of web servers in the Common and Combined formats.
mod access_log;

/// Gauges of data add-ons.
mod addon;

/// Access logs of AWS load balancers.
mod alb;

/// Caddy's access log, JSON.
mod caddy;

/// Access logs of Clever Cloud.
mod clever_cloud;

/// Error codes in the lines of the dyno manager.
mod dyno_error;

/// Memory and load of dynos.
mod dyno_metrics;

/// States, starts and exits of dynos.
mod dyno_state;

/// Access logs of Envoy and Istio.
mod envoy;

/// Times inside the app, as web frameworks log them.
mod framework;

/// Access log of Cloud Foundry's router.
mod gorouter;

/// HAProxy's HTTP log.
mod haproxy;

/// Background jobs that have ended.
mod job;

/// The conventions of l2met.
mod l2met;

/// Reports of senders about lines that they lost.
mod loss_report;

/// Notes that an app logs.
mod note;

/// Data points of OpenTelemetry metrics.
mod otlp_metric;

/// Server spans of OpenTelemetry.
mod otlp_span;

/// Releases, deploys, config and scaling.
mod platform_api;

/// Lines of a Postgres server.
mod postgres;

/// HTTP logs of Railway.
mod railway;

/// HTTP request logs of Render.
mod render;

/// Requests as frameworks log them, JSON.
mod request_log;

/// Request lines of Heroku's router.
pub mod router;

/// Lines of Scalingo's routers.
mod scalingo;

/// Traefik's access log, JSON.
mod traefik;

/// Entries of Vercel's log drains.
mod vercel;

/// Descriptions of formats.
mod reader;

/// What readers need besides a line.
mod context;

/// Requests whose parts are fields of one JSON object.
mod json_request;

pub use loss_report::RECORDS_LOST;
pub use reader::{Example, Reader, Writer};

pub(super) use context::{Buffers, Context};

use super::{
    json, json_time,
    measurement::Measurement,
    needle::Needle,
    parts::RequestParts,
    platform_code::{self, is_error_code},
    prefix,
    request::{self, Request},
    routed, sample,
    sink::{EventText, Sink},
    words,
};
use crate::Line;

macro_rules! readers {
    ($($name:ident),+ $(,)?) => {
        /// Every reader, in the order in which they are asked. The first that reads a line whole is
        /// the last one asked.
        pub const READERS: &[Reader] = &[$($name::READER),+];

        /// Asks the readers for lines of one writer; whether one of them has read the line whole.
        #[inline]
        pub(super) fn read<const WRITER: u8>(line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) -> bool {
            $((const { $name::READER.is_for(WRITER) } && $name::read(line, context, sink)))||+
        }

        /// Asks the reader of a name.
        pub(super) fn read_one(name: &str, line: &Line<'_>, context: &mut Context<'_>, sink: &mut impl Sink) {
            $(if name == $name::READER.name {
                $name::read(line, context, sink);
            })+
        }

        /// Does the same as [`read`], and appends the name of each reader that gave the sink
        /// something to `used`. `given` counts what the sink has received.
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
    // What begins with something of its own comes first, JSON after that.
    alb,
    envoy,
    scalingo,
    gorouter,
    haproxy,
    access_log,
    render,
    caddy,
    traefik,
    railway,
    clever_cloud,
    vercel,
    job,
    request_log,
    framework,
    note,
    otlp_span,
    otlp_metric,
    l2met,
);
