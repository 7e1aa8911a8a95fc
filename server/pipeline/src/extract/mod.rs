//! Lines become measurements and events. Who wrote a line decides which readers are asked
//! ([`readers`]).
//!
//! Readers see one line at a time and remember nothing but their buffers. What they find goes to a
//! [`Sink`].

/// The table of log formats.
pub mod readers;

/// Asking the readers about a line.
mod extractor;

/// One value of one series.
mod measurement;

/// Events, and where everything goes that readers give.
mod sink;

/// One request, whatever format describes it.
pub mod request;

/// The parts of a request line.
mod parts;

/// Messages read for display.
mod display;

/// Paths become endpoints.
pub mod endpoint;

/// One `sample#` pair of the platform's own lines.
mod sample;

/// Codes such as `H12`.
mod platform_code;

/// Texts to search for.
mod needle;

/// What loggers put before a message.
mod prefix;

/// The fields of a line that is one JSON object.
mod json;

/// Lines of the files of container runtimes.
pub mod container;

/// When a line that is JSON was written.
mod json_time;

/// Whose requests a router has counted.
mod routed;

/// Words and quoted texts of a line.
mod words;

pub use display::{error_code, json_field, pairs, request_parts};
pub use extractor::Extractor;
pub use measurement::Measurement;
pub use parts::RequestParts;
pub use readers::{Example, READERS, Reader, Writer, router};
pub use request::Request;
pub use sink::{EventText, Sink};
