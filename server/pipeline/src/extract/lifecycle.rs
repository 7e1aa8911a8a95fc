//! What the dyno manager says of a dyno: states, starts, stops, exits. Source of the forms: lines seen in drains since
//! 2010, and the vendor's articles on dynos.
//!
//! Each becomes an event; crashes and starts count as well, into `dyno.crashes` and `dyno.starts`. Lines of one
//! transition arrive out of order, so nothing is concluded from their sequence.

use super::{EventText, Measurement, Sink};
use crate::{EventKind, Kind, series::SeriesRef};

/// Reads such a line; whether the text is one.
pub(super) fn read(proc_id: &[u8], msg: &[u8], sink: &mut impl Sink) -> bool {
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

/// `State changed from A to B`: what matters is B. A start is told by the line that names its command.
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
