//! What holds for any body of OTLP, for property tests and fuzz targets: nothing panics, and a
//! request that is repeated adds nothing to cumulative points. What valid records become is tested
//! beside.

use std::sync::Arc;

use super::{
    post::{Lines, Signal},
    record::Encoding,
};
use crate::receiver::{BatchMetadata, cumulative::Cumulative, frames::Frames, request_sources::RequestSources};

/// When everything arrives, unix milliseconds.
const RECEIVED_MS: i64 = 1_790_000_000_000;

/// The first byte chooses the signal: `l`, `m` and `t` do so for people. `check` looks at frames.
pub(crate) fn hold(data: &[u8], is_json: bool, check: fn(&Frames)) {
    let Some((letter, body)) = data.split_first() else { return };
    let signal = [Signal::Logs, Signal::Metrics, Signal::Traces][usize::from(letter % 3)];
    let encoding = if is_json { Encoding::Json } else { Encoding::Protobuf };
    let (sources, cumulative) = (RequestSources::default(), Cumulative::default());
    let metadata = BatchMetadata {
        drain_id: 1,
        app: Arc::from("app"),
        batch_id: None,
        received_ms: RECEIVED_MS,
        from_logplex: false,
        prefix: String::new(),
        source_prefix: String::new(),
    };
    let read = || Lines::of(signal, encoding, (&sources, &cumulative), &metadata, body).ok();
    let Some(first) = read() else { return };
    check(&first.frames);
    let Some(changes) = first.changes else { return };
    // Who got no answer sends it again. Before it is kept that gives the same; then no point grows.
    let bytes = |frames: &Frames| frames.bodies.iter().map(Vec::len).sum::<usize>();
    let again = read().map(|it| it.frames);
    assert!(again.is_some_and(|it| it.bodies == first.frames.bodies), "a retry must give the same");
    cumulative.keep(changes, RECEIVED_MS);
    let kept = read().map(|it| it.frames);
    assert!(kept.is_some_and(|it| bytes(&it) <= bytes(&first.frames)), "what is known must not grow");
}
