//! States, starts, stops and exits of dynos, as the dyno manager logs them. Source of the forms: lines of drains since
//! 2010, and the vendor's articles on dynos.
//!
//! Each line becomes an event. Crashes and starts are counted too, in `dyno.crashes` and `dyno.starts`. Lines of one
//! transition arrive out of order, so nothing is concluded from their sequence.

use super::{Context, EventText, Example, Measurement, Reader, Sink, Writer};
use crate::{EventKind, Kind, Line, series::SeriesRef};

pub(super) const READER: Reader = Reader {
    name: "dyno_state",
    title: "Dyno states",
    writers: &[Writer::DynoManager],
    examples: &[
        Example { app: "heroku", proc_id: "web.1", msg: "State changed from up to crashed" },
        Example { app: "heroku", proc_id: "web.1", msg: "Starting process with command `bin/web`" },
        Example { app: "heroku", proc_id: "web.1", msg: "Process exited with status 137" },
    ],
    metrics: &["dyno.crashes", "dyno.starts"],
    events: &[EventKind::Crash, EventKind::Start, EventKind::Exit],
    parts: None,
};

/// Reads a line; whether it is of this format.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let &Line { proc_id, msg, .. } = line;
    let Some(kind) = kind(msg) else { return false };
    let metric: Option<&[u8]> = match kind {
        EventKind::Crash => Some(b"dyno.crashes"),
        EventKind::Start => Some(b"dyno.starts"),
        _ => None,
    };
    if let Some(metric) = metric {
        let series = SeriesRef { source: proc_id, ..SeriesRef::new(metric, Kind::Counter) };
        sink.measure(&Measurement { series, value: 1.0 });
    }
    sink.event(&EventText { kind, source: proc_id, text: msg, ..EventText::default() });
    true
}

fn kind(msg: &[u8]) -> Option<EventKind> {
    let begins = |text: &str| msg.starts_with(text.as_bytes());
    Some(match msg.first()? {
        b'S' if begins("State changed from ") => return state(msg),
        b'S' if begins("Starting process with command") => EventKind::Start,
        b'S' if begins("Stopping ") => EventKind::Stop,
        b'P' if begins("Process exited") => EventKind::Exit,
        b'C' if begins("Cycling") => EventKind::Restart,
        b'R' if begins("Restarting") => EventKind::Restart,
        b'I' if begins("Idling") => EventKind::Idle,
        b'U' if begins("Unidling") => EventKind::Idle,
        b'C' if begins("Client connection closed. Sending SIGHUP") => EventKind::Stop,
        _ => return None,
    })
}

/// `State changed from A to B`: the event is B. A start is not taken from here: the line that
/// names its command is the start.
fn state(msg: &[u8]) -> Option<EventKind> {
    let at = memchr::memmem::rfind(msg, b" to ")?;
    Some(match &msg[at + 4..] {
        b"up" => EventKind::Up,
        b"crashed" => EventKind::Crash,
        b"down" | b"complete" => EventKind::Stop,
        b"idle" => EventKind::Idle,
        b"created" | b"provisioning" | b"starting" => EventKind::Restart,
        _ => return None,
    })
}
